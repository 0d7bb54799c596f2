import { describe, expect, it } from 'vitest';
import { findUntil, needEnd } from '../../src/commands/read-until.ts';
import { matcherInWords } from '../../src/incident/match.ts';
import { hidesHigh, isNarrow, withSeverities } from '../../src/incident/silence.ts';
import { proposeMatcher } from '../../src/incident/silence-proposal.ts';
import { type MaintenanceWindow, openAt } from '../../src/incident/window.ts';
import { defenderAlert } from './alerts.ts';
import { incidentAfter } from './given.ts';

const window = (at: MaintenanceWindow['at']): MaintenanceWindow => ({
  name: 'patch night',
  match: {},
  timeZone: 'Europe/Berlin',
  at,
});

describe('a maintenance window', () => {
  const saturdays = window({ days: [6], from: '22:00', to: '02:00' });

  it('begins on its days by the clocks of its time zone, and ends on the next', () => {
    expect(openAt(saturdays, '2026-11-21T20:59:00.000Z')).toBeUndefined();
    const night = { from: '2026-11-21T21:00:00.000Z', until: '2026-11-22T01:00:00.000Z' };
    expect(openAt(saturdays, '2026-11-21T21:00:00.000Z')).toEqual(night);
    expect(openAt(saturdays, '2026-11-22T00:59:00.000Z')).toEqual(night);
    expect(openAt(saturdays, '2026-11-22T01:00:00.000Z')).toBeUndefined();
  });

  it('is an hour longer or shorter in the night in which clocks change', () => {
    // 25 October 2026 in Berlin has 25 hours, 28 March 2026 ends an hour early.
    expect(openAt(window({ days: [6], from: '22:00', to: '04:00' }), '2026-10-24T21:00:00.000Z')).toEqual({
      from: '2026-10-24T20:00:00.000Z',
      until: '2026-10-25T03:00:00.000Z',
    });
    expect(openAt(window({ days: [6], from: '22:00', to: '04:00' }), '2026-03-28T22:00:00.000Z')).toEqual({
      from: '2026-03-28T21:00:00.000Z',
      until: '2026-03-29T02:00:00.000Z',
    });
  });

  it('may follow a cron expression', () => {
    const monthly = window({ cron: '0 3 1 * *', minutes: 90 });
    expect(openAt(monthly, '2026-12-01T02:00:00.000Z')).toEqual({
      from: '2026-12-01T02:00:00.000Z',
      until: '2026-12-01T03:30:00.000Z',
    });
    expect(openAt(monthly, '2026-12-01T03:30:00.000Z')).toBeUndefined();
  });
});

describe('what somebody types of an end', () => {
  // A Saturday, 11:00 in Berlin.
  const now = new Date('2026-11-21T10:00:00.000Z');

  it.each([
    ['INC-1042 for 4h because of patches', '2026-11-21T14:00:00.000Z', ['because', 'of', 'patches']],
    ['host=x for 2 days test', '2026-11-23T10:00:00.000Z', ['test']],
    ['host=x until friday 18:00 penetration test', '2026-11-27T17:00:00.000Z', ['penetration', 'test']],
    ['host=x until tomorrow at 9am test', '2026-11-22T08:00:00.000Z', ['test']],
    ['host=x until 2026-12-24 12:00 test', '2026-12-24T11:00:00.000Z', ['test']],
  ])('"%s" ends at %s', (typed, until, after) => {
    expect(findUntil(typed.split(' '), now, 'Europe/Berlin')).toMatchObject({ until, after });
  });

  it('needs an hour, lies ahead, and can be read in one way only', () => {
    for (const said of ['until friday', 'until yesterday 10:00', 'until 11/12 10:00', 'until whenever'])
      expect(() => findUntil(said.split(' '), now, 'Europe/Berlin')).toThrow(
        'Say for 4h, or until friday 18:00',
      );
    expect(findUntil(['host=x', 'for', 'tests'], now, 'UTC')).toBeUndefined();
    expect(needEnd(['30m'], now, 'UTC')).toBe('2026-11-21T10:30:00.000Z');
  });
});

describe('what a silence hides', () => {
  it('is never high severity by leaving it out', () => {
    expect(withSeverities({ host: ['x'] }).severity).toEqual(['medium', 'low', 'informational']);
    expect([
      hidesHigh({ host: ['x'] }),
      hidesHigh({ severity: ['*'] }),
      hidesHigh({ severity: ['High'] }),
    ]).toEqual([false, true, true]);
    expect([
      isNarrow({ source: ['defender'] }),
      isNarrow({ host: ['*'] }),
      isNarrow({ host: ['vm-*'] }),
    ]).toEqual([false, false, true]);
  });

  it('from an incident is its rule about what is attacked, no graver than it is', () => {
    const incident = incidentAfter({ type: 'opened', alert: defenderAlert() });
    const said = (scope: 'both' | 'rule' | 'entity') => matcherInWords(proposeMatcher(incident, scope) ?? {});
    expect(said('both')).toBe('severity=medium,low,informational type=VM_ReverseShell host=vm-pay-web-01');
    expect(said('rule')).toBe('severity=medium,low,informational type=VM_ReverseShell');
    expect(said('entity')).toBe('severity=medium,low,informational host=vm-pay-web-01');
    const bare = incidentAfter({
      type: 'opened',
      alert: defenderAlert({ type: '', entities: [], target: '' }),
    });
    expect(proposeMatcher(bare, 'both')).toBeUndefined();
    // A name of stars would hide everything.
    const starred = {
      ...bare,
      alerts: [{ ...bare.alerts[0], type: 'Rule*', entities: [{ kind: 'host', name: '*' }] }],
    } as never;
    expect(proposeMatcher(starred, 'both')).toBeUndefined();
  });
});
