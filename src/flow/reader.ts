import { drawCard, drawRow } from '../channels/card.ts';
import { clean } from '../channels/clean.ts';
import { type Audience, hang, named, revealed } from '../channels/clearance.ts';
import type { ButtonView, CardView, ReplyView } from '../channels/views.ts';
import type { Reader } from '../commands/command.ts';
import { Refused } from '../errors.ts';
import { incidentName } from '../incident/incident.ts';
import { prioritise } from '../incident/priority.ts';
import { admitTo, type Caller } from '../people/people.ts';
import { mayDo } from '../people/permissions.ts';
import { findIncidents, mostCounted, mostWalked } from '../store/find.ts';
import { readStory } from '../store/history.ts';
import { listOpen, readIncident, type StoredIncident } from '../store/incidents.ts';
import { listRefused } from '../store/raw-alerts.ts';
import { drawPast, pastOf } from './after/past.ts';
import { showHistory, showRecord } from './audit.ts';
import { findResource } from './enrichment/find-resource.ts';
import { namerOf, onCards } from './enrichment/in-order.ts';
import { askAnew } from './enrichment/look-up.ts';
import { showDetails, showEnrichers, showSubject } from './enrichment/show.ts';
import { flapsNow } from './flaps-now.ts';
import { noteLook } from './preparation/drills/looked.ts';
import { listEvidence } from './queries/evidence.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Rows of a list; more would not fit a phone. */
const listed = 10;

/** An incident for somebody. Throws `Refused` where there is none, `Denied` where they may not see it. */
export async function readFor(floor: Watchfloor, caller: Caller, id: number) {
  const stored = await readIncident(floor.db, id);
  if (!stored) throw new Refused(`There is no ${incidentName(id)}.`);
  admitTo(caller, stored.incident);
  return stored;
}

/** The incident as one card. */
export function face(
  floor: Watchfloor,
  { incident, failures, known }: Pick<StoredIncident, 'incident' | 'failures' | 'known'>,
  audience: Audience,
): CardView {
  const { reasons } = prioritise(incident, floor.worth);
  return drawCard(incident, {
    reasons,
    failures,
    known: onCards(floor, known),
    nameOf: namerOf(floor),
    audience,
    flapsUntil: flapsNow(floor, incident),
  });
}

/** A card that one person alone reads offers what they may do, and nothing else. */
export function offer(card: CardView, caller: Caller): CardView {
  const may = ({ verb }: ButtonView) => mayDo(caller, verb);
  return { ...card, buttons: card.buttons.filter(may), more: card.more.filter(may) };
}

