import { createHash } from 'node:crypto';
import { bot, emptyIncident, type Incident, type IncidentFact } from '../../src/incident/incident.ts';
import type { Db } from '../../src/store/database.ts';
import { append, openDraft } from '../../src/store/draft.ts';
import { appendRecords } from '../../src/store/record.ts';
import { save } from '../../src/store/save.ts';
import { nextIncidentId } from '../../src/store/surroundings.ts';
import { defenderAlert } from '../incident/alerts.ts';

/** What people did to one incident, so many events in all, the first of which opens it. */
function story(count: number, seed: string): IncidentFact[] {
  const closing = { classification: 'true-positive', reason: 'suspicious-activity', comment: seed } as const;
  const deeds: IncidentFact[] = [
    { type: 'acknowledged' },
    { type: 'assigned', owner: { id: `id-${seed}`, name: `Анна ${seed}`, upn: `${seed}@contoso.com` } },
    { type: 'severity-changed', severity: 'high' },
    { type: 'commented', text: `line 1\nline "2" of ${seed} 😀` },
    { type: 'closed', closing },
    { type: 'reopened' },
  ];
  const alert = defenderAlert({ sourceId: seed, title: `Reverse shell ${seed}` });
  const rest = Array.from({ length: count - 1 }, (_, n) => deeds[n % deeds.length] as IncidentFact);
  return [{ type: 'opened', alert }, ...rest];
}

/** Incidents with so many events each, saved some dozens at a time. */
export async function writeIncidents(
  db: Db,
  incidents: number,
  eventsEach: number,
  at = new Date().toISOString(),
): Promise<Incident[]> {
  const written: Incident[] = [];
  for (let n = 0; n < incidents; ) {
    const draft = openDraft();
    for (let m = 0; m < 50 && n < incidents; m += 1, n += 1) {
      const facts = story(eventsEach, createHash('sha1').update(String(n)).digest('hex'));
      const empty = emptyIncident(await nextIncidentId(db));
      const events = facts.map((fact) => ({ ...fact, at, by: bot }));
      written.push(append(draft, empty, events, { priorityOf: () => 4, forSources: false }));
    }
    await save(db, draft);
  }
  return written;
}

/** One more event of an incident. */
export async function tell(db: Db, before: Incident, fact: IncidentFact): Promise<Incident> {
  const draft = openDraft();
  const event = { ...fact, at: new Date().toISOString(), by: bot };
  const after = append(draft, before, [event], { priorityOf: () => 4, forSources: false });
  await save(db, draft);
  return after;
}

/** Lines of the record beside incidents. */
export async function writeRecords(db: Db, count: number): Promise<void> {
  const entries = Array.from({ length: count }, (_, n) => ({
    at: new Date().toISOString(),
    actor: { kind: 'chat-user', id: `slack U${n}`, name: `=cmd|' /C calc'!A${n}` } as const,
    type: 'denied',
    incident: n % 3 === 0 ? 900_000 + n : null,
    data: { deed: 'close', said: `line\n"${n}", é`, path: 'button' },
  }));
  for (let at = 0; at < count; at += 500) await appendRecords(db, entries.slice(at, at + 500));
}
