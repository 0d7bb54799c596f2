import { type Alert, isSameOwner } from './alert.ts';
import type { Incident } from './incident.ts';

/**
 * What an incident says that its sources can hold too. For each alert we keep the stance that its source was
 * last known to hold: where the incident says otherwise now, somebody decided something that must be written;
 * where it says the same, a difference at the source is the source's own and must not be undone.
 */
export type Stance = Pick<Incident, 'status' | 'decidedSeverity' | 'owner' | 'closing'>;

export function stanceOf({ status, decidedSeverity, owner, closing }: Stance): Stance {
  return { status, decidedSeverity, owner, closing };
}

/** The stance of a source whose alert joins an incident: what it says itself, and nothing to decide on its severity. */
export function stanceAtJoin({ handling }: Alert, incident: Incident): Stance {
  const { status, owner, closing } = handling;
  return { status, owner, closing, decidedSeverity: incident.decidedSeverity };
}

export function isSameEnding(
  a: Pick<Stance, 'status' | 'closing'>,
  b: Pick<Stance, 'status' | 'closing'>,
): boolean {
  // Field by field: what was stored lacks the keys that have no value.
  return (
    a.status === b.status &&
    a.closing?.classification === b.closing?.classification &&
    a.closing?.reason === b.closing?.reason &&
    a.closing?.comment === b.closing?.comment
  );
}

/**
 * The alert as its source last showed it, with what we have written since filled in where it took. What differs
 * from this in what the source shows now was done by somebody else.
 */
export function withOwnChanges(before: Alert, now: Alert, held: Stance, said: Stance): Alert {
  const ownSeverity = said.decidedSeverity !== held.decidedSeverity && now.severity === said.decidedSeverity;
  const ownOwner = !isSameOwner(said.owner, held.owner) && isSameOwner(now.handling.owner, said.owner);
  const ownEnding = !isSameEnding(said, held) && now.handling.status === said.status;
  return {
    ...before,
    severity: ownSeverity ? now.severity : before.severity,
    handling: {
      ...before.handling,
      owner: ownOwner ? now.handling.owner : before.handling.owner,
      status: ownEnding ? now.handling.status : before.handling.status,
      closing: ownEnding ? now.handling.closing : before.handling.closing,
    },
  };
}

/** The stance that a source holds after it changed from `before` to `now` and the incident took that in. */
export function stanceAfter(held: Stance, before: Alert, now: Alert, incident: Incident): Stance {
  const sameEnding = isSameEnding(before.handling, now.handling);
  return {
    decidedSeverity: before.severity === now.severity ? held.decidedSeverity : incident.decidedSeverity,
    owner: isSameOwner(before.handling.owner, now.handling.owner) ? held.owner : incident.owner,
    status: sameEnding ? held.status : incident.status,
    closing: sameEnding ? held.closing : incident.closing,
  };
}
