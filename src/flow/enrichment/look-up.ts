import { setTimeout as sleep } from 'node:timers/promises';
import { type Enrichment, type Known, type Subject, subjectKey } from '../../incident/enrichment.ts';
import { readAskedOf, readKnownBy, want } from '../../store/enrichments.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { turnsFor } from './plan.ts';

/** People wait for it, and Slack's command has half an hour, Teams a few seconds that a message of its own outlives. */
const patienceMs = 8_000;
const lookAgainMs = 100;
/** Who asks twice within this is told the same. */
const leastSeconds = 30;

/**
 * What is known of a subject outside of any incident: asked where it is not known or its lifetime is over, and waited for.
 * What has not come in time is `asking` or `late` in what is returned. `only` names enrichers, also those that are asked on
 * demand alone.
 */
export async function lookUp(
  floor: Watchfloor,
  subject: Subject,
  {
    only,
    anew = false,
    waitMs = patienceMs,
  }: { only?: readonly string[]; anew?: boolean; waitMs?: number } = {},
): Promise<Known<Enrichment>[]> {
  const turns = turnsFor(floor, subject, only);
  if (turns.length === 0) return [];
  await want(floor.db, turns, { anew, leastSeconds });
  floor.ringEnrich();
  const names = new Set(turns.map(({ enricher }) => enricher));
  const end = performance.now() + waitMs;
  for (;;) {
    const all = await readKnownBy(floor.db, subjectKey(subject));
    const known = all.filter(({ enricher }) => names.has(enricher));
    const isOpen = known.some(({ state }) => state === 'asking' || state === 'late');
    if (!isOpen || performance.now() >= end) return known;
    await sleep(lookAgainMs);
  }
}

/** Asks anew about everybody and everything in an incident; its cards follow. Returns how many turns that is. */
export async function askAnew(floor: Watchfloor, incidentId: number): Promise<number> {
  const asked = await readAskedOf(floor.db, incidentId);
  const turns = asked.flatMap(({ subject, enricher }) => turnsFor(floor, subject, [enricher]));
  await want(floor.db, turns, { anew: true, leastSeconds });
  floor.ringEnrich();
  return turns.length;
}
