import type { Severity, Status } from '../incident/alert.ts';
import { actorName, worse } from '../incident/incident.ts';
import type { Line } from '../record/line.ts';
import type { Db } from '../store/database.ts';
import { readEvents, type StoredEvent } from '../store/history.ts';
import { readRecords } from '../store/record.ts';

/** What is wanted; everything where nothing is said. */
export interface Wanted {
  since: Date | undefined;
  until: Date | undefined;
  incident: number | undefined;
  /** Name, id or user principal name, in any case. */
  actor: string | undefined;
  type: string | undefined;
}

/** Lines at a time. */
const atOnce = 1_000;
/** Events have the time of the replica, rows that of the database. */
const slackMs = 600_000;

/** Incident by incident, each from its first event on; then what stands beside them. A page is in memory at a time. */
export async function* exportLines(db: Db, wanted: Wanted): AsyncGenerator<Line> {
  for await (const line of eventLines(db, wanted)) if (isWanted(line, wanted)) yield withoutUpn(line);
  let after = 0;
  for (;;) {
    const page = await readRecords(db, after, atOnce);
    for (const { number, at, actor, type, incident, data, hash } of page) {
      const line = { id: `record/${number}`, at, actor, type, incident, data, hash };
      const whole = { ...line, status: undefined, severity: undefined, upn: '' };
      if (isWanted(whole, wanted)) yield withoutUpn(whole);
    }
    const last = page.at(-1);
    if (!last) return;
    after = last.number;
  }
}

/** What else an actor is known by. */
type Found = Line & { upn: string };

function withoutUpn({ upn: _, ...line }: Found): Line {
  return line;
}

async function* eventLines(db: Db, { incident, since }: Wanted): AsyncGenerator<Found> {
  let after = { incident: incident ? incident - 1 : 0, version: incident ? 2 ** 31 - 1 : 0 };
  const touchedSince = since && new Date(since.getTime() - slackMs);
  let stood: { incident: number; status: Status; severity: Severity } | undefined;
  for (;;) {
    const page = await readEvents(db, after, atOnce, { incident, touchedSince });
    for (const event of page) {
      const known = stood?.incident === event.incident ? stood : undefined;
      stood = { incident: event.incident, ...standing(event, known) };
      yield {
        id: `INC-${event.incident}/${event.version}`,
        at: event.at,
        ...actorOf(event),
        type: event.type,
        incident: event.incident,
        status: stood.status,
        severity: stood.severity,
        data: event.data,
        hash: event.hash,
      };
    }
    const last = page.at(-1);
    if (!last) return;
    after = last;
  }
}

function actorOf({ actor }: StoredEvent): Pick<Found, 'actor' | 'upn'> {
  const name = actorName(actor);
  switch (actor.kind) {
    case 'person':
      return { actor: { kind: 'person', id: actor.id, name }, upn: actor.upn };
    case 'bot':
      return { actor: { kind: 'bot', id: 'watchfloor', name }, upn: '' };
    case 'source':
      return { actor: { kind: 'source', id: actor.source, name }, upn: '' };
  }
}

/** How an incident stands after an event. */
function standing(
  { type, data }: StoredEvent,
  before: { status: Status; severity: Severity } | undefined,
): { status: Status; severity: Severity } {
  const { status, severity } = before ?? { status: 'new', severity: 'informational' };
  switch (type) {
    case 'opened':
      return { status: 'new', severity: (data.alert as { severity: Severity }).severity };
    case 'acknowledged':
    case 'reopened':
      return { status: 'active', severity };
    case 'released':
      return { status: 'new', severity };
    case 'closed':
    case 'merged':
      return { status: 'closed', severity };
    case 'alert-joined':
      return { status, severity: worse(severity, (data.alert as { severity: Severity }).severity) };
    case 'severity-changed':
      return { status, severity: data.severity as Severity };
    default:
      return { status, severity };
  }
}

function isWanted({ at, actor, upn, type, incident }: Found, wanted: Wanted): boolean {
  const who = wanted.actor?.toLowerCase();
  return (
    (!wanted.since || at >= wanted.since.toISOString()) &&
    (!wanted.until || at < wanted.until.toISOString()) &&
    (wanted.incident === undefined || incident === wanted.incident) &&
    (who === undefined || [actor.id, actor.name, upn].some((name) => name.toLowerCase() === who)) &&
    (wanted.type === undefined || type === wanted.type)
  );
}
