import { type Audience, type Curtain, isMasked } from '../../channels/clearance.ts';
import { drawDetails } from '../../channels/details.ts';
import type { DetailsPart } from '../../channels/details-view.ts';
import type { SectionView } from '../../channels/query-view.ts';
import { describe } from '../../errors.ts';
import { subjectKey } from '../../incident/enrichment.ts';
import { subjectNamed } from '../../incident/subjects.ts';
import type { QueryPlan } from '../../kql/plan.ts';
import { readKnownBy } from '../../store/known.ts';
import type { StoredQuery } from '../../store/queries.ts';
import { inOrder, namerOf } from '../enrichment/in-order.ts';
import { askAbout } from '../enrichment/look-up.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { isOfSeveral } from './known.ts';

/** The answer of the logs, which is what was asked for, waits no longer for what others know besides. */
const graceMs = 500;
/** A glance: the details are a command away. */
const factsOfPart = 3;

/**
 * Begins to ask enrichers about the entity of a query. What is returned waits until they have answered, but only for a
 * moment, however long they take. Neither throws.
 */
export function askKnown(floor: Watchfloor, { plan }: Pick<StoredQuery, 'plan'>): () => Promise<void> {
  const subject = subjectOf(plan);
  if (!subject || floor.enrichers.size === 0) return async () => {};
  const trouble = (error: unknown) =>
    floor.log.warn({ reason: describe(error) }, 'nobody could be asked about the entity of a query');
  const asked = askAbout(floor, subject).catch(trouble);
  return async () => {
    const answers = await asked;
    await answers?.(graceMs).catch(trouble);
  };
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
  if (!subject || isMasked(audience)) return [];
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
