import { setTimeout as sleep } from 'node:timers/promises';
import { type Enrichment, type Known, type Subject, subjectKey } from '../../incident/enrichment.ts';
import { want } from '../../store/enrichments.ts';
import { readAskedOf, readKnownBy } from '../../store/known.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { turnsFor } from './plan.ts';

/** Until a turn begins and its answer is stored, beside the time that its enricher has. */
const graceMs = 2_000;
/** Most answer at once; of one that takes its time, whole answers are not read ten times a second. */
const firstLookMs = 100;
const longestLookMs = 500;
/** Who asks twice within this is told the same. */
const leastSeconds = 30;

/** `only` names enrichers, also those that are asked on demand alone; `anew`, even where it is known. */
export interface Wish {
  only?: readonly string[];
  anew?: boolean;
}

/** What is known as soon as all have answered, or their deadlines or `mostMs` are over; it never waits longer. */
export type Answers = (mostMs?: number) => Promise<Known<Enrichment>[]>;

/**
 * What is known of a subject outside of any incident: asked where it is not known or its lifetime is over, and waited for.
 * Nothing brings later what is `asking` or `late` in what is returned, so every enricher has its whole deadline: the receipt
 * of what a person says is on its way long before, and both platforms take the answer minutes after it.
 */
export async function lookUp(
  floor: Watchfloor,
  subject: Subject,
  wish: Wish = {},
): Promise<Known<Enrichment>[]> {
  const answers = await askAbout(floor, subject, wish);
  return answers();
}

/** The same in two steps, for those who have something else to do meanwhile. */
export async function askAbout(
  floor: Watchfloor,
  subject: Subject,
  { only, anew = false }: Wish = {},
): Promise<Answers> {
  const turns = turnsFor(floor, subject, only);
  if (turns.length === 0) return async () => [];
  await want(floor.db, turns, { anew, leastSeconds });
  floor.ringEnrich();
  const names = new Set(turns.map(({ enricher }) => enricher));
  const askedAt = performance.now();
  const endOf = (enricher: string) => askedAt + (floor.enrichers.get(enricher)?.deadlineMs ?? 0) + graceMs;

  return async (mostMs = Number.POSITIVE_INFINITY) => {
    const end = performance.now() + mostMs;
    for (let lookMs = firstLookMs; ; lookMs = Math.min(longestLookMs, lookMs * 1.5)) {
      const all = await readKnownBy(floor.db, subjectKey(subject));
      const known = all.filter(({ enricher }) => names.has(enricher));
      const open = known.filter(({ state }) => state === 'asking' || state === 'late');
      const lastEnd = Math.max(0, ...open.map(({ enricher }) => endOf(enricher)));
      const leftMs = Math.min(lastEnd, end) - performance.now();
      if (leftMs <= 0) return known;
      await sleep(Math.min(lookMs, leftMs));
    }
  };
}

/** Asks anew about everybody and everything in an incident; its cards follow. Returns how many turns that is. */
export async function askAnew(floor: Watchfloor, incidentId: number): Promise<number> {
  const all = await readAskedOf(floor.db, incidentId);
  const asked = all.filter(({ enricher }) => !floor.enrichers.get(enricher)?.onDemand);
  const turns = asked.flatMap(({ subject, enricher }) => turnsFor(floor, subject, [enricher]));
  await want(floor.db, turns, { anew: true, leastSeconds });
  floor.ringEnrich();
  return turns.length;
}
