import { parentPort } from 'node:worker_threads';
import { answerQuery } from './worker-answer.ts';
import type { LogQuery } from './worker-query.ts';
import { SampleRows } from './worker-rows.ts';

/** The thread that holds the sample logs and answers one query after the other. */
const rows = new SampleRows();

parentPort?.on('message', (query: LogQuery) => {
  parentPort?.postMessage(answerQuery(rows, query));
});
