import fs from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { Refused } from '../errors.ts';
import { type Archived, isWhole, readPast, removeArchived } from '../store/archive.ts';
import type { Db } from '../store/database.ts';

export interface ArchiveReport {
  /** Incidents in the file, and those of them that are no longer in the database. */
  written: number;
  removed: number;
  /** Size of the file; 0 where nothing was old enough, and there is no file. */
  bytes: number;
  /** Incidents whose history does not fit its hashes: neither written nor removed. */
  broken: number[];
}

/**
 * Moves closed incidents out of the database into a new file, gzipped, one incident a line. Nothing is removed before
 * the file is on the disk and was read back. Killed in between, it leaves the database as it was, or a whole file.
 * `atOnce` are read in one statement, and removed in one transaction.
 */
export async function archive(
  db: Db,
  file: string,
  olderThanDays: number,
  atOnce = 100,
): Promise<ArchiveReport> {
  if (fs.existsSync(file))
    throw new Refused(`${file} is there already. Name a new file: archives are not added to.`);
  const begun = `${file}.part`;
  const broken: number[] = [];
  const written = await write(readPages(db, olderThanDays, atOnce), begun, broken);
  const kept = await readBack(begun);
  if (kept.length !== written) {
    throw new Error(
      `${begun} holds ${kept.length} incidents where ${written} were written. Nothing is removed.`,
    );
  }
  if (written === 0) {
    fs.rmSync(begun);
    return { written, removed: 0, bytes: 0, broken };
  }
  fs.renameSync(begun, file);
  syncFolder(path.dirname(file));

  let removed = 0;
  for (let at = 0; at < kept.length; at += atOnce) {
    removed += (await removeArchived(db, kept.slice(at, at + atOnce))).length;
  }
  return { written, removed, bytes: fs.statSync(file).size, broken };
}

async function* readPages(db: Db, days: number, atOnce: number): AsyncGenerator<Archived[]> {
  let page = await readPast(db, days, 0, atOnce);
  while (page.length > 0) {
    yield page;
    page = await readPast(db, days, page.at(-1)?.incident.id ?? 0, atOnce);
  }
}

/** Returns how many incidents it wrote. The file is on the disk then. */
async function write(pages: AsyncIterable<Archived[]>, file: string, broken: number[]): Promise<number> {
  let written = 0;
  async function* lines(): AsyncGenerator<string> {
    for await (const page of pages) {
      for (const one of page) {
        if (!isWhole(one)) {
          broken.push(one.incident.id);
          continue;
        }
        yield toLine(one);
        written += 1;
      }
    }
  }
  // It tells who did what, and what was attacked.
  const output = fs.createWriteStream(file, { mode: 0o600, flush: true });
  await pipeline(Readable.from(lines()), createGzip(), output);
  return written;
}

/** Text of alerts may hold what some readers take for the end of a line. */
function toLine(archived: Archived): string {
  const json = JSON.stringify(archived).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
  return `${json}\n`;
}

/** Every incident in the file; throws where one is not whole. */
async function readBack(file: string): Promise<{ id: number; version: number }[]> {
  const found: { id: number; version: number }[] = [];
  await pipeline(fs.createReadStream(file), createGunzip(), async (chunks: AsyncIterable<Buffer>) => {
    for await (const line of linesOf(chunks)) {
      const one: Archived = JSON.parse(line);
      const { id, version } = one.incident;
      if (!isWhole(one)) throw new Error(`INC-${id} in ${file} is not what was written. Nothing is removed.`);
      found.push({ id, version });
    }
  });
  return found;
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
