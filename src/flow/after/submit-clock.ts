import type { ChatUser, FieldFaults, Outcome } from '../../channels/channel.ts';
import type { Caller } from '../../people/people.ts';
import { audienceOfPress } from '../audience.ts';
import { face, offer, readFor } from '../reader.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { readStart } from './clock-form.ts';
import { startClock } from './clocks.ts';

/** The filled form behind a card's button: the clock runs, and the card says so. */
export async function submitClock(
  floor: Watchfloor,
  { channel, zone }: ChatUser,
  person: Caller,
  id: number,
  fields: Record<string, string>,
): Promise<Outcome | FieldFaults> {
  const read = readStart(fields);
  if ('faults' in read) return read;
  const { told } = await startClock(floor, person, id, { ...read, zone });
  const stored = await readFor(floor, person, id);
  const card = face(floor, stored, audienceOfPress(floor, person, channel, stored.incident));
  return { card: offer(card, person), told, changed: true };
}
