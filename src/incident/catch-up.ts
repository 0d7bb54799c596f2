import { isSameOwner, type Severity, severities } from './alert.ts';
import type { Incident, IncidentEvent } from './incident.ts';
import type { RunMove } from './run.ts';

/** Something that happened, with its incident as it is now. */
export interface Happened {
  incident: Incident;
  event: IncidentEvent;
}

export type NewsKind =
  | 'yours'
  | 'new-high'
  | 'graver'
  | 'escalated'
  | 'handed-over'
  | 'taken'
  | 'playbooks'
  | 'reopened'
  | 'closed';

/** What changed while somebody was away, grouped by what they do about it; the first group is the most urgent. */
export interface News {
  groups: { kind: NewsKind; told: Happened[]; more: number }[];
  /** New incidents that are not told of one by one, by severity. */
  otherNew: { severity: Severity; count: number }[];
}

/** More of one kind nobody reads on a phone. */
const mostOfKind = 8;

const order: NewsKind[] = [
  'yours',
  'new-high',
  'graver',
  'escalated',
  'handed-over',
  'taken',
  'playbooks',
  'reopened',
  'closed',
];

/** Of each incident in each group the newest alone. `happened` is newest first, without what they did themselves. */
export function catchUp(happened: Happened[], me: { id: string; name: string; upn: string }): News {
  const known = new Set<string>();
  const groups = new Map<NewsKind, Happened[]>();
  const otherNew = new Map<Severity, Set<number>>();
  for (const one of happened) {
    if (isOtherNew(one)) {
      const ids = otherNew.get(one.incident.severity) ?? new Set();
      otherNew.set(one.incident.severity, ids.add(one.incident.id));
    }
    const kind = kindOf(one, me);
    const key = `${kind} ${one.incident.id}`;
    if (!kind || known.has(key)) continue;
    known.add(key);
    groups.set(kind, [...(groups.get(kind) ?? []), one]);
  }
  return {
    groups: order.flatMap((kind) => {
      const all = groups.get(kind) ?? [];
      if (all.length === 0) return [];
      return [{ kind, told: all.slice(0, mostOfKind), more: Math.max(0, all.length - mostOfKind) }];
    }),
    otherNew: severities.flatMap((severity) => {
      const count = otherNew.get(severity)?.size ?? 0;
      return count > 0 ? [{ severity, count }] : [];
    }),
  };
}

/** Where somebody looks for it; `undefined` of what is told under another event, or of no interest to whoever was away. */
function kindOf({ incident, event }: Happened, me: Parameters<typeof catchUp>[1]): NewsKind | undefined {
  const isMine = incident.status !== 'closed' && isSameOwner(incident.owner, me);
  switch (event.type) {
    case 'opened':
      return incident.severity === 'high' && incident.mergedInto === undefined ? 'new-high' : undefined;
    case 'severity-changed':
      return isMine ? 'yours' : event.severity === 'high' ? 'graver' : undefined;
    case 'escalated':
      return incident.status === 'closed' ? undefined : 'escalated';
    case 'handed-over':
      return 'handed-over';
    case 'acknowledged':
    case 'assigned':
      if (isMine) return 'yours';
      // How it ended says more.
      return incident.status === 'closed' || !incident.owner ? undefined : 'taken';
    case 'run-moved':
      return tells(event.move) ? 'playbooks' : undefined;
    case 'reopened':
      return incident.status === 'closed' ? undefined : 'reopened';
    case 'closed':
      return incident.status === 'closed' ? 'closed' : undefined;
    case 'commented':
    case 'noted':
    case 'answered':
    case 'unanswered':
    case 'evidence-pinned':
    case 'released':
    case 'alert-joined':
      return isMine ? 'yours' : undefined;
    default:
      // What is added later has its own place, or none here.
      return undefined;
  }
}

function isOtherNew({ incident, event }: Happened): boolean {
  return event.type === 'opened' && incident.severity !== 'high' && incident.mergedInto === undefined;
}

/** How it went, not that it went on. */
function tells(move: RunMove): boolean {
  switch (move) {
    case 'requested':
    case 'broke-glass':
    case 'refused':
    case 'expired':
    case 'succeeded':
    case 'failed':
    case 'undone':
    case 'undo-failed':
      return true;
    case 'changed':
    case 'approved':
    case 'reviewed':
    case 'withdrawn':
    case 'started':
    case 'reminded':
    case 'extended':
    case 'carried':
    case 'undo-started':
      return false;
  }
}
