import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import product from '../package.json' with { type: 'json' };
import { clean } from './channels/clean.ts';
import type { AuditConfig } from './config.ts';
import { describe, Refused } from './errors.ts';
import { readLines } from './flow/checkpoint-file.ts';
import { exportLines, type Wanted } from './flow/export.ts';
import { sendLines, writeLines } from './flow/export-to.ts';
import { type Fault, faultInWords } from './flow/fault.ts';
import { type Verdict, verify } from './flow/verify.ts';
import { createLog } from './log.ts';
import { cef } from './record/cef.ts';
import { csv } from './record/csv.ts';
import { readPublicKeys, readPublicKeysBeside } from './record/key-file.ts';
import { type Format, jsonLines } from './record/line.ts';
import { ocsf } from './record/ocsf.ts';
import { type Db, openToRead } from './store/database.ts';

/** The database of the product. */
interface Place {
  url: string | undefined;
  folder: string;
}

/** What an auditor does with the record: nothing is written to the database. Says it on standard output. */
export async function audit([verb, ...words]: string[], place: Place, config: AuditConfig): Promise<void> {
  switch (verb) {
    case 'verify':
      return verifyRecord(words, place, config);
    case 'export':
      return exportRecord(words, place, config);
    default:
      throw new Refused(
        'Say: watchfloor audit verify, or watchfloor audit export. docs/record.md tells of both.',
      );
  }
}

async function verifyRecord(words: string[], place: Place, config: AuditConfig): Promise<void> {
  const read = parse(words, {
    checkpoints: { type: 'string' },
    'public-key': { type: 'string', multiple: true },
  });
  const file = read.checkpoints ?? (fs.existsSync(config.checkpoints) ? config.checkpoints : undefined);
  if (file && !fs.existsSync(file)) throw new Refused(`There is no file ${file}.`);
  const named = read['public-key'];
  const trusted = named ? await readPublicKeys(named) : await readPublicKeysBeside(config.keyFile);
  const evidence = { lines: file ? readLines(file) : undefined, trusted };
  const verdict = await within(place, (db) => verify(db, evidence, sayFault));
  for (const line of inWords(verdict)) console.log(line);
  if (verdict.faults > 0) process.exitCode = 1;
}

/** What somebody tampered with may hold anything, and a terminal obeys control characters. */
function sayFault(fault: Fault): void {
  console.log(clean(faultInWords(fault), 500));
}

function inWords({ faults, incidents, events, records, checkpoints, last, remarks }: Verdict): string[] {
  const covered = last ? `, the last of ${last.at}` : '';
  return [
    ...remarks.map((remark) => clean(remark, 500)),
    `Read: ${events} events of ${incidents} incidents, ${records} records, ${checkpoints} checkpoints${covered}.`,
    faults === 0 ? 'Everything is as it was written.' : `Faults: ${faults}.`,
  ];
}

async function exportRecord(words: string[], place: Place, config: AuditConfig): Promise<void> {
  const read = parse(words, {
    format: { type: 'string' },
    since: { type: 'string' },
    until: { type: 'string' },
    incident: { type: 'string' },
    actor: { type: 'string' },
    type: { type: 'string' },
    to: { type: 'string' },
  });
  const format = formats[read.format ?? 'jsonl'];
  if (!format) throw new Refused(`--format is one of ${Object.keys(formats).join(', ')}.`);
  const wanted: Wanted = {
    since: readTime('--since', read.since),
    until: readTime('--until', read.until),
    incident: readIncident(read.incident),
    actor: read.actor,
    type: read.type,
  };
  const isAddress = /^[a-z][a-z0-9+.-]*:\/\//i.test(read.to ?? '');
  const to = isAddress ? URL.parse(read.to ?? '') : undefined;
  if (to === null) throw new Refused('--to is a file or an address like https://siem.example.com/in.');
  const { exportHosts: hosts, exportToken } = config;
  const count = await within(place, (db) => {
    const lines = exportLines(db, wanted);
    if (to) return sendLines(lines, format, { url: to, hosts, token: exportToken?.open()[0] });
    return writeLines(lines, format, read.to && path.resolve(read.to));
  });
  if (read.to) console.log(`Exported: ${count}.`);
}

const formats: Record<string, Format> = {
  jsonl: jsonLines,
  csv,
  cef: cef(product.version),
  ocsf: ocsf(product.version),
};

function readTime(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = new Date(text);
  if (Number.isNaN(time.getTime())) {
    throw new Refused(`${option} is a time like 2026-11-22 or 2026-11-22T08:00:00Z.`);
  }
  return time;
}

function readIncident(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number] = /^(?:inc-)?(\d{1,15})$/i.exec(text) ?? [];
  if (!number) throw new Refused('--incident is like INC-1042.');
  return Number(number);
}

type Options = Record<string, { type: 'string'; multiple?: boolean }>;

function parse<O extends Options>(words: string[], options: O) {
  try {
    return parseArgs({ args: words, options }).values;
  } catch {
    throw new Refused(`I do not understand "${words.join(' ')}". watchfloor help says what there is.`);
  }
}

async function within<T>(place: Place, work: (db: Db) => Promise<T>): Promise<T> {
  if (!place.url && !fs.existsSync(path.join(place.folder, 'pg'))) {
    throw new Refused(
      `There is no database in ${place.folder}. Set DATA_DIR or DATABASE_URL as for the product.`,
    );
  }
  const opened = await openToRead({ ...place, log: createLog('warn') }).catch((error: unknown) => {
    if (place.url) throw error;
    const advice = 'The embedded database has one owner: stop Watchfloor, do this, start it again.';
    throw new Error(`${describe(error)} ${advice}`, { cause: error });
  });
  try {
    return await work(opened.db);
  } catch (error) {
    // SQLSTATE of a table that is not there.
    if (!(error instanceof Error && 'code' in error && error.code === '42P01')) throw error;
    throw new Refused('This database has no record yet: start this version of Watchfloor on it once.');
  } finally {
    await opened.close();
  }
}
