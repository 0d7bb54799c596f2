import type { ChannelName } from '../../channels/channel.ts';
import { clean } from '../../channels/clean.ts';
import type { People } from '../../people/people.ts';
import type { DueNotice } from '../../store/notices.ts';
import { placesOf } from '../reach.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Where it is said: the conversation, or the user whose direct chat it is. `undefined` where nobody can be reached. */
export async function chatOf(
  floor: Watchfloor,
  people: People,
  { channel, place, personId, passed }: DueNotice,
): Promise<{ channel: string; place: string } | undefined> {
  if (channel !== undefined && place !== undefined) return { channel, place };
  const person = personId === undefined ? undefined : people.byId(personId);
  if (!person) return undefined;
  const reach = await placesOf(floor, people, person, []);
  const found = reach.find(({ channel, userId }) => !passed.includes(`${channel} ${userId}`));
  return found && { channel: found.channel, place: found.userId };
}

/** Whom a message in that channel can mention; whoever has no account there that we know of is left out. */
export async function mentionsIn(
  people: People,
  channel: ChannelName,
  calls: string[],
): Promise<{ userId: string; name: string }[]> {
  const mentions = [];
  for (const id of calls) {
    const person = people.byId(id);
    if (!person) continue;
    const [userId] = channel === 'teams' ? [person.id] : await people.slackIdsOf(person.id);
    if (userId) mentions.push({ userId, name: clean(person.name, 80) });
  }
  return mentions;
}
