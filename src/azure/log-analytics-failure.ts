import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { z } from 'zod';
import { FarSideError } from '../errors.ts';
import { QueryFault } from '../kql/logs.ts';
import { refusal, retryAfterOf, safe } from './failure.ts';

/** What was asked of whom, so that a refusal can say what to do. */
export interface Asked {
  /** Customer ids of workspaces; none where a resource is asked. */
  ids: string[];
  /** Its id, with the slash before it. */
  resource: string | undefined;
  /** `the workspace soc`, for sentences. */
  place: string;
  text: string;
  /** In a person's name rather than the bot's. */
  person: boolean;
  seconds: number;
}

/** What Log Analytics refused, in our words. Of a fault of the query itself the cause is a `QueryFault`. */
export function refuse(response: PipelineResponse, asked: Asked): FarSideError {
  const { status } = response;
  const { code, message, line, pos, token } = innermost(read(response.bodyAsText));
  const say = (reason: FarSideError['reason'], sentence: string, cause?: QueryFault) => {
    const retryAfter = retryAfterOf(response);
    return new FarSideError('azure', reason, sentence, {
      ...(retryAfter === undefined ? {} : { retryAfter }),
      ...(cause && { cause }),
    });
  };
  const words = [code, message].filter(Boolean).join(': ');
  if (status === 400) {
    const sentence = message || 'Azure does not understand this query, and does not say why.';
    return say('rejected', sentence, new QueryFault(sentence, placeOf(asked.text, line, pos, token)));
  }
  if (status === 401 || status === 403) return say('auth', `${cureFor(asked)} ${words}`.trim());
  if (status === 404) {
    const cure = asked.resource ? 'Is its id right?' : 'Is its id in logs.workspaces its customer id?';
    return say('not-found', `Azure does not know ${asked.place}. ${cure} ${words}`.trim());
  }
  if (status === 429) return say('rate-limited', `Azure has too many queries of ours. ${words}`.trim());
  if (status === 408 || status === 504) {
    const cure = 'Take a shorter time range, or filter before joining.';
    return say('timeout', `The query took longer than ${asked.seconds} seconds. ${cure}`);
  }
  return refusal(response);
}

function cureFor({ place, person }: Asked): string {
  const role = 'the role Log Analytics Reader';
  return person
    ? `You may not read ${place}. Ask its owner for ${role} on it.`
    : `Watchfloor may not read ${place}. Give the application of AZURE_CLIENT_ID ${role} on it.`;
}

/** The innermost words of an answer that says in `error` that it is not whole; empty where it says nothing. */
export function innermostWords(body: string): string {
  const { code, message } = innermost(read(body));
  return message || code;
}

interface Said {
  code: string;
  message: string;
  line?: number | undefined;
  pos?: number | undefined;
  token?: string | undefined;
  innererror?: Said | undefined;
  details?: Said[] | undefined;
}

const said: z.ZodType<Said> = z.object({
  code: z.coerce.string().catch(''),
  message: z.string().catch(''),
  line: z.int().positive().optional().catch(undefined),
  pos: z.int().nonnegative().optional().catch(undefined),
  token: z.string().optional().catch(undefined),
  innererror: z.lazy(() => said.optional().catch(undefined)),
  details: z.lazy(() => z.array(said).optional().catch(undefined)),
});
const errorShape = z.object({ error: said });

function read(body: string | null | undefined): Said {
  try {
    return errorShape.parse(JSON.parse(body ?? '')).error;
  } catch {
    // Gateways in between answer with HTML or nothing.
    return { code: '', message: '' };
  }
}

/** No more levels are ever sent; each is a sentence about the one around it. */
const mostLevels = 8;

function innermost(outer: Said): Said {
  let found = outer;
  for (let level = 0; level < mostLevels; level++) {
    const inner = found.innererror ?? found.details?.[0];
    if (!inner?.message) break;
    found = inner;
  }
  return { ...found, message: safe(found.message).trim(), code: safe(found.code) };
}

/** Azure's position counts from nought for one kind of error and from one for another; the token tells which. */
function placeOf(text: string, line?: number, pos?: number, token?: string) {
  if (line === undefined || pos === undefined) return undefined;
  const there = text.split('\n')[line - 1];
  if (there === undefined) return undefined;
  const offset = [pos, pos - 1].find((at) => token && at >= 0 && there.startsWith(token, at)) ?? pos;
  return { line, column: Math.min(offset, there.length) + 1 };
}
