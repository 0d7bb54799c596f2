import type { Alert } from '../incident/alert.ts';
import type { Actor, Incident } from '../incident/incident.ts';
import { type Stance, stanceAfter, stanceAfterTrying, withOwnChanges } from '../incident/stance.ts';
import { countOthersOpen, findAlert, type KnownAlert } from '../store/alerts.ts';
import { changeAlert, type Draft } from '../store/draft.ts';
import { readIncident } from '../store/incidents.ts';
import type { RawAlert } from '../store/raw-alerts.ts';
import { absorb } from './absorb.ts';
import { change } from './change.ts';
import { send } from './send.ts';
import type { Watchfloor } from './watchfloor.ts';

/** A raw alert that is understood. */
export interface Arrival {
  raw: RawAlert;
  alert: Alert;
  digest: string;
}

/** An alert that we know is shown again: an echo of our own writing, something late, or news. */
export async function observe(
  floor: Watchfloor,
  draft: Draft,
  { raw, alert: now, digest }: Arrival,
): Promise<void> {
  const known = await findAlert(floor.db, now.source, now.sourceId);
  if (!known || known.digest === digest || isStale(raw, now, known)) return;
  const stored = await readIncident(floor.db, known.incidentId);
  if (!stored) throw new Error(`Alert ${now.sourceId} belongs to no incident.`);
  const { body, stance, tried } = known;
  // A write that failed may have taken all the same: what it left there is our own word and no news.
  const before = tried ? withOwnChanges(body, now, stance, tried) : body;
  const held = tried ? stanceAfterTrying(now, stance, tried) : stance;
  const { observedAt } = raw;
  const by = now.handling.changedBy;
  await takeNews(floor, draft, stored.incident, { before, now, held, digest, observedAt, by });
}

export interface News {
  before: Alert;
  now: Alert;
  /** The stance that the source held before. */
  held: Stance;
  digest: string;
  observedAt: string | undefined;
  /** Who changed it there; empty where nobody knows. */
  by: string;
}

/** A source shows an alert otherwise than before: what follows for its incident, and where that is shown. */
export async function takeNews(
  floor: Watchfloor,
  draft: Draft,
  incident: Incident,
  news: News,
): Promise<void> {
  const { before, now, held, digest, observedAt } = news;
  // Asked only where it matters: whether the last one that was open is closed there now.
  const isEnding = now.handling.status === 'closed' && before.handling.status !== 'closed';
  const othersOpen = isEnding ? await countOthersOpen(floor.db, incident.id, now.source, now.sourceId) : 0;
  const by: Actor = { kind: 'source', source: now.source, name: news.by };
  const after = change(floor, draft, incident, { type: 'observe', before, now, othersOpen }, by);
  const shown = { alert: now, digest, stance: stanceAfter(held, before, now, after), observedAt };
  changeAlert(draft, now, incident.id, { shown });
  const whole = await absorb(floor, draft, after, now, before.contains);
  if (whole.version > incident.version) send(floor, draft, whole, [now]);
}

/** Longer than any write takes; a write that was killed is not waited for for ever. */
const longestWriteMs = 120_000;

/** Whether it shows what was before, or during, a write of our own: taken as news it would undo what people decided. */
function isStale(
  { observedAt }: RawAlert,
  seen: Alert,
  { body, observedAt: knownAt, writingSince, writtenAt }: KnownAlert,
): boolean {
  // A replica that stood still may bring what it saw before another one looked.
  if (observedAt !== undefined && knownAt !== undefined && observedAt < knownAt) return true;
  // Only a source with a lock of its own tells reliably when it changed something.
  if (seen.etag !== '' && seen.modifiedAt < body.modifiedAt) return true;
  if (observedAt === undefined) return writingSince !== undefined;
  const age =
    writingSince === undefined ? Number.POSITIVE_INFINITY : Date.parse(observedAt) - Date.parse(writingSince);
  if (age < longestWriteMs) return true;
  return writtenAt !== undefined && observedAt <= writtenAt;
}
