import { Refused } from '../errors.ts';
import { type Instant, isSameOwner, type Owner } from './alert.ts';
import { type Incident, incidentName } from './incident.ts';
import type { WorkingNote } from './working-note.ts';

/**
 * Where it stands. `draft`: whoever ends their shift looks through it. `signed`: it lies with whoever takes over. The rest is
 * how it ended.
 */
export type HandoverState = 'draft' | 'signed' | 'accepted' | 'declined' | 'withdrawn' | 'expired';

/** What one person hands to the next at a shift's end: signed by whoever gives, accepted by whoever takes. */
export interface Handover {
  number: number;
  /** Grows with every change. */
  version: number;
  state: HandoverState;
  from: Owner;
  to: Owner | undefined;
  /** The rota whose shift ends; `undefined` where somebody asked for it. */
  rota: string | undefined;
  /** Most important first, at most `mostEntries`. */
  entries: HandoverEntry[];
  /** So many that would belong here found no room. */
  more: number;
  draftedAt: Instant;
  signedAt: Instant | undefined;
  /** Object ids of those for whom it was signed, one for each signature; the last is the receiver. */
  receivers: string[];
  /** When it was accepted, declined, withdrawn, or its time was over. */
  settledAt: Instant | undefined;
  /** Before that it has to be settled. */
  expiresAt: Instant;
  /** Why it was declined, as it was written. */
  reason: string;
  /** Of an accepted one: what stayed where it was, and why. */
  left: { incident: number; why: string }[];
}

export interface HandoverEntry {
  incident: number;
  /** It was theirs; otherwise it was nobody's. */
  wasOwned: boolean;
  /** Whether the receiver is to have it. */
  included: boolean;
  /** How it stood when it was signed. */
  note?: WorkingNote;
}

/** More nobody takes over in one talk; the rest stays in the list. */
export const mostEntries = 30;

/** `Handover 7`. */
export function handoverName(number: number): string {
  return `Handover ${number}`;
}

export function isOpen({ state }: Pick<Handover, 'state'>): boolean {
  return state === 'draft' || state === 'signed';
}

/**
 * What belongs into a handover: what somebody owns, and what nobody does. Of that only what is grave is the receiver's
 * unless somebody says otherwise: a small thing that nobody took is not urgent at a shift's end either.
 */
export function entriesOf(owned: Incident[], unowned: Incident[]): HandoverEntry[] {
  return [
    ...owned.map(({ id }) => ({ incident: id, wasOwned: true, included: true })),
    ...unowned.map(({ id, severity }) => ({
      incident: id,
      wasOwned: false,
      included: severity === 'high' || severity === 'medium',
    })),
  ].slice(0, mostEntries);
}

/** The same draft with what is open now; what was chosen before is kept. */
export function redraft(
  handover: Handover,
  found: { entries: HandoverEntry[]; more: number; to: Owner | undefined },
): Handover {
  const chosen = new Map(handover.entries.map((entry) => [entry.incident, entry.included]));
  return moved(handover, {
    entries: found.entries.map((entry) => ({
      ...entry,
      included: chosen.get(entry.incident) ?? entry.included,
    })),
    more: found.more,
    to: found.to ?? handover.to,
  });
}

/** Whoever hands over chose: a signature was for what stood there before. */
export function revise(
  handover: Handover,
  by: Owner,
  change: { to?: Owner | undefined; included: Map<number, boolean> },
): Handover {
  refuseOthers(handover, by);
  refuseSettled(handover);
  const to = change.to ?? handover.to;
  if (to?.id === handover.from.id) throw new Refused('Hand over to somebody else than yourself.');
  return moved(handover, {
    to,
    state: 'draft',
    signedAt: undefined,
    entries: handover.entries.map(({ incident, wasOwned, included }) => ({
      incident,
      wasOwned,
      included: change.included.get(incident) ?? included,
    })),
  });
}

/** `notes` say how each stands at this moment; that is what is signed. */
export function sign(
  handover: Handover,
  by: Owner,
  at: Instant,
  { notes, expiresAt }: { notes: Map<number, WorkingNote>; expiresAt: Instant },
): Handover {
  refuseOthers(handover, by);
  refuseSettled(handover);
  const { number, to } = handover;
  if (handover.state === 'signed') throw new Refused(`You have signed it already. It lies with ${to?.name}.`);
  if (!to)
    throw new Refused(
      `Say who takes over: press Change on ${handoverName(number)}, or type handover to Adam.`,
    );
  return moved(handover, {
    state: 'signed',
    signedAt: at,
    receivers: [...handover.receivers, to.id],
    expiresAt,
    entries: handover.entries.map((entry) => {
      const note = notes.get(entry.incident);
      return note ? { ...entry, note } : entry;
    }),
  });
}

/** `left` is what was not handed over, and why. */
export function accept(handover: Handover, by: Owner, at: Instant, left: Handover['left']): Handover {
  refuseUnsigned(handover, by);
  return moved(handover, { state: 'accepted', settledAt: at, left });
}

export function decline(handover: Handover, by: Owner, at: Instant, reason: string): Handover {
  refuseUnsigned(handover, by);
  return moved(handover, { state: 'declined', settledAt: at, reason });
}

export function withdraw(handover: Handover, by: Owner, at: Instant): Handover {
  refuseOthers(handover, by);
  refuseSettled(handover);
  return moved(handover, { state: 'withdrawn', settledAt: at });
}

/** Its time is over; `undefined` where it is not, or where it was settled before. */
export function expire(handover: Handover, at: Instant): Handover | undefined {
  if (!isOpen(handover) || handover.expiresAt > at) return undefined;
  return moved(handover, { state: 'expired', settledAt: at });
}

/** Why one cannot be handed over although it was chosen; `undefined` where it can. It may have moved on since it was signed. */
export function whyLeft(
  { from, to }: Pick<Handover, 'from' | 'to'>,
  incident: Incident | undefined,
  receiverMaySee: boolean,
): string | undefined {
  if (!incident) return 'it is not here any more';
  if (incident.mergedInto !== undefined) return `it was merged into ${incidentName(incident.mergedInto)}`;
  if (incident.status === 'closed') return 'it was closed meanwhile';
  if (!receiverMaySee) return 'it is restricted to others';
  const { owner } = incident;
  if (owner && isSameOwner(owner, to)) return 'it was theirs already';
  if (owner && !isSameOwner(owner, from)) return `${owner.name} has it now`;
  return undefined;
}

function refuseOthers({ from, number }: Handover, by: Owner): void {
  if (from.id === by.id) return;
  throw new Refused(`${handoverName(number)} is ${from.name}'s. Make your own: handover to …`);
}

/** Only whoever it was signed for accepts or declines it, and only what was signed. */
function refuseUnsigned(handover: Handover, by: Owner): void {
  const { number, from, to, state } = handover;
  if (to?.id !== by.id)
    throw new Refused(`${handoverName(number)} is for ${to?.name ?? 'nobody yet'}, not for you.`);
  refuseSettled(handover);
  if (state !== 'signed')
    throw new Refused(`${from.name} has not signed it yet, or is changing it. You are told when they have.`);
}

function refuseSettled({ state, number }: Handover): void {
  switch (state) {
    case 'draft':
    case 'signed':
      return;
    case 'accepted':
    case 'declined':
    case 'withdrawn':
      throw new Refused(`${handoverName(number)} was ${state} already.`);
    case 'expired':
      throw new Refused(`The time of ${handoverName(number)} is over. Make a new one: handover to …`);
  }
}

function moved(handover: Handover, change: Partial<Handover>): Handover {
  return { ...handover, ...change, version: handover.version + 1 };
}
