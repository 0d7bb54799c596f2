import { pino } from 'pino';
import { openRecorder } from '../../src/flow/record.ts';
import { openDatabase } from '../../src/store/database.ts';

/** A process that puts lines on record, ten at a time, and prints how many it was told are there; until it is killed. */
const log = pino({ level: 'silent' });
const { DATABASE_URL: url, DATA_DIR: folder = 'data' } = process.env;
const { db } = await openDatabase({ url, folder, log });
const recorder = openRecorder({ db, log, now: () => new Date() });
const by = { kind: 'bot', id: 'watchfloor', name: 'Watchfloor' } as const;

for (let noted = 0; ; noted += 10) {
  console.log(noted);
  const entries = Array.from({ length: 10 }, (_, n) => ({ n: noted + n }));
  const at = new Date().toISOString();
  await Promise.all(entries.map((data) => recorder.note({ at, by, type: 'viewed', data })));
}
