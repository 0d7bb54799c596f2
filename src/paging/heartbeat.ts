import { FarSideError } from '../errors.ts';
import { maySendTo } from '../outgoing.ts';
import type { CallFarSide } from '../telemetry.ts';

/** Tells somebody outside that all is well, for them to call people when it stops: a dead man's switch. */
export interface Heartbeat {
  /** Throws `FarSideError`. */
  beat(): Promise<void>;
}

const timeoutMs = 10_000;

export function createHeartbeat({ url, callFarSide }: { url: string; callFarSide: CallFarSide }): Heartbeat {
  async function get(): Promise<void> {
    const failed = (reason: 'unavailable' | 'rejected', sentence: string) =>
      new FarSideError('paging', reason, `HEARTBEAT_URL ${sentence}.`);
    if (!maySendTo(url, 'paging', url)) throw failed('rejected', 'is an address that nothing is sent to');
    const signal = AbortSignal.timeout(timeoutMs);
    const answer = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { 'user-agent': 'watchfloor' },
    }).catch(() => {
      // The cause stays out: the address may hold a key.
      throw failed('unavailable', 'could not be reached');
    });
    await answer.body?.cancel();
    if (!answer.ok) throw failed('rejected', `answered ${answer.status}`);
  }
  return { beat: () => callFarSide('paging', 'heartbeat', get) };
}
