import { Denied } from '../errors.ts';
import type { Risk } from '../incident/run.ts';
import { type Role, roles } from './roles.ts';

/**
 * How surely we know who is asking. `full`: the directory vouches for the account and the chat user is the account
 * (Teams signs people in with it; in Slack they linked it). `basic`: by a verified e-mail address alone, or while
 * the directory does not answer; good for what cannot do harm.
 */
export type Assurance = 'basic' | 'full';

export interface Permission {
  /** `everyone` is whoever the platform vouches for as one of ours, with a role or without. */
  roles: readonly Role[] | 'everyone';
  needs: Assurance;
}

/** Everybody known may look. */
const readers: Role[] = [...roles];
/** Take work and write it down. */
const responders: Role[] = ['responder', 'analyst', 'lead', 'admin'];
/** Hand work to others. */
const dispatchers: Role[] = ['responder', 'analyst', 'lead', 'manager', 'admin'];
/** Go deeper: evidence, personal details, people outside of the team. */
const investigators: Role[] = ['analyst', 'lead', 'admin'];
/** Answer for it. */
export const leads: readonly Role[] = ['lead', 'admin'];
const overseers: Role[] = ['lead', 'manager', 'admin'];
/** Speak for the team to others. */
const speakers: Role[] = ['analyst', 'lead', 'manager', 'admin'];

/**
 * Who may do what: the one table. What is not in it nobody may do. It is looked at when somebody acts, not when a
 * button is drawn, and holds for typed words, buttons and dialogs alike.
 */
export const permissions = {
  whoami: { roles: 'everyone', needs: 'basic' },
  link: { roles: 'everyone', needs: 'basic' },
  unlink: { roles: 'everyone', needs: 'basic' },
  help: { roles: readers, needs: 'basic' },
  permissions: { roles: readers, needs: 'basic' },
  access: { roles: overseers, needs: 'full' },

  list: { roles: readers, needs: 'basic' },
  show: { roles: readers, needs: 'basic' },
  take: { roles: responders, needs: 'basic' },
  acknowledge: { roles: responders, needs: 'basic' },
  assign: { roles: dispatchers, needs: 'basic' },
  comment: { roles: responders, needs: 'basic' },
  // Whoever sees that it burns may call for help.
  escalate: { roles: dispatchers, needs: 'basic' },
  note: { roles: responders, needs: 'basic' },
  retry: { roles: responders, needs: 'basic' },
  severity: { roles: responders, needs: 'full' },
  close: { roles: responders, needs: 'full' },
  reopen: { roles: responders, needs: 'full' },
  'close-alike': { roles: investigators, needs: 'full' },
  'undo-bulk': { roles: investigators, needs: 'full' },
  catchup: { roles: readers, needs: 'basic' },
  handover: { roles: responders, needs: 'full' },

  silences: { roles: readers, needs: 'basic' },
  silence: { roles: responders, needs: 'full' },
  // High severity, and what Azure is to hold.
  'silence-high': { roles: leads, needs: 'full' },
  'silence-azure': { roles: leads, needs: 'full' },

  find: { roles: readers, needs: 'basic' },
  hunts: { roles: readers, needs: 'basic' },
  cancel: { roles: responders, needs: 'basic' },
  evidence: { roles: responders, needs: 'full' },
  details: { roles: readers, needs: 'full' },
  enrich: { roles: responders, needs: 'full' },
  enrichers: { roles: readers, needs: 'basic' },
  netcheck: { roles: responders, needs: 'full' },
  topology: { roles: responders, needs: 'full' },
  recover: { roles: responders, needs: 'full' },
  posture: { roles: responders, needs: 'full' },
  investigate: { roles: responders, needs: 'full' },
  hunt: { roles: responders, needs: 'full' },
  user: { roles: responders, needs: 'full' },
  host: { roles: responders, needs: 'full' },
  ip: { roles: responders, needs: 'full' },
  file: { roles: responders, needs: 'full' },
  url: { roles: responders, needs: 'full' },
  resource: { roles: responders, needs: 'full' },
  pin: { roles: responders, needs: 'full' },
  query: { roles: investigators, needs: 'full' },

  timeline: { roles: readers, needs: 'full' },
  review: { roles: responders, needs: 'full' },
  lessons: { roles: responders, needs: 'full' },
  'follow-up': { roles: dispatchers, needs: 'full' },
  'follow-ups': { roles: readers, needs: 'basic' },
  // Of a restricted incident, leads alone.
  update: { roles: speakers, needs: 'full' },
  // Which of them may start which, the settings say.
  clock: { roles: overseers, needs: 'full' },

  playbooks: { roles: readers, needs: 'basic' },
  runs: { roles: readers, needs: 'basic' },
  contained: { roles: readers, needs: 'basic' },
  // Which of them somebody may run, `playbookRisks` says; whose yes a run needs, the settings.
  act: { roles: responders, needs: 'full' },
  run: { roles: responders, needs: 'full' },
  approve: { roles: responders, needs: 'full' },
  undo: { roles: responders, needs: 'full' },
  'break-glass': { roles: investigators, needs: 'full' },
  'review-run': { roles: leads, needs: 'full' },
  automation: { roles: leads, needs: 'full' },

  stats: { roles: dispatchers, needs: 'basic' },
  summary: { roles: dispatchers, needs: 'basic' },
  dashboard: { roles: readers, needs: 'basic' },
  oncall: { roles: readers, needs: 'basic' },
  // Swaps, what one takes on oneself, and one's own calendar.
  'oncall-change': { roles: dispatchers, needs: 'full' },
  // Puts others on call.
  'oncall-override': { roles: overseers, needs: 'full' },
  drill: { roles: readers, needs: 'basic' },
  // Everybody's time is taken by it.
  'drill-start': { roles: overseers, needs: 'full' },
  proof: { roles: readers, needs: 'basic' },
  reconcile: { roles: readers, needs: 'basic' },
  contacts: { roles: dispatchers, needs: 'full' },

  ask: { roles: responders, needs: 'full' },
  reveal: { roles: investigators, needs: 'full' },
  refused: { roles: investigators, needs: 'basic' },
  restrict: { roles: leads, needs: 'full' },
  unrestrict: { roles: leads, needs: 'full' },
  hold: { roles: overseers, needs: 'full' },
  'lift-hold': { roles: overseers, needs: 'full' },
  audit: { roles: overseers, needs: 'full' },
} as const satisfies Record<string, Permission>;

