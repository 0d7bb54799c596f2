import fs from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Checkpoint, type CheckpointLine, parseLine, toLine } from '../record/checkpoint.ts';

/** Much more than a line is long. */
const tailBytes = 16_384;

/** The last checkpoint in the file; `undefined` where there is none. A line that was torn by a crash does not count. */
export function readLastLine(file: string): CheckpointLine | undefined {
  if (!fs.existsSync(file)) return undefined;
  const handle = fs.openSync(file, 'r');
  try {
    const { size } = fs.fstatSync(handle);
    const tail = Buffer.alloc(Math.min(size, tailBytes));
    fs.readSync(handle, tail, 0, tail.length, size - tail.length);
    return tail.toString('utf8').split('\n').map(parseLine).findLast(Boolean);
  } finally {
    fs.closeSync(handle);
  }
}

/** Appends and waits for the disk. */
export function appendLines(file: string, checkpoints: Checkpoint[]): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const lines = checkpoints.map(toLine).join('');
  // A torn line before it must not swallow the next one.
  const isTorn = fs.existsSync(file) && fs.statSync(file).size > 0 && !endsLine(file);
  fs.appendFileSync(file, isTorn ? `\n${lines}` : lines, { mode: 0o600, flush: true });
}

function endsLine(file: string): boolean {
  const handle = fs.openSync(file, 'r');
  try {
    const last = Buffer.alloc(1);
    fs.readSync(handle, last, 0, 1, fs.fstatSync(handle).size - 1);
    return last.toString() === '\n';
  } finally {
    fs.closeSync(handle);
  }
}

/** Every checkpoint in the file, in order; replicas that share the file may have written one twice. */
export async function* readLines(file: string): AsyncGenerator<CheckpointLine> {
  const lines = createInterface({ input: fs.createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  let last: CheckpointLine | undefined;
  for await (const text of lines) {
    const line = parseLine(text);
    if (!line || (line.number === last?.number && line.hash === last.hash)) continue;
    last = line;
    yield line;
  }
}
