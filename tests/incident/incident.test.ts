import { describe, expect, it } from 'vitest';
import { type IncidentFact, keptAlerts, keptDeeds } from '../../src/incident/incident.ts';
import { adam, defenderAlert, owner, sentinelIncident } from './alerts.ts';
import { incidentAfter } from './given.ts';

const opened = { type: 'opened', alert: defenderAlert() } satisfies IncidentFact;
const acknowledged = { type: 'acknowledged' } satisfies IncidentFact;
const closed = {
  type: 'closed',
  closing: { classification: 'undetermined', reason: undefined, comment: '' },
} satisfies IncidentFact;

describe('an incident', () => {
  it('starts new, with the title and severity of its first alert', () => {
    expect(incidentAfter(opened)).toMatchObject({
      status: 'new',
      title: 'A shell was opened to an outside address',
      severity: 'medium',
      owner: undefined,
      version: 1,
      openedAt: '2026-11-21T10:00:00.000Z',
    });
  });

  it('counts every event as a version and tells the last change', () => {
    const incident = incidentAfter(opened, { ...acknowledged, by: adam });
    expect(incident.version).toBe(2);
    expect(incident.lastChange).toEqual({ at: '2026-11-21T10:01:00.000Z', by: adam, what: 'acknowledged' });
  });

  it('goes on telling what somebody did last while it is weighed anew, which nobody did', () => {
    const incident = incidentAfter(
      opened,
      { ...acknowledged, by: adam },
      { type: 'worth-learned', learned: [], priority: { before: 4, after: 12 } },
    );
    expect(incident.version).toBe(3);
    expect(incident.lastChange).toMatchObject({ by: adam, what: 'acknowledged' });
  });

  it('keeps the time of its first acknowledgement until it is released', () => {
    const again = incidentAfter(opened, acknowledged, closed, { type: 'reopened' }, acknowledged);
    expect(again.acknowledgedAt).toBe('2026-11-21T10:01:00.000Z');
    expect(incidentAfter(opened, acknowledged, { type: 'released' })).toMatchObject({
      status: 'new',
      acknowledgedAt: undefined,
    });
  });

  it('that is reopened is active, keeps its owner and has no classification', () => {
    const incident = incidentAfter(opened, { type: 'assigned', owner: owner(adam) }, closed, {
      type: 'reopened',
    });
    expect(incident).toMatchObject({ status: 'active', closing: undefined, closedAt: undefined });
    expect(incident.owner?.name).toBe('Adam Keller');
  });

  it('is as severe as the worst alert that joined, and never less for a harmless one', () => {
    const high = { type: 'alert-joined', alert: defenderAlert({ sourceId: 'b', severity: 'high' }) } as const;
    const low = { type: 'alert-joined', alert: defenderAlert({ sourceId: 'c', severity: 'low' }) } as const;
    expect(incidentAfter(opened, high, low).severity).toBe('high');
  });

  it('spans from the first to the last activity of all its alerts', () => {
    const earlier = defenderAlert({
      sourceId: 'b',
      firstActivityAt: '2026-11-21T08:00:00.000Z',
      lastActivityAt: '2026-11-21T08:10:00.000Z',
    });
    expect(incidentAfter(opened, { type: 'alert-joined', alert: earlier })).toMatchObject({
      firstActivityAt: '2026-11-21T08:00:00.000Z',
      lastActivityAt: '2026-11-21T09:59:00.000Z',
    });
  });

  it('is named by the Sentinel incident that holds it, whatever its Defender alerts are called later', () => {
    const held = incidentAfter(
      opened,
      { type: 'alert-joined', alert: sentinelIncident() },
      { type: 'alert-changed', alert: defenderAlert({ title: 'Renamed' }) },
    );
    expect(held.title).toBe('Password spray against 58 accounts');
  });

  it('of hundreds of alerts counts all and keeps the first few', () => {
    const storm = Array.from({ length: 300 }, (_, n) => ({
      type: 'alert-joined' as const,
      alert: defenderAlert({ sourceId: `n${n}` }),
    }));
    const incident = incidentAfter(opened, ...storm);
    expect(incident.alertCount).toBe(301);
    expect(incident.alerts).toHaveLength(keptAlerts);
    expect(incident.alerts[0]?.sourceId).toBe('shell-1');
  });

  it('remembers the newest things that people did, and counts all of them', () => {
    const notes = Array.from({ length: 40 }, (_, n) => ({
      type: 'commented' as const,
      text: `note ${n + 1}`,
      by: adam,
    }));
    const incident = incidentAfter(opened, ...notes);
    expect(incident.deedCount).toBe(40);
    expect(incident.deeds).toHaveLength(keptDeeds);
    expect(incident.deeds.at(-1)).toMatchObject({ text: 'note 40', by: adam });
  });

  it('keeps its Sentinel incident, which names the whole, however many alerts came first', () => {
    const storm = Array.from({ length: 30 }, (_, n) => ({
      type: 'alert-joined' as const,
      alert: defenderAlert({ sourceId: `n${n}` }),
    }));
    const whole = sentinelIncident({ sourceId: 'whole', title: 'The whole story' });
    const incident = incidentAfter(opened, ...storm, { type: 'alert-joined', alert: whole });
    expect(incident.title).toBe('The whole story');
    expect(incident.alerts).toHaveLength(keptAlerts);
    expect(incident.alerts.at(-1)?.sourceId).toBe('whole');
  });

  it('that was merged is closed and says where it went', () => {
    expect(incidentAfter(opened, { type: 'merged', into: 1001 })).toMatchObject({
      status: 'closed',
      mergedInto: 1001,
    });
  });
});
