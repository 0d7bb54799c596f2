import type { ChannelName } from '../channels/channel.ts';
import { FarSideError } from '../errors.ts';
import type { Alert, Owner } from '../incident/alert.ts';
import { isInDoubt } from '../incident/doubt.ts';
import type { People } from '../people/people.ts';
import type { Person } from '../people/roster.ts';
import type { Watchfloor } from './watchfloor.ts';

/** A direct chat that can be opened. `userId` is the platform's own. */
export interface Reach {
  channel: ChannelName;
  userId: string;
}

/**
 * Where somebody can be asked, best first. Teams signs people in with the account that is in doubt, and so does Slack
 * unless the settings say that it does not: such a chat proves nothing. In Slack only by a proven link.
 */
export async function placesOf(
  floor: Watchfloor,
  people: People,
  person: Owner,
  alerts: Alert[],
): Promise<Reach[]> {
  const inDoubt = isInDoubt(alerts, person);
  const inTeams = floor.channels.has('teams') && !inDoubt;
  const inSlack = floor.channels.has('slack') && (!inDoubt || floor.questions.slackSignIn === 'separate');
  const slackIds = inSlack ? await people.slackIdsOf(person.id) : [];
  return [
    ...(inTeams ? [{ channel: 'teams' as const, userId: person.id }] : []),
    ...slackIds.map((userId) => ({ channel: 'slack' as const, userId })),
  ];
}

/** Whom to ask in somebody's place; `undefined` where nobody is known, or the directory does not answer. */
export async function managerOf(
  { log }: Watchfloor,
  people: People,
  person: Owner,
): Promise<Person | undefined> {
  try {
    const manager = await people.managerOf(person.id);
    return manager?.id === person.id ? undefined : manager;
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    log.warn({ person: person.id, reason: error.reason }, 'the directory does not tell the manager');
    return undefined;
  }
}
