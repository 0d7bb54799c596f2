import {
  type Known,
  type Mark,
  marks,
  type Subject,
  subjectKey,
  subjectName,
  type Trait,
  type Verdict,
} from './enrichment.ts';
import { chipOf } from './verdict.ts';

/** Something that an enricher told of one subject and that makes the incident weigh more. */
export interface Learned {
  mark: Mark;
  /** See `subjectKey`. */
  subject: string;
  /** `adm-keller@contoso.com`. */
  name: string;
  /** Goes on after the name: `is Global Administrator`; untrusted. */
  says: string;
  /** Name of the enricher. */
  by: string;
}

export type Weights = Record<Mark, number>;

/** Factors on the severity, like those of the settings' values. */
export const usualWeights: Weights = {
  privileged: 3,
  'crown-jewel': 3,
  leaked: 2,
  exposed: 1.5,
  'at-risk': 1.5,
  malicious: 1.5,
  vulnerable: 1.5,
};

/** What people call it; the same words as in the settings' values make one reason of two. */
export const markNames: Record<Mark, string> = {
  privileged: 'Privileged account',
  'crown-jewel': 'Crown jewel',
  exposed: 'Faces the internet',
  leaked: 'Password leaked',
  'at-risk': 'Account at risk',
  malicious: 'Known bad',
  vulnerable: 'Vulnerable',
};

/** `priority 4 → 12: nina.berg@contoso.com is at high risk (identity)`. Holds untrusted text. */
export function learnedInWords(learned: Learned[], priority: { before: number; after: number }): string {
  const [first, ...others] = learned;
  const { before, after } = priority;
  // Of two that weigh the same one is enough: the other is a reason more.
  const change = before === after ? `priority stays ${after}` : `priority ${before} → ${after}`;
  if (!first) return `${change}: nothing adds to its worth any more`;
  const more = others.length > 0 ? `, and ${others.length} more` : '';
  return `${change}: ${first.name} ${first.says} (${first.by})${more}`;
}

/** A screen shows three; more would only make the state heavy. */
const mostLearned = 20;

/** What enrichments make of an incident's worth: each mark of each subject once, as whoever told it first says it. */
export function learn(known: Known[]): Learned[] {
  const learned = new Map<string, Learned>();
  const note = (subject: Subject, { mark, says }: Trait, by: string) => {
    if (!mark) return;
    const key = subjectKey(subject);
    const one = { mark, subject: key, name: subjectName(subject), says: shorten(says), by };
    if (!learned.has(`${mark} ${key}`)) learned.set(`${mark} ${key}`, one);
  };
  for (const { subject, enricher, answer } of known) {
    for (const trait of answer?.traits ?? []) note(subject, trait, enricher);
  }
  for (const { subject, verdicts } of verdictsOf(known)) {
    const trait = chipOf(verdicts);
    if (trait) note(subject, trait, 'verdict');
  }
  return [...learned.values()].sort(byMark).slice(0, mostLearned);
}

/** By code point: half a surrogate pair is one that no database takes. */
function shorten(says: string): string {
  return Array.from(says).slice(0, 200).join('');
}

/** What is thought of each subject that anybody thinks something of. */
function verdictsOf(known: Known[]): { subject: Subject; verdicts: Verdict[] }[] {
  const bySubject = Map.groupBy(known, ({ subject }) => subjectKey(subject));
  return [...bySubject.values()].flatMap((all) => {
    const verdicts = all.flatMap(({ answer }) => answer?.verdict ?? []);
    return all[0] && verdicts.length > 0 ? [{ subject: all[0].subject, verdicts }] : [];
  });
}

function byMark(a: Learned, b: Learned): number {
  const rank = marks.indexOf(a.mark) - marks.indexOf(b.mark);
  return rank || (a.subject < b.subject ? -1 : 1);
}
