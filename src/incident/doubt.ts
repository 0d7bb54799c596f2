import { mayBelongTo } from './account.ts';
import type { Alert, Entity, Owner } from './alert.ts';

/** Somebody got in, or got hold of what lets one in. */
const takenOver = ['initialaccess', 'credentialaccess'];

/**
 * Techniques that mean a stolen identity under whatever tactic they are filed: valid accounts, brute force, stolen
 * session cookies, their use, changed authentication, MFA fatigue. https://attack.mitre.org/techniques/enterprise
 */
const stolenIdentity = ['T1078', 'T1110', 'T1539', 'T1550', 'T1556', 'T1621'];

/**
 * Whether whoever sits at this account's chat may be somebody else, so that their answer would be worth nothing,
 * and would warn them. It is so where an alert names the account and
 *
 * - tells of access or of credentials: then the account itself is what was attacked; or
 * - is of high severity and the account is its target, or nothing else is: what was done in the account's name is
 *   grave, and nobody has shown that its owner did it.
 *
 * Too much doubt costs a manager a minute; too little asks the intruder. What is asked of accounts that only stand
 * beside what was attacked (a process's user, the owner of a mailbox that got mail) goes to their owners.
 */
export function isInDoubt(alerts: Alert[], person: Pick<Owner, 'id' | 'upn'>): boolean {
  return alerts.some((alert) => {
    const accounts = alert.entities.filter(
      (entity) => entity.kind === 'account' && mayBelongTo(entity, person),
    );
    if (accounts.length === 0) return false;
    if (alert.tactics.some(isTakeOver) || alert.techniques.some(isStolenIdentity)) return true;
    const targets = [person.upn, ...accounts.flatMap(namesOf)].filter(Boolean).map(lower);
    return alert.severity === 'high' && (alert.target === '' || targets.includes(lower(alert.target)));
  });
}

function namesOf(entity: Entity): string[] {
  return entity.kind === 'account' ? [entity.name, entity.upn, entity.oid] : [];
}

function isTakeOver(tactic: string): boolean {
  return takenOver.includes(lower(tactic).replace(/[^a-z]/g, ''));
}

/** Also sub-techniques: `T1110.003`. */
function isStolenIdentity(technique: string): boolean {
  return stolenIdentity.includes(technique.trim().toUpperCase().split('.', 1)[0] ?? '');
}

function lower(text: string): string {
  return text.trim().toLowerCase();
}
