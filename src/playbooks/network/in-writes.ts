import { z } from 'zod';
import type { Writer } from '../../azure/writer.ts';
import { FarSideError, isRetryable, Refused } from '../../errors.ts';
import type { Order, Playbook, PlayContext, Step } from '../playbook.ts';
import { look } from '../resource/azure-resource.ts';

/** One write that brings it nearer to how it should be. */
export interface Write {
  kind: 'write';
  method: 'PUT' | 'POST' | 'DELETE';
  /** With its api-version. */
  path: string;
  body?: unknown;
  /** Of what is replaced: refused where somebody changed it meanwhile. */
  etag?: string;
  /** `nic-web-01 is put into nsg-isolation`. */
  says: string;
}

/** What is still to be done, by how it is now: a write, patience while Azure is at it, or nothing. */
export type Next = Write | { kind: 'wait'; says: string } | Extract<Step, { state: 'done' }>;
export type Walk = (order: Order, context: PlayContext) => Promise<Next>;

interface Ways {
  /** Reads how it is, and says what brings it further. Throws `Refused` where it must not go on. */
  forth: Walk;
  /** The same towards how it was. */
  back?: Walk;
  /** What the application must be granted. */
  permission: string;
}

const handle = z.object({
  /** Where to ask Azure how the last write is getting on. */
  operation: z.string().optional(),
  says: z.string(),
  /** Why it goes back in the midst of `act`. */
  failure: z.string().optional(),
});
type Handle = z.infer<typeof handle>;

/**
 * `act` and `undo` of what is done in writes to Resource Manager, one a call. Each call looks at how things are before it
 * writes: whatever was begun before a crash is found, and nothing is done twice. What fails half-way is put back.
 */
export function inWrites(arm: Writer, { forth, back, permission }: Ways): Pick<Playbook, 'act' | 'undo'> {
  async function go(walk: Walk, order: Order, context: PlayContext): Promise<Step> {
    const before = handle.safeParse(order.handle).data;
    if (before?.operation) {
      // Azure forgets what it did after a while; then how things are tells.
      const work = await look(arm, before.operation, context.signal);
      if (work?.state === 'failed') throw new Refused(work.says);
      if (work?.state === 'under-way')
        return { state: 'under-way', says: before.says, handle: before, ...pause(work.againMs) };
    }
    const next = await walk(order, context);
    if ('state' in next) return next;
    const left: Handle = { says: next.says };
    if (next.kind === 'write') {
      const { method, path, body, etag } = next;
      const wishes = { signal: context.signal, ...(etag ? { headers: { 'If-Match': etag } } : {}) };
      const { operation } = await unlessForbidden(arm.write(method, path, body, wishes), permission);
      if (operation) left.operation = operation;
    }
    return { state: 'under-way', says: left.says, handle: left };
  }

  return {
    async act(order, context) {
      const failure = handle.safeParse(order.handle).data?.failure;
      try {
        if (failure && back) return goingBack(failure, await go(back, order, context));
        return await go(forth, order, context);
      } catch (error) {
        if (!back || !isFinal(error)) throw error;
        if (failure)
          return {
            state: 'failed',
            says: `It failed, and could not be taken back: ${error.message} ${failure}`,
          };
        const says = 'It failed half-way: what was done is taken back.';
        return { state: 'under-way', says, handle: { says, failure: error.message } satisfies Handle };
      }
    },
    ...(back && { undo: (order, context) => go(back, order, context) }),
  };
}

function goingBack(failure: string, step: Step): Step {
  switch (step.state) {
    case 'under-way':
      return { ...step, handle: { ...handle.parse(step.handle), failure } satisfies Handle };
    case 'done':
      return { state: 'failed', says: `Nothing of it was left standing, for it failed: ${failure}` };
    case 'failed':
      return { ...step, says: `It failed, and could not be taken back: ${step.says} ${failure}` };
  }
}

/** Trying again would not help. */
const isFinal = (error: unknown): error is Error =>
  error instanceof Refused || (error instanceof FarSideError && !isRetryable(error));

/** Azure's own wish is ten seconds and more, for what often takes two. */
const longestPauseMs = 10_000;
const pause = (againMs: number | undefined) =>
  againMs === undefined || againMs === 0 ? {} : { againMs: Math.min(againMs, longestPauseMs) };

/** A 403 says which action is lacking and where, in Azure's words; what to do about it, in ours. */
async function unlessForbidden<T>(work: Promise<T>, permission: string): Promise<T> {
  try {
    return await work;
  } catch (error) {
    // A 401 is `auth` as well, and says nothing but that our own sign-in is no longer good.
    if (!(error instanceof FarSideError) || !error.message.startsWith('Azure answered 403')) throw error;
    throw new Refused(`Azure refused: our application may not do this. It needs ${permission}.`);
  }
}
