import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Refused } from '../errors.ts';
import { walkChain } from '../record/chain.ts';
import { link } from '../record/link.ts';
import { type Archived, isWhole, readPast, removeArchived, removeArchivedRecords } from '../store/archive.ts';
import { findPastRecords } from '../store/checkpoints.ts';
import type { Db } from '../store/database.ts';
import { readRecords, recordContent, type StoredRecord } from '../store/record.ts';

export interface ArchiveReport {
  /** Incidents in the file, and those of them that are no longer in the database. */
  written: number;
  removed: number;
  /** Size of the file; 0 where nothing was old enough, and there is no file. */
  bytes: number;
  /** Lines of the record in the file; they are removed together. */
  records: number;
  /** Incidents whose history does not fit its hashes: neither written nor removed. */
  broken: number[];
  /** What is wrong with the record; then none of it is written or removed. */
  recordFaults: string[];
}

/**
 * Moves closed incidents, and what has been on record for years, out of the database into a new file, gzipped, one a
 * line. Nothing is removed before the file is on the disk and was read back. Killed in between, it leaves the
 * database as it was, or a whole file. `atOnce` are read in one statement, and removed in one transaction. `db` is
 * the owner's: nobody else may take from the record.
 */
export async function archive(
  db: Db,
  file: string,
  olderThan: { closedDays: number; recordDays: number },
  atOnce = 100,
): Promise<ArchiveReport> {
  if (fs.existsSync(file))
    throw new Refused(`${file} is there already. Name a new file: archives are not added to.`);
  const begun = `${file}.part`;
  const broken: number[] = [];
  const past = await findPastRecords(db, olderThan.recordDays);
  const recordFaults = past ? await verifyPast(db, past) : [];
  const records = past && recordFaults.length === 0 ? past : undefined;
  const written = await write(
    readPages(db, olderThan.closedDays, atOnce),
    records?.to ?? 0,
    begun,
    broken,
    db,
  );
  const kept = await readBack(begun);
  if (kept.incidents.length !== written.incidents || kept.records !== written.records) {
    throw new Error(
      `${begun} holds ${kept.incidents.length} incidents and ${kept.records} records where ${written.incidents} and ${written.records} were written. Nothing is removed.`,
    );
  }
  const report = {
    written: written.incidents,
    removed: 0,
    records: written.records,
    bytes: 0,
    broken,
    recordFaults,
  };
  if (written.incidents + written.records === 0) {
    fs.rmSync(begun);
    return report;
  }
  fs.renameSync(begun, file);
  syncFolder(path.dirname(file));

  const place = { at: new Date().toISOString(), file: path.basename(file), sha256: kept.sha256 };
  for (let at = 0; at < kept.incidents.length; at += atOnce) {
    report.removed += (await removeArchived(db, kept.incidents.slice(at, at + atOnce), place)).length;
  }
  if (records) await removeArchivedRecords(db, records, place);
  return { ...report, bytes: fs.statSync(file).size };
}

/** What is wrong with the record up to there; it leaves only as a whole. */
async function verifyPast(db: Db, { to, hash }: { to: number; hash: string }): Promise<string[]> {
  const faults: string[] = [];
  let walker: ReturnType<typeof walkChain> | undefined;
  for await (const record of recordsUpTo(db, to)) {
    const { number, previous } = record;
    walker ??= walkChain({ number: number - 1, hash: previous }, (fault) => {
      faults.push(`Record ${fault.number} ${fault.says}.`);
    });
    walker.next({ ...record, contentAs: (at) => recordContent(record, at) });
  }
  if (walker?.end().head !== hash) faults.push(`Record ${to} is not the one that a checkpoint covers.`);
  return faults;
}

/** Records at a time. */
const recordsAtOnce = 1_000;

async function* recordsUpTo(db: Db, to: number): AsyncGenerator<StoredRecord> {
  let after = 0;
  while (after < to) {
    const page = (await readRecords(db, after, recordsAtOnce)).filter(({ number }) => number <= to);
    yield* page;
    const last = page.at(-1);
    if (!last) return;
    after = last.number;
  }
}

async function* readPages(db: Db, days: number, atOnce: number): AsyncGenerator<Archived[]> {
  let page = await readPast(db, days, 0, atOnce);
  while (page.length > 0) {
    yield page;
    page = await readPast(db, days, page.at(-1)?.incident.id ?? 0, atOnce);
  }
}

/** What is in a file of an archive. */
interface Content {
  incidents: number;
  records: number;
}

/** Returns how much it wrote. The file is on the disk then. */
async function write(
  pages: AsyncIterable<Archived[]>,
  lastRecord: number,
  file: string,
  broken: number[],
  db: Db,
): Promise<Content> {
  const written: Content = { incidents: 0, records: 0 };
  async function* lines(): AsyncGenerator<string> {
    for await (const page of pages) {
      for (const one of page) {
        if (!isWhole(one)) {
          broken.push(one.incident.id);
          continue;
        }
        yield toLine(one);
        written.incidents += 1;
      }
    }
    for await (const record of recordsUpTo(db, lastRecord)) {
      yield toLine({ record });
      written.records += 1;
    }
  }
  // It tells who did what, and what was attacked.
  const output = fs.createWriteStream(file, { mode: 0o600, flush: true });
  await pipeline(Readable.from(lines()), createGzip(), output);
  return written;
}

/** Text of alerts may hold what some readers take for the end of a line. */
function toLine(line: Archived | { record: StoredRecord }): string {
  const json = JSON.stringify(line).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return `${json}\n`;
}

/** Everything in the file; throws where an incident is not whole or a record is not what it was. */
async function readBack(file: string) {
  const incidents: { id: number; version: number; head: string }[] = [];
  let records = 0;
  await pipeline(fs.createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const text of linesOf(chunks)) {
      const line: Archived | { record: StoredRecord } = JSON.parse(text);
      if ('record' in line) {
        const { record } = line;
        if (link(record.previous, recordContent(record, record.number)) !== record.hash)
          throw new Error(`Record ${record.number} in ${file} is not what was written. Nothing is removed.`);
        records += 1;
        continue;
      }
      const { id, version, head } = line.incident;
      if (!isWhole(line))
        throw new Error(`INC-${id} in ${file} is not what was written. Nothing is removed.`);
      incidents.push({ id, version, head });
    }
  });
  return { incidents, records, sha256: await digest(file) };
}

async function digest(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(fs.createReadStream(file), hash);
  return hash.digest('hex');
}

async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest) yield rest;
}

/** Without it a power cut may take the name of the file, with all that is in it. */
function syncFolder(folder: string): void {
  const handle = fs.openSync(folder, 'r');
  try {
    fs.fsyncSync(handle);
  } catch (error) {
    // Windows knows no such thing.
    if (process.platform !== 'win32') throw error;
  } finally {
    fs.closeSync(handle);
  }
}
