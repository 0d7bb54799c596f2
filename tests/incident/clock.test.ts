import { describe, expect, it } from 'vitest';
import { clockName, newClock, nextStepAt, stepAt } from '../../src/incident/clock.ts';
import type { Actor } from '../../src/incident/incident.ts';
import { defenderAlert } from './alerts.ts';
import { given, incidentAfter } from './given.ts';

const gdpr = { name: 'gdpr', title: 'GDPR', hours: 72 };
const warning = { name: 'nis2-early-warning', title: 'NIS2 early warning', hours: 24 };
const startedAt = '2026-11-21T14:05:00.000Z';
const clock = newClock(gdpr, startedAt);
const opened = { type: 'opened', alert: defenderAlert() } as const;
const started = { type: 'clock-started', clock } as const;
const lena: Actor = { kind: 'person', id: 'lena', name: 'Lena Fischer', upn: 'lena@contoso.com' };
const start = { type: 'start-clock', kind: gdpr, startedAt, now: '2026-11-21T15:00:00.000Z' } as const;

describe('a legal clock', () => {
  it('tells of half its time, of twelve and two hours left, and of its end', () => {
    expect(clockName(gdpr)).toBe('GDPR 72 h');
    const told: string[] = [];
    let at = nextStepAt(clock, startedAt);
    while (at !== undefined) {
      told.push(`${at} ${stepAt(clock, at)}`);
      at = nextStepAt(clock, at);
    }
    expect(told).toEqual([
      '2026-11-23T02:05:00.000Z half',
      '2026-11-24T02:05:00.000Z 12h',
      '2026-11-24T12:05:00.000Z 2h',
      '2026-11-24T14:05:00.000Z end',
    ]);
  });

  it('tells one thing where two would come at once, and after an outage the newest alone', () => {
    const short = newClock(warning, startedAt);
    expect(nextStepAt(short, startedAt)).toBe('2026-11-22T02:05:00.000Z');
    expect(stepAt(short, '2026-11-22T02:05:00.000Z')).toBe('12h');
    expect(nextStepAt(short, '2026-11-22T02:05:00.000Z')).toBe('2026-11-22T12:05:00.000Z');
    expect(stepAt(clock, '2026-11-24T13:00:00.000Z')).toBe('2h');
    expect(stepAt(clock, '2026-11-30T00:00:00.000Z')).toBe('end');
  });

  it('starts on what is open, or was closed as real, once', () => {
    given(opened).when(start, lena).follows(started);
    const asReal = { classification: 'true-positive', reason: 'suspicious-activity', comment: '' } as const;
    given(opened, { type: 'closed', closing: asReal }).when(start, lena).follows(started);
    const asWrong = { ...asReal, classification: 'false-positive', reason: 'inaccurate-data' } as const;
    given(opened, { type: 'closed', closing: asWrong })
      .when(start, lena)
      .isRefused('INC-1042 is closed as false-positive. Reopen it first, if it is real.');
    given(opened, started).when(start, lena).isRefused('GDPR 72 h runs on INC-1042 already.');
    given(opened)
      .when({ ...start, now: '2026-11-21T14:00:00.000Z' }, lena)
      .isRefused('A clock starts when we came to know, which is not in the future.');
  });

  it('runs on when the incident is closed and opened again, until somebody stops it', () => {
    const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
    const after = incidentAfter(opened, started, { type: 'closed', closing }, { type: 'reopened' });
    expect(after.clocks).toEqual([clock]);
    const stop = { type: 'stop-clock', name: 'gdpr', note: 'notified, ref 7' } as const;
    given(opened, started)
      .when(stop, lena)
      .follows({ type: 'clock-stopped', clock, note: 'notified, ref 7' });
    const stopped = incidentAfter(opened, started, { type: 'clock-stopped', clock, note: 'ref 7', by: lena });
    expect(stopped.clocks?.[0]?.stopped).toMatchObject({ by: 'Lena Fischer', note: 'ref 7' });
    given(opened).when(stop, lena).isRefused('No clock "gdpr" runs on INC-1042.');
  });

  it('runs out once, and not after it was stopped', () => {
    const ranOut = { type: 'clock-ran-out', clock: { ...clock, ranOut: true } } as const;
    given(opened, started).when({ type: 'run-out-clock', name: 'gdpr' }).follows(ranOut);
    given(opened, started, ranOut).when({ type: 'run-out-clock', name: 'gdpr' }).nothingFollows();
    given(opened, started, { type: 'clock-stopped', clock, note: '' })
      .when({ type: 'run-out-clock', name: 'gdpr' })
      .nothingFollows();
  });

  it('goes on in the whole that its incident merges into, by whichever time is the earlier', () => {
    const later = newClock(gdpr, '2026-11-22T00:00:00.000Z');
    const carried = { type: 'carry-clock', clock, from: 7 } as const;
    given(opened)
      .when(carried)
      .follows({ ...started, from: 7 });
    given(opened, { type: 'clock-started', clock: later })
      .when(carried)
      .follows({ ...started, from: 7 });
    given(opened, started)
      .when({ ...carried, clock: later })
      .nothingFollows();
  });
});
