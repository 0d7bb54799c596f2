import { createHash } from 'node:crypto';
import { subjectKey, subjectName } from './enrichment.ts';
import { type Approval, type Need, type Run, type RunOrder, stillNeed } from './run.ts';

/** The order as a person approves it: nothing of it may change unseen. */
export function hashOrder({ play, target, parameters, minutes }: RunOrder): string {
  const sorted = Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1));
  const exact = JSON.stringify([play, subjectKey(target), subjectName(target), sorted, minutes ?? null]);
  return createHash('sha256').update(exact).digest('hex');
}

/** What is missing for it to begin, as a sentence; empty where nothing is. */
export function stillNeeded(run: Pick<Run, 'need' | 'approvals'>): string {
  switch (stillNeed(run)) {
    case 'own':
      return '';
    case 'peer':
      return 'One more person has to approve.';
    case 'lead':
      return run.need === 'two' ? 'A lead has to approve, too.' : 'A lead has to approve.';
    case 'two':
      return 'A lead and one more person have to approve.';
  }
}

/** Whether so many have said yes to this very order. */
export function isEnough(wanted: Need, approvals: Approval[], hash: string): boolean {
  const valid = approvals.filter((one) => one.hash === hash);
  switch (wanted) {
    case 'own':
      return true;
    case 'peer':
      return valid.length >= 1;
    case 'lead':
      return valid.some(({ asLead }) => asLead);
    case 'two':
      return valid.length >= 2 && valid.some(({ asLead }) => asLead);
  }
}
