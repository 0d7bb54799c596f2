import { randomUUID } from 'node:crypto';
import { findRoom } from '../../channels/clearance.ts';
import type { Incident } from '../../incident/incident.ts';
import { insertPaper, type PaperKind } from '../../store/papers.ts';
import { audienceAlone } from '../audience.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';

/**
 * Whoever asked gets the file: where they asked, or alone where that room is not shown everything, nobody else heard them, or
 * the incident is for named people. Teams lets a bot hand over files in a direct chat alone. Returns what they are told.
 */
export async function orderPaper(
  floor: Watchfloor,
  visitor: Visitor,
  incident: Incident,
  kind: PaperKind,
  wantsAlone: boolean,
): Promise<string> {
  const { person, user, spot } = visitor;
  const room = spot && findRoom(floor.clearance, { channel: user.channel, conversation: spot.conversation });
  const isAlone =
    user.channel === 'teams' ||
    spot === undefined ||
    wantsAlone ||
    visitor.isAlone() ||
    incident.restrictedTo !== undefined ||
    (room !== undefined && room.shows !== 'whole');
  const { shows, hideHosts } = isAlone
    ? audienceAlone(floor, person, user.channel, incident)
    : visitor.audience;
  await insertPaper(floor.db, {
    id: randomUUID(),
    incident: incident.id,
    kind,
    channel: user.channel,
    chatUser: user.id,
    personId: person.id,
    place: isAlone ? undefined : spot,
    audience: { shows, hideHosts },
  });
  floor.after.ring();
  return isAlone ? 'The file comes in our direct chat.' : 'The file is on its way.';
}
