import type { ChatUser, Outcome } from '../channels/channel.ts';
import { incidentName } from '../incident/incident.ts';
import type { Caller } from '../people/people.ts';
import { leaveSummaries } from '../store/summaries.ts';
import { retryWriting } from '../store/write-backs.ts';
import { audienceAlone, audienceOfPress } from './audience.ts';
import { createReader, face, offer, readFor } from './reader.ts';
import type { Watchfloor } from './watchfloor.ts';

// Buttons of a card that decide nothing about its incident. Each throws `Refused`, or `Denied` where they may not see it.

/** Tries the write back again at once; whoever may decide may ask for it. */
export async function retry(floor: Watchfloor, user: ChatUser, person: Caller, id: number): Promise<Outcome> {
  const stored = await readFor(floor, person, id);
  await retryWriting(floor.db, id);
  floor.ringWriteBack();
  const card = face(floor, stored, audienceOfPress(floor, person, user.channel, stored.incident));
  return { card: offer(card, person), told: 'Trying again.', changed: false };
}

/** What is known, to whoever pressed alone; or asks for it anew. */
export async function tellKnown(
  floor: Watchfloor,
  user: ChatUser,
  person: Caller,
  id: number,
  verb: 'details' | 'enrich',
): Promise<Outcome> {
  const stored = await readFor(floor, person, id);
  const audience = audienceOfPress(floor, person, user.channel, stored.incident);
  const reply = await createReader(floor, person, audience)[verb](id);
  const card = offer(face(floor, stored, audience), person);
  if (reply.kind === 'text') return { card, told: reply.text, changed: false };
  return { card, told: '', changed: false, reply };
}

/**
 * Somebody picks an incident from a storm's summary: it gets a card of its own there. Where cards show no more than that
 * it exists, they are shown it themselves.
 */
export async function giveCard(
  floor: Watchfloor,
  user: ChatUser,
  person: Caller,
  id: number,
): Promise<Outcome> {
  const stored = await readFor(floor, person, id);
  const { incident } = stored;
  const left = await leaveSummaries(floor.db, id, user.channel);
  floor.ringDeliver();
  const told = left
    ? `${incidentName(id)} gets its own card here.`
    : `${incidentName(id)} has a card already.`;
  const audience = audienceOfPress(floor, person, user.channel, incident);
  const card = offer(face(floor, stored, audience), person);
  if (!incident.restrictedTo && audience.shows !== 'existence') return { card, told, changed: false };
  const alone = audienceAlone(floor, person, user.channel, incident);
  const reply = await createReader(floor, person, alone).card(id);
  return { card, told: left ? told : `${incidentName(id)} is shown to you alone.`, changed: false, reply };
}
