import { parentPort } from 'node:worker_threads';
import { answerGraph, type GraphQuestion } from './answer.ts';

/** The thread that answers Resource Graph's queries, in the order in which they come. */
parentPort?.on('message', (question: GraphQuestion) => {
  parentPort?.postMessage(answerGraph(question));
});
