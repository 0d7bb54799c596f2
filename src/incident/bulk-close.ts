import { Refused } from '../errors.ts';
import type { Closing, Instant, Owner } from './alert.ts';
import { type Incident, incidentName } from './incident.ts';

/** Incidents that are closed together, as one that is like them was. */
export interface BulkClose {
  number: number;
  /** Grows with every change. */
  version: number;
  state: 'previewed' | 'closed' | 'undone';
  by: Owner;
  /** The incident that was closed by hand. */
  precedent: number;
  closing: Closing;
  /** Of what was previewed; see `hashOfList`. */
  hash: string;
  previewedAt: Instant;
  closedAt: Instant | undefined;
  undoneAt: Instant | undefined;
  /** What it closed: how each stood before, and its version right after. */
  rows: { incident: number; was: 'new' | 'active'; version: number }[];
}

/** One screen to read through, and one statement to store. */
export const mostAtOnce = 50;

/** So long a preview may be confirmed, and what was closed be taken back. */
const bulkMinutes = 10;

/** What becomes of a preview that its author confirms. `hash` is of the list as it is now. */
export function refuseConfirm(bulk: BulkClose, by: Owner, at: Instant, hash: string): void {
  const anew = `Look at it anew: close-alike ${incidentName(bulk.precedent)}.`;
  if (bulk.by.id !== by.id) throw new Refused(`${bulk.by.name} has to confirm it, or make your own. ${anew}`);
  if (bulk.state !== 'previewed') throw new Refused(`Bulk ${bulk.number} is ${bulk.state} already.`);
  if (isOver(bulk.previewedAt, at)) throw new Refused(`You saw it more than ten minutes ago. ${anew}`);
  if (bulk.hash !== hash) throw new Refused(`It is another list than you saw. ${anew}`);
}

export function closed(bulk: BulkClose, at: Instant, rows: BulkClose['rows']): BulkClose {
  return { ...bulk, version: bulk.version + 1, state: 'closed', closedAt: at, rows };
}

/** Whoever closed them takes it back, or a lead does. */
export function undo(bulk: BulkClose, by: Owner, asLead: boolean, at: Instant): BulkClose {
  if (bulk.by.id !== by.id && !asLead)
    throw new Refused(`${bulk.by.name} closed these. Ask them, or a lead.`);
  if (bulk.state === 'previewed') throw new Refused(`Bulk ${bulk.number} has closed nothing.`);
  if (bulk.state === 'undone') throw new Refused(`Bulk ${bulk.number} is undone already.`);
  if (isOver(bulk.closedAt ?? at, at))
    throw new Refused(`That was more than ten minutes ago. Reopen what has to be: reopen INC-1042.`);
  return { ...bulk, version: bulk.version + 1, state: 'undone', undoneAt: at };
}

/** Somebody has done something with it since: it stays as they left it. */
export function wasTouched({ version }: BulkClose['rows'][number], incident: Incident | undefined): boolean {
  return incident?.status !== 'closed' || incident.deeds.some((deed) => deed.version > version);
}

/** Names the precedent, so that whoever reads it later knows what it rests on. */
export function commentOf({ number, precedent, closing }: BulkClose, count: number): string {
  const others = count === 1 ? '' : ` with ${count - 1} ${count === 2 ? 'other' : 'others'}`;
  const said = closing.comment ? `: ${closing.comment}` : '';
  return `Closed${others} like ${incidentName(precedent)} (bulk ${number})${said}`
    .slice(0, 3_000)
    .toWellFormed();
}

function isOver(since: Instant, at: Instant): boolean {
  return Date.parse(at) - Date.parse(since) > bulkMinutes * 60_000;
}
