import type { ChatUser } from '../channels/channel.ts';
import { createRate } from '../edge/rate.ts';
import { Denied } from '../errors.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Counts what each person asks for. */
export interface Turnstile {
  /** Throws `Denied` where somebody asks more often than a person can mean it. */
  pass(user: ChatUser): Promise<void>;
  /** What somebody who was denied is told: the denial, or that it was one too many. */
  deny(user: ChatUser, denial: Denied): Promise<Denied>;
  /** Whether this is to go on the record as an entry of its own; what is not is counted. */
  isWorthNoting(user: ChatUser, denial: Denied): Promise<boolean>;
}

export function openTurnstile(floor: Pick<Watchfloor, 'limits' | 'recorder'>): Turnstile {
  const { limits } = floor;
  const asked = createRate(limits.personPerMinute);
  const denied = createRate(limits.deniedPerMinute);
  const noted = createRate(1);
  return {
    async pass(user) {
      if (await asked.take(keyOf(user))) return;
      throw new Denied('too-often', `That is more than ${limits.personPerMinute} a minute. ${wait}`);
    },
    async deny(user, denial) {
      if (denial.reason === 'too-often' || (await denied.take(keyOf(user)))) return denial;
      return new Denied(
        'too-often',
        `You were told ${limits.deniedPerMinute} times within a minute. ${wait}`,
        denial.incident,
      );
    },
    async isWorthNoting(user, { reason }) {
      if (reason !== 'too-often' || (await noted.take(keyOf(user)))) return true;
      floor.recorder.count(`${user.channel} chat`, 429, 'too often', keyOf(user));
      return false;
    },
  };
}

const wait = 'Wait a minute, then go on.';

/** Slack's ids are unique within a workspace only. */
function keyOf(user: ChatUser): string {
  return user.channel === 'slack' ? `slack ${user.teamId} ${user.id}` : `teams ${user.tenantId} ${user.id}`;
}
