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

/** Which of the things that we said, and that it did not hold before, a source shows now. */
function tookOver(now: Alert, held: Stance, said: Stance) {
  return {
    severity: said.decidedSeverity !== held.decidedSeverity && now.severity === said.decidedSeverity,
    owner: !isSameOwner(said.owner, held.owner) && isSameOwner(now.handling.owner, said.owner),
    ending: !isSameEnding(said, held) && now.handling.status === said.status,
  };
}

/**
 * The alert as its source last showed it, with what we have written since filled in where it took. What differs
 * from this in what the source shows now was done by somebody else.
 */
export function withOwnChanges(before: Alert, now: Alert, held: Stance, said: Stance): Alert {
  const own = tookOver(now, held, said);
  return {
    ...before,
    severity: own.severity ? now.severity : before.severity,
    handling: {
      ...before.handling,
      owner: own.owner ? now.handling.owner : before.handling.owner,
      status: own.ending ? now.handling.status : before.handling.status,
      closing: own.ending ? now.handling.closing : before.handling.closing,
    },
  };
}

/** What a source holds after a write that may have happened only in part. */
export function stanceAfterTrying(now: Alert, held: Stance, tried: Stance): Stance {
  const own = tookOver(now, held, tried);
  return {
    decidedSeverity: own.severity ? tried.decidedSeverity : held.decidedSeverity,
    owner: own.owner ? tried.owner : held.owner,
    status: own.ending ? tried.status : held.status,
    closing: own.ending ? tried.closing : held.closing,
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
