import type { Channel } from '../channels/channel.ts';
import { type FarSideError, isRetryable } from '../errors.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { longestRestSeconds, type Place } from '../store/cards.ts';
import { raise } from './notice.ts';
import type { Watchfloor } from './watchfloor.ts';

/** What could not be shown. */
export interface Unshown extends Place {
  id: string;
  /** For the log: a card, a summary. */
  what: string;
  /** There is a message that was to be edited. */
  posted: boolean;
  attempts: number;
  /** The incident that is told of; `undefined` where it is many. */
  about: Incident | undefined;
}

/** What is to be done about it. Seconds; without `retrySeconds` it is given up until the next change. */
export interface Cure {
  /** The message is gone and is to be posted anew. */
  lost: boolean;
  retrySeconds: number | undefined;
  /** How long nothing is sent into the conversation. */
  restSeconds: number;
}

const longestPauseSeconds = 300;
/** About two minutes in which a token may just be being changed. */
const triesBeforeTelling = 3;

/** What a chat platform's refusal means for what was to be shown; told to people where only they can mend it. */
export async function recovery(
  floor: Watchfloor,
  channel: Channel,
  unshown: Unshown,
  error: FarSideError,
): Promise<Cure> {
  const { log } = floor;
  const fields = {
    [unshown.what]: unshown.id,
    incident: unshown.about?.id,
    channel: unshown.channel,
    reason: error.reason,
  };
  const paceSeconds = channel.pace / 1000;
  if (error.reason === 'not-found' && unshown.posted) {
    log.warn(fields, 'message was deleted, posting it anew');
    return { lost: true, retrySeconds: 0, restSeconds: paceSeconds };
  }
  // A wrong token or a missing room is mended by people; the card must come once it is.
  const mendable = error.reason === 'auth' || error.reason === 'not-found';
  if (!isRetryable(error) && !mendable) {
    log.error({ ...fields, detail: error.message }, 'card cannot be shown');
    floor.telemetry.countGivenUp('card');
    await tellPeople(floor, unshown, error);
    return { lost: false, retrySeconds: undefined, restSeconds: 0 };
  }
  const asked =
    error.retryAfter === undefined ? backOff(unshown.attempts, mendable) : error.retryAfter / 1000;
  const pause = Math.min(asked, longestRestSeconds);
  log.warn({ ...fields, pause, detail: error.message }, 'card not shown yet');
  if (mendable && unshown.attempts === triesBeforeTelling) await tellPeople(floor, unshown, error);
  // A throttled conversation rests as a whole; other trouble holds up only this card.
  const restSeconds = error.reason === 'rate-limited' ? pause : paceSeconds;
  return { lost: false, retrySeconds: pause, restSeconds };
}

/** An incident that cannot be shown is an alert of its own; but what tells of that must not tell of itself. */
async function tellPeople(floor: Watchfloor, unshown: Unshown, error: FarSideError): Promise<void> {
  const { about, channel, conversation } = unshown;
  if (about?.alerts.some((alert) => alert.source === 'watchfloor')) return;
  await raise(floor, {
    type: 'card-given-up',
    title: `${about ? incidentName(about.id) : 'A storm'} cannot be shown in ${channel} ${conversation}`,
    description: error.message,
    target: `${channel} ${conversation}`,
  });
}

/** 0.5, 1, 2, 4 … s; what waits for people is asked for less often. */
function backOff(attempts: number, mendable: boolean): number {
  return Math.min(longestPauseSeconds, (mendable ? 15 : 0.5) * 2 ** Math.min(attempts, 12));
}
