import type { ChatUser, FieldFaults, Outcome } from '../../channels/channel.ts';
import { readSilenceForm } from '../../commands/silence-form.ts';
import type { Caller, People } from '../../people/people.ts';
import { audienceOfPress } from '../audience.ts';
import { face, offer, readFor } from '../reader.ts';
import { openVisitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { openSilenceDesk } from './desk.ts';

/** The form behind More on a card: what comes of it is a preview, for whoever filled it alone. */
export async function submitSilence(
  floor: Watchfloor,
  people: People,
  user: ChatUser,
  person: Caller,
  incident: number,
  fields: Record<string, string>,
): Promise<Outcome | FieldFaults> {
  const read = readSilenceForm(fields, floor.now(), floor.quiet.policy.timeZone);
  if ('faults' in read) return read;
  const stored = await readFor(floor, person, incident);
  const audience = audienceOfPress(floor, person, user.channel, stored.incident);
  const visitor = openVisitor({ person, people, user, conversation: '', audience });
  const { scope, until, reason } = read;
  const desk = openSilenceDesk(floor, visitor);
  const reply = await desk.preview({ what: { incident, scope }, until, reason, writeBack: false });
  const card = offer(face(floor, stored, audience), person);
  return { card, told: 'Nothing is silenced yet.', changed: false, reply };
}
