import type { FarSideReason } from '../errors.ts';
import type { Entity } from '../incident/alert.ts';
import {
  type Known,
  type Subject,
  subjectKey,
  subjectName,
  type Tone,
  type Trait,
} from '../incident/enrichment.ts';
import { subjectOf } from '../incident/subjects.ts';
import { chipOf } from '../incident/verdict.ts';
import { markNames } from '../incident/worth.ts';
import { mostChips } from './chips.ts';
import type { Curtain } from './clearance.ts';
import type { Chip } from './details-view.ts';

/** What people call an enricher, and whom it asks: `Identity`, `Entra ID`. */
export type NameEnricher = (enricher: string) => { title: string; side: string };

/** What is known of an entity at a glance: what is thought of it, then the worst. What a reason says above is left out. */
export function chipsOf(entity: Entity, known: Known[], reasons: string[], show: Curtain): Chip[] {
  const subject = subjectOf(entity);
  return subject ? chipsOfSubject(subject, known, reasons, show).slice(0, mostChips) : [];
}

export function chipsOfSubject(subject: Subject, known: Known[], reasons: string[], show: Curtain): Chip[] {
  const key = subjectKey(subject);
  const about = known.filter((one) => subjectKey(one.subject) === key);
  const verdict = chipOf(about.flatMap(({ answer }) => answer?.verdict ?? []));
  const traits = about
    .flatMap(({ answer }) => answer?.traits ?? [])
    .filter((trait) => !isSaid(trait, subject, reasons))
    .sort((a, b) => rank[a.tone] - rank[b.tone]);
  const chips = [...(verdict ? [verdict] : []), ...traits].map(({ chip, tone, isOurName }) => ({
    text: isOurName ? show.ours(chip, 24) : show(chip, 24),
    tone,
  }));
  return chips.filter(({ text }, n) => text !== '' && chips.findIndex((one) => one.text === text) === n);
}

const rank: Record<Tone, number> = { bad: 0, warning: 1, good: 2, neutral: 3 };

/** A reason is `Privileged account: adm-keller@contoso.com is Global Administrator; also svc-backup@contoso.com`. */
function isSaid({ mark }: Trait, subject: Subject, reasons: string[]): boolean {
  if (!mark) return false;
  const begin = `${markNames[mark]}: `;
  return reasons.some((reason) => reason.startsWith(begin) && reason.includes(subjectName(subject)));
}

/** How it went before, of the incident itself. */
export function precedentOf(known: Known[], show: Curtain): string | undefined {
  const said = known.find(({ subject, answer }) => subject.kind === 'incident' && answer?.sentence)?.answer
    ?.sentence;
  return said && show(said, 200);
}

/** What a card says of answers that it lacks; `isLate` where somebody should have answered by now. */
export interface Missing {
  text: string;
  isLate: boolean;
}

/** Whose answers are missing; those of sides that will not let us ask are told of in the details and to admins. */
export function missingOf(known: Known[], nameOf: NameEnricher): Missing | undefined {
  const open = known.filter(({ answer }) => answer === undefined);
  const asking = sidesOf(
    open.filter(({ state }) => state === 'asking'),
    nameOf,
  );
  const late = open.filter(
    ({ state, isTriedAgain }) => state === 'late' || (state === 'failed' && isTriedAgain),
  );
  if (late.length > 0) {
    const who = Map.groupBy(late, ({ enricher }) => nameOf(enricher).side);
    const named = [...who].map(([side, all]) => `${side} (${whyInWords(all[0]?.failure)})`);
    return { text: `Not answered: ${named.join(', ')}. I keep trying.`, isLate: true };
  }
  return asking.length > 0 ? { text: `Still asking ${asking.join(', ')}.`, isLate: false } : undefined;
}

function sidesOf(known: Known[], nameOf: NameEnricher): string[] {
  return [...new Set(known.map(({ enricher }) => nameOf(enricher).side))];
}

/** Why somebody has not answered, in a word or two. */
export function whyInWords(failure: FarSideReason | undefined): string {
  switch (failure) {
    case 'rate-limited':
      return 'throttled';
    case 'unavailable':
      return 'not available';
    case 'timeout':
      return 'too slow';
    case 'auth':
      return 'not allowed';
    case 'not-found':
      return 'not there';
    case 'conflict':
    case 'rejected':
      return 'refused';
    case undefined:
      return 'waiting for its turn';
  }
}
