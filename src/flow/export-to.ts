import fs from 'node:fs';
import type { Writable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { Refused } from '../errors.ts';
import type { Format, Line } from '../record/line.ts';

/** Where to by https. */
export interface Receiver {
  url: URL;
  /** Hosts that may be sent to, with the port where it is unusual: `siem.example.com`, `10.0.0.4:8443`. */
  hosts: string[];
  token: string | undefined;
  /** Milliseconds before the first of five tries more, doubled each time; a second when absent. */
  pauseMs?: number;
}

/** What one request holds at the most. */
const most = { lines: 500, characters: 1_000_000 };
const tries = 6;
const timeoutMs = 30_000;
/** A receiver that asks for more has to be asked again by somebody. */
const longestPauseMs = 120_000;

/** Writes lines to a new file that only its owner may read, or to standard output. Returns how many. */
export async function writeLines(
  lines: AsyncIterable<Line>,
  format: Format,
  file: string | undefined,
): Promise<number> {
  if (file && fs.existsSync(file)) throw new Refused(`${file} is there already. Name a new file.`);
  const output: Writable = file
    ? fs.createWriteStream(file, { mode: 0o600, flush: true, flags: 'wx' })
    : process.stdout;
  const failed = new Promise<never>((_, reject) => output.once('error', reject));
  const write = async (text: string) => {
    if (text === '' || output.write(text)) return;
    await Promise.race([new Promise((resolve) => output.once('drain', resolve)), failed]);
  };
  failed.catch(() => {});
  let count = 0;
  await write(format.header);
  for await (const line of lines) {
    await write(format.draw(line));
    count += 1;
  }
  if (output !== process.stdout) {
    await Promise.race([new Promise<void>((resolve) => output.end(() => resolve())), failed]);
  }
  return count;
}

/** Sends lines by POST, some hundred in a request, each until it is taken. Returns how many. Throws what to do. */
export async function sendLines(
  lines: AsyncIterable<Line>,
  format: Format,
  receiver: Receiver,
): Promise<number> {
  refuseStrangers(receiver);
  let count = 0;
  let batch = { lines: 0, text: format.header };
  const send = async () => {
    if (batch.lines === 0) return;
    await post(receiver, format, batch.text);
    count += batch.lines;
    batch = { lines: 0, text: format.header };
  };
  for await (const line of lines) {
    const text = format.draw(line);
    if (batch.lines >= most.lines || batch.text.length + text.length > most.characters) await send();
    batch = { lines: batch.lines + 1, text: batch.text + text };
  }
  await send();
  return count;
}

function refuseStrangers({ url, hosts }: Receiver): void {
  if (url.protocol !== 'https:') throw new Refused('The record leaves by https alone.');
  if (url.username || url.password) {
    throw new Refused('Leave the password out of the address: AUDIT_EXPORT_TOKEN is for that.');
  }
  if (hosts.includes(url.host)) return;
  throw new Refused(`${url.host} is not among AUDIT_EXPORT_HOSTS, so nothing is sent there.`);
}

async function post(receiver: Receiver, format: Format, body: string): Promise<void> {
  const { url, token, pauseMs = 1_000 } = receiver;
  for (let tried = 1; ; tried += 1) {
    const answer = await fetch(url, {
      method: 'POST',
      body,
      // Elsewhere would be a host that nobody allowed.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
      headers: { 'content-type': format.contentType, ...(token && { authorization: `Bearer ${token}` }) },
    }).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error))));
    if (!(answer instanceof Error) && answer.ok) {
      await answer.body?.cancel();
      return;
    }
    const said = answer instanceof Error ? causeOf(answer) : `answered ${answer.status}`;
    const isWorthIt = answer instanceof Error || answer.status === 429 || answer.status >= 500;
    const asked = answer instanceof Error ? 0 : Number(answer.headers.get('retry-after') ?? 0) * 1_000;
    const pause = Math.max(pauseMs * 2 ** (tried - 1), asked || 0);
    if (!isWorthIt || tried === tries || pause > longestPauseMs) {
      throw new Error(
        `${url.host} ${said}. What it took before stays there; the same export can be repeated.`,
      );
    }
    await sleep(pause);
  }
}

function causeOf({ message, cause }: Error): string {
  return `could not be reached: ${cause instanceof Error ? cause.message : message}`;
}