/** What a command may look at on behalf of somebody; `isForThemAlone` says whether what was looked at is for others, too. */
export function createReader(
  floor: Watchfloor,
  caller: Caller,
  audience: Audience,
): Reader & { isForThemAlone(): boolean } {
  let alone = false;
  return {
    isForThemAlone: () => alone,
    async card(id, unmasked = false): Promise<ReplyView> {
      const stored = await readFor(floor, caller, id);
      const isRestricted = stored.incident.restrictedTo !== undefined;
      if (isRestricted) await noteViewed(floor, caller, id, unmasked ? 'revealed' : 'card');
      const reader = unmasked ? revealed : isRestricted ? named : audience;
      alone ||= reader.alone;
      const card = face(floor, stored, reader);
      return { kind: 'incident', card: reader.alone ? offer(card, caller) : card };
    },
    async past(id, at, zone): Promise<ReplyView> {
      const { incident } = await readFor(floor, caller, id);
      const story = await readStory(floor.db, id);
      const then = pastOf(id, story, at, zone);
      // It may have been for named people then, or be so now.
      admitTo(caller, then.incident);
      const isRestricted = (incident.restrictedTo ?? then.incident.restrictedTo) !== undefined;
      if (isRestricted) await noteViewed(floor, caller, id, 'past');
      alone ||= isRestricted || audience.shows === 'existence';
      const reader = isRestricted ? named : audience;
      return { kind: 'page', page: drawPast(incident, story, then, reader, { at, zone }) };
    },
    async list({ owner, unowned, silenced = false }): Promise<ReplyView> {
      const forPerson = caller.assurance === 'full' ? caller.id : undefined;
      const filter = { ownerId: owner?.id, unowned, silenced, forPerson, limit: listed };
      const { incidents, total, quiet } = await listOpen(floor.db, filter);
      const restricted = incidents.filter(({ restrictedTo }) => restrictedTo !== undefined);
      await Promise.all(restricted.map(({ id }) => noteViewed(floor, caller, id, 'list')));
      alone ||= restricted.length > 0;
      const whose = owner ? ` of ${clean(owner.name, 60)}` : unowned ? ' that nobody has' : '';
      const which = silenced ? 'silenced' : 'open';
      const beside =
        quiet > 0 ? `; ${quiet} more ${quiet === 1 ? 'is' : 'are'} silenced: list --silenced` : '';
      if (total === 0) return { kind: 'text', text: `No ${which} incidents${whose}${beside}.` };
      return {
        kind: 'incidents',
        title: `${total} ${which} ${total === 1 ? 'incident' : 'incidents'}${whose}${beside}`,
        rows: incidents.map((incident) => drawRow(incident, incident.restrictedTo ? named : audience)),
        more: total - incidents.length,
      };
    },
    async find({ page, words, ...filter }): Promise<ReplyView> {
      const forPerson = caller.assurance === 'full' ? caller.id : undefined;
      const offset = (page - 1) * listed;
      const sought = {
        ...filter,
        words: words.split(/\s+/).filter(Boolean),
        forPerson,
        limit: listed,
        offset,
      };
      const { incidents, total, isCut } = await findIncidents(floor.db, sought);
      const restricted = incidents.filter(({ restrictedTo }) => restrictedTo !== undefined);
      await Promise.all(restricted.map(({ id }) => noteViewed(floor, caller, id, 'list')));
      alone ||= restricted.length > 0;
      const looked = isCut
        ? ` among the newest ${mostWalked.toLocaleString('en')}; a rarer word looks at all`
        : '';
      if (incidents.length === 0) {
        return {
          kind: 'text',
          text: page > 1 ? 'None on that page.' : `No incident fits${looked}.`,
        };
      }
      const count = total < mostCounted ? String(total) : `${mostCounted} or more`;
      return {
        kind: 'incidents',
        title: `${count} ${total === 1 ? 'incident fits' : 'incidents fit'}${looked}${page > 1 ? `, page ${page}` : ''}`,
        rows: incidents.map((incident) => drawRow(incident, incident.restrictedTo ? named : audience)),
        more: Math.max(0, total - offset - incidents.length),
      };
    },
    hunts: floor.atHand.hunts,
    now: floor.now(),
    async evidence(id): Promise<ReplyView> {
      const { incident } = await readFor(floor, caller, id);
      const isRestricted = incident.restrictedTo !== undefined;
      if (isRestricted) await noteViewed(floor, caller, id, 'evidence');
      alone ||= isRestricted || audience.shows === 'existence';
      return listEvidence(floor.db, id, hang(incident, isRestricted ? named : audience));
    },
    async details(id, about = ''): Promise<ReplyView> {
      const { incident } = await readFor(floor, caller, id);
      const isRestricted = incident.restrictedTo !== undefined;
      if (isRestricted) await noteViewed(floor, caller, id, 'details');
      await noteLook(floor, caller, incident);
      alone ||= isRestricted || audience.shows === 'existence';
      return showDetails(floor, incident, isRestricted ? named : audience, about);
    },
    async enrich(id): Promise<ReplyView> {
      const { incident } = await readFor(floor, caller, id);
      await noteLook(floor, caller, incident);
      const turns = await askAnew(floor, id);
      const text =
        turns > 0
          ? `Asking anew what is known of ${incidentName(id)}. Its card follows within seconds.`
          : `There is nobody to ask about ${incidentName(id)}.`;
      return { kind: 'text', text };
    },
    async lookUp(subject, wish = {}): Promise<ReplyView> {
      const isByName = subject.kind === 'path' && !subject.to.startsWith('/');
      const asked = isByName
        ? { ...subject, to: (await findResource(floor, subject.to)).resourceId }
        : subject;
      return showSubject(floor, asked, audience, wish);
    },
    findResource: (said) => findResource(floor, said),
    enrichers: () => showEnrichers(floor),
    async audit(id): Promise<ReplyView> {
      alone = true;
      if (id === undefined) return showRecord(floor.db);
      const { incident } = await readFor(floor, caller, id);
      if (incident.restrictedTo !== undefined) await noteViewed(floor, caller, id, 'history');
      return showHistory(floor.db, id, hang(incident, incident.restrictedTo ? named : audience));
    },
    async refused(): Promise<ReplyView> {
      const payloads = await listRefused(floor.db, listed);
      if (payloads.length === 0) return { kind: 'text', text: 'I could read every alert that came.' };
      return {
        kind: 'lines',
        title: 'Alerts that I could not read; each is kept for 90 days',
        rows: payloads.map(({ id, source, receivedAt, reason }) => ({
          lead: `raw ${id} · ${source} · ${receivedAt.slice(0, 16).replace('T', ' ')} UTC`,
          text: clean(reason, 200),
        })),
      };
    },
  };
}

/** Whoever looks at a restricted incident is on record. */
export async function noteViewed(
  { recorder, now }: Watchfloor,
  { id, name }: Caller,
  incident: number,
  how:
    | 'card'
    | 'list'
    | 'revealed'
    | 'history'
    | 'evidence'
    | 'details'
    | 'past'
    | 'review'
    | 'follow-ups'
    | 'silence',
): Promise<void> {
  const by = { kind: 'person', id, name } as const;
  await recorder.note({ at: now().toISOString(), by, type: 'viewed', incident, data: { how } });
}
