import type { ChatUser, Spot } from '../../channels/channel.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { Caller } from '../../people/people.ts';
import type { AnswerPlace, StoredAudience } from '../../store/queries.ts';
import { findThread } from '../../store/query-messages.ts';
import { audienceAlone, audienceIn, audienceOfAnswer } from '../audience.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { forLeadsAlone } from './tables.ts';

/** Where an answer goes, who reads it there, and what is said here now; nothing where it comes in this very place. */
export interface Destination {
  place: AnswerPlace;
  audience: StoredAudience;
  said: string | undefined;
}

/**
 * Where they wrote, else the thread of the incident's card, else their direct chat. What the room may not be told goes to
 * the direct chat wherever it was asked.
 */
export async function destinationOf(
  floor: Watchfloor,
  caller: Caller,
  { channel }: ChatUser,
  asked: { spot: Spot | undefined; incident: Incident | undefined; isPrivate: boolean; tables: string[] },
): Promise<Destination> {
  const { spot, incident } = asked;
  const leads = forLeadsAlone(asked.tables);
  const alone = (said: string): Destination => ({
    place: { isDirect: true, conversation: undefined, thread: undefined },
    audience: kept(audienceAlone(floor, caller, channel, incident ?? { restrictedTo: undefined })),
    said,
  });
  if (asked.isPrivate) return alone('The answer comes in our direct chat.');
  if (leads) return alone(`The answer comes in our direct chat: ${leads} is for leads alone.`);
  if (incident?.restrictedTo)
    return alone(`The answer comes in our direct chat: ${incidentName(incident.id)} is restricted.`);
  if (spot) {
    if (audienceIn(floor, { channel, conversation: spot.conversation }).shows === 'existence')
      return alone('The answer comes in our direct chat: this room is not shown what logs say.');
    const audience = audienceOfAnswer(floor, caller, { channel, conversation: spot.conversation });
    return { place: { isDirect: false, ...spot }, audience: kept(audience), said: undefined };
  }
  const thread = incident && (await findThread(floor.db, incident.id, channel));
  if (!incident || !thread) return alone('The answer comes in our direct chat.');
  const audience = audienceIn(floor, { channel, conversation: thread.conversation });
  if (audience.shows === 'existence') return alone('The answer comes in our direct chat.');
  const place = { isDirect: false, conversation: thread.conversation, thread: thread.message };
  return {
    place,
    audience: kept(audience),
    said: `The answer comes in the thread of ${incidentName(incident.id)}.`,
  };
}

function kept({ shows, hideHosts }: StoredAudience): StoredAudience {
  return { shows, hideHosts };
}
