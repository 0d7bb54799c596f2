import type { z } from 'zod';
import { FarSideError, type FarSideReason } from '../errors.ts';
import { maySendTo } from '../outgoing.ts';
import { safeParse } from '../safe-parse.ts';
import type { CallFarSide } from '../telemetry.ts';

/** Questions to somebody who is no vendor of ours: who sells or gives away threat intelligence, or keeps a schedule. */
export interface Outside {
  /**
   * What stands at a path, seen from the configured address, read by `schema`. Throws `FarSideError`; `not-found` is
   * their own answer that they know nothing, and never that of somebody in between.
   */
  get<T extends z.ZodType>(path: string, schema: T, signal: AbortSignal): Promise<z.output<T>>;
}

/** What whoever wires them says of each. */
export interface OutsideOptions extends Reach {
  /** Our domains, each with all below it, and ranges of addresses: they are never told to anybody outside. */
  internal: readonly string[];
}

/** Where they are, and what we show there. */
export interface Reach {
  /** `https://www.virustotal.com`, or a stand-in's, with a path where it has one. No call leaves for anywhere else. */
  url: string;
  /** Our key, as it is now. */
  key: () => string;
  /** Milliseconds for one call; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
}

interface Way {
  /** What people know it by: `VirusTotal`. */
  title: string;
  /** Header that holds the key. */
  keyHeader: string;
  /** What stands before the key there: `GenieKey `. */
  keyPrefix?: string;
  /** What they are asked for, where that is more than JSON. */
  accept?: string;
  side?: 'intel' | 'schedules';
}

const usualTimeout = 10_000;
/** A report of VirusTotal with all its engines is about 40 kB. */
const mostBytes = 1024 * 1024;

export function createOutside(way: Way, options: Reach): Outside {
  const { title, keyHeader, keyPrefix = '', accept = 'application/json', side = 'intel' } = way;
  const { url: base, key, timeout = usualTimeout, callFarSide = (_side, _call, work) => work() } = options;
  const root = base.replace(/\/+$/, '');
  const failure = (reason: FarSideReason, sentence: string, more = {}) =>
    new FarSideError(side, reason, `${title} ${sentence}.`, more);

  async function ask(path: string, signal: AbortSignal): Promise<unknown> {
    const address = URL.parse(`${root}${path}`);
    // A subject's own text is part of the path: `..` would lead elsewhere.
    if (
      !address?.href.startsWith(`${new URL(root).href.replace(/\/+$/, '')}/`) ||
      !maySendTo(address, side, root)
    )
      throw failure('rejected', 'cannot be asked about something of this name');
    const headers = { accept, 'user-agent': 'watchfloor', [keyHeader]: `${keyPrefix}${key()}` };
    const deadline = AbortSignal.timeout(timeout);
    const end = AbortSignal.any([deadline, signal]);
    try {
      // Whoever answers with a redirect gets neither the key nor the question.
      const answer = await fetch(address, { headers, redirect: 'manual', signal: end });
      const text = await read(answer);
      return settle(answer, text);
    } catch (error) {
      if (error instanceof FarSideError) throw error;
      if (end.aborted) throw failure('timeout', 'did not answer in time');
      // The cause stays out: it names the header, key and all, where that cannot be sent.
      throw failure('unavailable', 'could not be reached');
    }
  }

  async function read(answer: Response): Promise<string> {
    let bytes = 0;
    const chunks: Uint8Array[] = [];
    for await (const chunk of answer.body ?? []) {
      bytes += chunk.length;
      if (bytes > mostBytes) throw failure('rejected', 'answered with over 1 MB; it was not read');
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString('utf8');
  }

  function settle(answer: Response, text: string): unknown {
    const { status } = answer;
    const json = parse(text);
    if (status === 200 && json !== undefined) return json;
    if (status === 200) throw failure('unavailable', 'answered with something that is not JSON');
    if (status === 401 || status === 403)
      throw failure('auth', `refuses our key (${status})`, { isOurs: true });
    if (status === 404 && typeof json === 'object') throw failure('not-found', 'knows nothing of it');
    if (status === 429) throw failure('rate-limited', 'asks to wait', retryAfter(answer));
    if (status === 408) throw failure('timeout', 'did not answer in time');
    throw failure(status >= 500 ? 'unavailable' : 'rejected', `answered ${status}`);
  }

  return {
    get: (path, schema, signal) =>
      callFarSide(side, title, async () => {
        const { data, error } = safeParse(schema, await ask(path, signal));
        if (error) throw failure('unavailable', 'gave an answer that nobody can read');
        return data;
      }),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** AbuseIPDB says it in seconds, until midnight; the others say nothing. */
function retryAfter({ headers }: Response): { retryAfter?: number } {
  const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10);
  return seconds >= 0 ? { retryAfter: seconds * 1000 } : {};
}
