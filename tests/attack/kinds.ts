import type { DenialReason } from '../../src/errors.ts';
import { type Assurance, type Deed, type Permission, permissions } from '../../src/people/permissions.ts';
import type { Role } from '../../src/people/roles.ts';

/** Kinds of people that a bot meets, with who is one of them in the sandbox. */
export interface Kind {
  kind: string;
  person: string;
  roles: Role[];
  slack: Standing;
  teams: Standing;
  /** Where their words are not even answered: two bots would answer each other for ever. */
  ignored?: 'teams';
}

/** How surely we know them, or why nothing they do counts. `at-the-door` is not even listened to. */
type Standing =
  | Assurance
  | Extract<DenialReason, 'unknown' | 'external' | 'bot' | 'deactivated'>
  | 'at-the-door';

export const kinds: Kind[] = [
  { kind: 'a viewer', person: 'vera', roles: ['viewer'], slack: 'full', teams: 'full' },
  { kind: 'a responder', person: 'olivia', roles: ['responder'], slack: 'full', teams: 'full' },
  { kind: 'an analyst', person: 'adam', roles: ['analyst'], slack: 'full', teams: 'full' },
  { kind: 'a lead', person: 'lena', roles: ['lead'], slack: 'full', teams: 'full' },
  { kind: 'a manager', person: 'marcus', roles: ['manager'], slack: 'full', teams: 'full' },
  { kind: 'an admin', person: 'amara', roles: ['admin'], slack: 'full', teams: 'full' },
  { kind: 'a guest', person: 'guest', roles: ['viewer'], slack: 'full', teams: 'full' },
  {
    kind: 'an analyst who linked nothing',
    person: 'priya',
    roles: ['analyst'],
    slack: 'basic',
    teams: 'full',
  },
  { kind: 'somebody of a partner', person: 'paula', roles: [], slack: 'external', teams: 'external' },
  {
    kind: 'somebody who left',
    person: 'dora',
    roles: ['analyst'],
    slack: 'deactivated',
    teams: 'deactivated',
  },
  { kind: 'a bot', person: 'robo', roles: [], slack: 'bot', teams: 'bot', ignored: 'teams' },
  { kind: 'a colleague without a role', person: 'mallory', roles: [], slack: 'unknown', teams: 'unknown' },
];

/** An analyst's account, but the request comes from a workspace or tenant that is not ours. */
export const foreign: Kind = {
  kind: 'an analyst of another tenant',
  person: 'adam',
  roles: [],
  slack: 'at-the-door',
  teams: 'at-the-door',
};

export type Verdict = 'allowed' | DenialReason | 'at-the-door' | 'silence';

/** What the table says; worked out here anew, so that a slip in the product's own reading of it shows. */
export function verdictOf({ roles, ...standings }: Kind, channel: 'slack' | 'teams', deed: Deed): Verdict {
  const permission: Permission = permissions[deed];
  const standing = standings[channel];
  if (standing === 'at-the-door') return standing;
  const isOurs = standing === 'full' || standing === 'basic';
  // Whom the roster does not know is still a colleague, who may ask who they are: and is told that we do not know them.
  const isColleague = isOurs || (standing === 'unknown' && deed !== 'whoami');
  if (permission.roles === 'everyone') return isColleague ? 'allowed' : standing;
  if (!isOurs) return standing;
  const allowed = permission.roles;
  if (!roles.some((role) => allowed.includes(role))) return 'role';
  return permission.needs === 'full' && standing === 'basic' ? 'assurance' : 'allowed';
}

/** How each refusal is told. */
const refusals: [RegExp, DenialReason][] = [
  [/" is for [a-z, ]+\. Ask one of them/, 'role'],
  [/needs to know for sure that it is you/, 'assurance'],
  [/I do not know you\./, 'unknown'],
  [/of another organisation/, 'external'],
  [/is switched off/, 'deactivated'],
  [/not from bots/, 'bot'],
  [/restricted to .*\. Ask one of them/, 'restricted'],
  [/Wait a minute, then go on/, 'too-often'],
];

/** What the answer amounts to. */
export function readVerdict(status: number, said: string): Verdict {
  // The door says 429 to an address that it has turned away often.
  if ([401, 403, 429].includes(status)) return 'at-the-door';
  if (said === '') return 'silence';
  return refusals.find(([pattern]) => pattern.test(said))?.[1] ?? 'allowed';
}
