import type { Audience, Curtain } from '../../channels/clearance.ts';
import { drawDetails } from '../../channels/details.ts';
import type { DetailsPart } from '../../channels/details-view.ts';
import type { SectionView } from '../../channels/query-view.ts';
import { subjectKey } from '../../incident/enrichment.ts';
import { subjectNamed } from '../../incident/subjects.ts';
import type { QueryPlan } from '../../kql/plan.ts';
import { readKnownBy } from '../../store/enrichments.ts';
import type { StoredQuery } from '../../store/queries.ts';
import { lookUp } from '../enrichment/look-up.ts';
import { inOrder, namerOf } from '../enrichment/show.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { isOfSeveral } from './known.ts';

/** The logs take about as long. */
const waitMs = 3_000;
/** A glance: the details are a command away. */
const factsOfPart = 3;

/** Asks enrichers about the entity of a query, and waits for them a little. Never throws: the logs are what was asked for. */
export async function askKnown(floor: Watchfloor, { plan }: Pick<StoredQuery, 'plan'>): Promise<void> {
  const subject = subjectOf(plan);
  if (!subject || floor.enrichers.size === 0) return;
  await lookUp(floor, subject, { waitMs }).catch((error: unknown) =>
    floor.log.warn({ reason: String(error) }, 'nobody could be asked about the entity of a query'),
  );
}

/** What enrichers know of the entity that is asked about: one section, or none. */
export async function drawKnown(
  floor: Watchfloor,
  { plan }: Pick<StoredQuery, 'plan'>,
  audience: Audience,
  show: Curtain,
): Promise<SectionView[]> {
  const subject = subjectOf(plan);
  // Facts name people and places.
  if (!subject || audience.shows === 'masked' || audience.shows === 'existence') return [];
  const known = await readKnownBy(floor.db, subjectKey(subject));
  const view = drawDetails(inOrder(floor, known), {
    title: '',
    nameOf: namerOf(floor),
    show,
    isMasked: false,
  });
  const [about] = view.subjects;
  if (!about) return [];
  const chips = about.chips.map(({ text }) => text).join(', ');
  const facts = [
    ...(about.verdict ? [{ label: 'Verdict', value: about.verdict }] : []),
    ...(chips ? [{ label: 'At a glance', value: chips }] : []),
    ...about.parts.map(inOneLine),
  ];
  return facts.length > 0 ? [{ title: 'Known', body: { kind: 'facts', facts }, more: undefined }] : [];
}

function inOneLine({ title, facts }: DetailsPart): { label: string; value: string } {
  const said = facts.slice(0, factsOfPart).map(({ label, value, at }) => {
    const time = at ? `${at.slice(0, 16).replace('T', ' ')} UTC` : '';
    return `${label}: ${[value, time].filter(Boolean).join(', ')}`;
  });
  return { label: title, value: said.join(' · ') };
}

function subjectOf(plan: QueryPlan) {
  return plan.about && isOfSeveral(plan) ? subjectNamed(plan.about) : undefined;
}
