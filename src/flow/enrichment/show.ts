import { type Audience, type Curtain, hang, isHidden, isMasked } from '../../channels/clearance.ts';
import { drawDetails, shownSubject } from '../../channels/details.ts';
import type { DetailsSubject, DetailsView } from '../../channels/details-view.ts';
import { whyInWords } from '../../channels/known.ts';
import { secondsInWords } from '../../channels/run-words.ts';
import { drawStanding } from '../../channels/standing.ts';
import type { ReplyView } from '../../channels/views.ts';
import { Refused } from '../../errors.ts';
import type { Entity } from '../../incident/alert.ts';
import { type Enrichment, type Known, type Subject, subjectName } from '../../incident/enrichment.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import { readHealth, readKnownOf } from '../../store/known.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { inOrder, namerOf } from './in-order.ts';
import { lookUp } from './look-up.ts';

/** All that is known of an incident, or of those of its entities whose name holds a text. */
export async function showDetails(
  floor: Watchfloor,
  incident: Incident,
  audience: Audience,
  about: string,
): Promise<ReplyView> {
  const name = incidentName(incident.id);
  if (isHidden(incident, audience)) return { kind: 'text', text: `${name} is not shown in this room.` };
  const show = hang(incident, audience);
  const title = `${name}: what is known`;
  const standing = about ? undefined : drawStanding(incident, show);
  const alone: DetailsView | undefined = standing && {
    title,
    subjects: [standing],
    more: 0,
    missing: [],
    fallback: `${title}.`,
  };
  if (floor.enrichers.size === 0)
    return alone ? { kind: 'details', details: alone } : { kind: 'text', text: enrichmentIsOff };
  const all = besides(incident.id, await readKnownOf(floor.db, incident.id));
  const wanted = about.toLowerCase();
  const known = all.filter(({ subject }) => subjectName(subject).toLowerCase().includes(wanted));
  if (known.length === 0) {
    if (alone) return { kind: 'details', details: alone };
    const text = about
      ? `Nothing in ${name} is called "${about.slice(0, 60)}".`
      : `Nothing is known of ${name} yet.`;
    return { kind: 'text', text };
  }
  return draw(floor, known, { title, show, audience }, standing);
}

/** The incident itself comes last, for its card tells of it; and that its entities are part of it is no news. */
function besides(id: number, known: Known<Enrichment>[]): Known<Enrichment>[] {
  const own = incidentName(id);
  const others = known.map((one) => {
    const facts = one.answer?.facts.filter(({ label }) => label !== own) ?? [];
    return one.answer ? { ...one, answer: { ...one.answer, facts } } : one;
  });
  return others.toSorted(
    (a, b) => Number(a.subject.kind === 'incident') - Number(b.subject.kind === 'incident'),
  );
}

/** Nobody is concerned but whoever is asked about. */
const nobody = { alerts: [], inquiries: [], deeds: [] };

/** What far sides know of a subject outside of any incident. Throws `Refused` where nobody can be asked. */
export async function showSubject(
  floor: Watchfloor,
  subject: Subject,
  audience: Audience,
  wish: { only?: readonly string[]; anew?: boolean },
): Promise<ReplyView> {
  if (floor.enrichers.size === 0) throw new Refused(enrichmentIsOff);
  const known = await lookUp(floor, subject, wish);
  if (known.length === 0) {
    throw new Refused(
      `Nobody can be asked about ${subjectName(subject).slice(0, 80)}. "enrichers" lists who is asked about what.`,
    );
  }
  const show = hang(nobody, audience, named(subject));
  return draw(floor, known, { title: shownSubject(subject, show), show, audience });
}

/** Masked like an entity of an incident. */
function named(subject: Subject): Entity[] {
  if (subject.kind === 'machine') return [{ ...subject, kind: 'host' }];
  return subject.kind === 'account' || subject.kind === 'resource' ? [subject] : [];
}

/** What people are told where nobody asks far sides anything. */
export const enrichmentIsOff =
  'Enrichment is off here. An admin turns it on: enrichment.enabled in the settings file.';

function draw(
  floor: Watchfloor,
  known: Known<Enrichment>[],
  { title, show, audience }: { title: string; show: Curtain; audience: Audience },
  standing?: DetailsSubject,
): ReplyView {
  const details = drawDetails(inOrder(floor, known), {
    title,
    nameOf: namerOf(floor),
    show,
    isMasked: isMasked(audience),
  });
  return {
    kind: 'details',
    details: standing ? { ...details, subjects: [standing, ...details.subjects].slice(0, 8) } : details,
  };
}

/** Every enricher: what it answers, what it needs, and how it fares. */
export async function showEnrichers({ db, enrichers }: Watchfloor): Promise<ReplyView> {
  if (enrichers.size === 0) return { kind: 'text', text: enrichmentIsOff };
  const health = await readHealth(db);
  return {
    kind: 'lines',
    title: `${enrichers.size} enrichers`,
    rows: [...enrichers.values()].map(({ name, question, permission, lifetimeSeconds, onDemand }) => {
      const { answered = 0, failed = 0, failure } = health.get(name) ?? {};
      const state =
        failed > 0 ? `${failed} not answered (${whyInWords(failure)})` : `${answered} answered today`;
      const when = onDemand ? 'asked on demand' : `kept for ${secondsInWords(lifetimeSeconds)}`;
      return { lead: name, text: `${question} Needs ${permission}; ${when}; ${state}.` };
    }),
  };
}
