import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { clean } from './channels/clean.ts';
import { describe, Refused } from './errors.ts';
import { archive } from './flow/archive.ts';
import { reconcile } from './flow/reconcile.ts';
import { createLog, type Log } from './log.ts';
import { type Database, openDatabase } from './store/database.ts';
import { type Dead, dropDead, findDead, retryDead } from './store/dead.ts';
import { createQueues } from './store/jobs.ts';
import { couldChangeRecord } from './store/privileges.ts';

/** The database of the product, as `openDatabase` takes it, and what `archive` does unless told otherwise. */
export interface Upkeep {
  url: string | undefined;
  ownerUrl?: string | undefined;
  folder: string;
  closedDays: number;
  recordDays: number;
}

/** What an operator does to the database beside the running product, or while it is stopped. Says it on standard output. */
export async function upkeep(
  verb: 'dead' | 'reconcile' | 'archive',
  words: string[],
  { closedDays, recordDays, ...place }: Upkeep,
): Promise<void> {
  const work = understand(verb, words, { closedDays, recordDays });
  const log = createLog('warn');
  const database = await open(place, log);
  try {
    await createQueues(database.boss, database.db, database.soleOwner);
    await work(database, log);
  } finally {
    await database.close();
  }
}

type Work = (database: Database, log: Log) => Promise<void>;

/** All words are checked before the database is opened. */
function understand(
  verb: 'dead' | 'reconcile' | 'archive',
  words: string[],
  { closedDays, recordDays }: Pick<Upkeep, 'closedDays' | 'recordDays'>,
): Work {
  switch (verb) {
    case 'dead':
      return understandDead(words);
    case 'reconcile': {
      const { values } = parse(words, { restored: { type: 'boolean' } }, 0);
      return (database) => sayReconciled(database, values.restored === true);
    }
    case 'archive': {
      const { values, positionals } = parse(words, { 'older-than': { type: 'string' } }, 1);
      const [file] = positionals;
      if (!file) throw new Refused('Name a new file: watchfloor archive 2026.ndjson.gz');
      const days = Number(values['older-than'] ?? closedDays);
      if (!Number.isInteger(days) || days < 1)
        throw new Refused('--older-than is a whole number of days, at least 1.');
      return (database) => sayArchived(database, path.resolve(file), { closedDays: days, recordDays });
    }
  }
}

function understandDead(words: string[]): Work {
  const [what, id, ...rest] = words;
  if (what === undefined) return listDead;
  if ((what !== 'retry' && what !== 'drop') || id === undefined || rest.length > 0) {
    throw new Refused('Say: watchfloor dead, watchfloor dead retry <id>|all, or watchfloor dead drop <id>.');
  }
  if (what === 'drop' && id === 'all') {
    throw new Refused('What is dropped is gone for good: name one id at a time.');
  }
  return (database, log) => changeDead(database, log, what, id);
}

/** Words that nobody knows are a mistake, and some of these verbs cannot be taken back. */
function parse<O extends Record<string, { type: 'boolean' | 'string' }>>(
  words: string[],
  options: O,
  most: number,
) {
  try {
    const read = parseArgs({ args: words, options, allowPositionals: true });
    if (read.positionals.length <= most) return read;
  } catch {
    // Said below.
  }
  throw new Refused(`I do not understand "${words.join(' ')}". watchfloor help says what there is.`);
}

async function open(place: Pick<Upkeep, 'url' | 'ownerUrl' | 'folder'>, log: Log): Promise<Database> {
  // A mistyped folder would be made, and would look like a product with nothing to do.
  if (!place.url && !fs.existsSync(path.join(place.folder, 'pg'))) {
    throw new Refused(
      `There is no database in ${place.folder}. Set DATA_DIR or DATABASE_URL as for the product.`,
    );
  }
  try {
    return await openDatabase({ ...place, log });
  } catch (error) {
    if (place.url) throw error;
    const advice = 'The embedded database has one owner: stop Watchfloor, do this, start it again.';
    throw new Error(`${describe(error)} ${advice}`, { cause: error });
  }
}

async function listDead({ db }: Database): Promise<void> {
  const dead = await findDead(db);
  if (dead.length === 0) return console.log('Nothing is given up.');
  for (const one of dead) console.log(toLine(one));
}

/** Text of alerts stands in it, and a terminal obeys control characters. */
function toLine({ id, about, since, reason }: Dead): string {
  return [clean(id, 500), clean(about, 300), `since ${since.toISOString()}`, clean(reason, 500)].join('  ');
}

async function changeDead(database: Database, log: Log, what: 'retry' | 'drop', id: string): Promise<void> {
  const found = (await findDead(database.db)).filter((one) => id === 'all' || one.id === id);
  if (found.length === 0 && id !== 'all') {
    throw new Refused(
      `Nothing that was given up is called ${clean(id, 500)}. watchfloor dead lists the ids.`,
    );
  }
  const ids = found.map((one) => one.id);
  const done = await (what === 'retry' ? retryDead(database, ids) : dropDead(database, ids));
  for (const one of what === 'drop' ? found : []) {
    if (done.includes(one.id)) log.warn({ dead: one }, 'dropped for good');
  }
  const words =
    what === 'retry' ? 'Tried again by the running product, or at its next start' : 'Dropped for good';
  console.log(`${words}: ${done.length}.`);
}

async function sayReconciled(database: Database, restored: boolean): Promise<void> {
  const done = await reconcile(database, { restored });
  console.log(
    `Open incidents: ${done.incidents}. Alerts read anew at their sources: ${done.alerts}. ` +
      `Cards, logs and rows of summaries edited anew: ${done.cards}.`,
  );
  if (done.unaddressed > 0) console.log(`Alerts that only the next poll finds: ${done.unaddressed}.`);
  if (restored)
    console.log('Numbers of incidents and runs that were given since the backup are not given again.');
}

async function sayArchived(
  database: Database,
  file: string,
  olderThan: Pick<Upkeep, 'closedDays' | 'recordDays'>,
): Promise<void> {
  const done = await database.asOwner(async (db) => {
    if (await couldChangeRecord(db)) return archive(db, file, olderThan);
    throw new Refused(
      'Only the owner of the tables may take from the record. Set DATABASE_OWNER_URL as for the product.',
    );
  });
  for (const id of done.broken) {
    console.error(`INC-${id} stays where it is: its history does not fit its hashes. Somebody changed it.`);
  }
  for (const fault of done.recordFaults) console.error(`${fault} None of the record is archived.`);
  if (done.broken.length + done.recordFaults.length > 0) process.exitCode = 1;
  if (done.written + done.records === 0) {
    return console.log(`Nothing was closed more than ${olderThan.closedDays} days ago.`);
  }
  console.log(
    `Incidents in ${file} (${done.bytes} bytes), read back: ${done.written}. Removed from the database: ${done.removed}.`,
  );
  if (done.records > 0) console.log(`Lines of the record moved there: ${done.records}.`);
  if (done.removed < done.written) {
    console.log('Those that changed meanwhile stay in the database too.');
  }
}
