import fs from 'node:fs';
import { readFile } from 'node:fs/promises';
import { safeParse } from '../../safe-parse.ts';
import { readCsv } from './csv.ts';
import { linesOf } from './lines.ts';
import { misp, readMisp } from './misp.ts';
import { type ListRead, Reading } from './reading.ts';
import { bundle, readStix } from './stix.ts';

/** JSON is read as a whole, and nothing else is done meanwhile: this takes a third of a second. */
const mostJson = 32 * 1024 * 1024;
const longestLine = 16 * 1024;

/**
 * Reads a list: a table with an indicator a line, a STIX 2.1 bundle, or MISP's events. What cannot be read of it is left
 * out, counted and named. Throws where the whole is none of these.
 */
export async function readList(path: string, bytes: number): Promise<ListRead> {
  const reading = new Reading();
  if (await looksLikeJson(path)) readJson(await wholeOf(path, bytes), reading);
  else await readCsv(linesOf(fs.createReadStream(path, { encoding: 'utf8' }), longestLine), reading);
  return reading.end();
}

async function looksLikeJson(path: string): Promise<boolean> {
  for await (const piece of fs.createReadStream(path, { encoding: 'utf8', end: 1023 })) {
    return /^\ufeff?\s*[[{]/.test(String(piece));
  }
  return false;
}

async function wholeOf(path: string, bytes: number): Promise<string> {
  if (bytes > mostJson)
    throw new Error(
      `It is over ${mostJson / 1024 / 1024} MB of JSON. Give it as CSV, which is read by lines.`,
    );
  return (await readFile(path, 'utf8')).replace(/^\ufeff/, '');
}

function readJson(text: string, reading: Reading): void {
  const whole = parse(text);
  const stix = safeParse(bundle, whole).data;
  const events = stix ? undefined : safeParse(misp, whole).data;
  if (stix) readStix(stix, reading);
  else if (events) readMisp(events, reading);
  else throw new Error('It is JSON, and neither a STIX 2.1 bundle nor an event of MISP.');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own words quote what stands there.
    throw new Error('It begins like JSON and is none, or not all of it.');
  }
}