/** Something that needs a permission: a command, a button, a dialog's submit. */
export type Deed = keyof typeof permissions;

/** Who may ask for a playbook of this risk. */
export const playbookRisks = {
  low: { run: responders },
  medium: { run: investigators },
  high: { run: investigators },
} as const satisfies Record<Risk, { run: readonly Role[] }>;

/**
 * Whose rows somebody may read: of tables that hold more than traces of machines, here; of every other table, whoever may
 * look into logs at all. What was typed and what was saved and reviewed are alike in this.
 */
export const sensitiveTables = {
  EmailEvents: leads,
  EmailUrlInfo: leads,
  EmailAttachmentInfo: leads,
  EmailPostDeliveryEvents: leads,
  // What colleagues asked of the logs.
  LAQueryLogs: leads,
  OfficeActivity: investigators,
  CloudAppEvents: investigators,
  UrlClickEvents: investigators,
  BehaviorAnalytics: investigators,
  IdentityInfo: investigators,
  SigninLogs: investigators,
  AADNonInteractiveUserSignInLogs: investigators,
  AuditLogs: investigators,
} as const satisfies Record<string, readonly Role[]>;
export const otherTables: readonly Role[] = responders;

/** Who asks, as far as permissions care. */
export interface Asking {
  roles: readonly Role[];
  assurance: Assurance;
  /** Why only `basic`, as a sentence that says what to do; empty at `full`. */
  because: string;
}

/** Throws `Denied`, saying whom to ask or what to do. */
export function admit(asking: Asking, deed: Deed): void {
  const { roles: allowed, needs }: Permission = permissions[deed];
  if (allowed !== 'everyone' && !isOneOf(asking, allowed)) {
    const whom = allowed.join(', ');
    throw new Denied('role', `"${deed}" is for ${whom}. Ask one of them, or an admin for the role.`);
  }
  if (needs === 'full' && asking.assurance === 'basic') {
    throw new Denied('assurance', `"${deed}" needs to know for sure that it is you. ${asking.because}`);
  }
}

/** Whether `admit` would let them. */
export function mayDo(asking: Asking, deed: Deed): boolean {
  const { roles: allowed, needs }: Permission = permissions[deed];
  if (allowed !== 'everyone' && !isOneOf(asking, allowed)) return false;
  return needs === 'basic' || asking.assurance === 'full';
}

export function rolesOf(deed: Deed): Permission['roles'] {
  return permissions[deed].roles;
}

/** Whoever may take work may be given it. */
export function canOwn(person: { roles: readonly Role[] }): boolean {
  return isOneOf(person, responders);
}

/** They answer for what is done, beyond being one more pair of eyes. */
export function isLead(person: { roles: readonly Role[] }): boolean {
  return isOneOf(person, leads);
}

function isOneOf(person: { roles: readonly Role[] }, allowed: readonly Role[]): boolean {
  return person.roles.some((role) => allowed.includes(role));
}
