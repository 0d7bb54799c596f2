import { describe, expect, it } from 'vitest';
import { bot, concernsSources } from '../../src/incident/incident.ts';
import { deedInWords } from '../../src/incident/summary.ts';
import { adam, defenderAlert, owner, priya, sentinelIncident } from './alerts.ts';
import { given, incidentAfter } from './given.ts';

const low = { ...defenderAlert(), severity: 'low' } as const;
const opened = { type: 'opened', alert: low } as const;
const quiet = {
  silence: 'SIL-7',
  until: '2026-12-01T18:00:00.000Z',
  reason: 'penetration test of the shop',
} as const;
const silenced = { type: 'silenced', ...quiet } as const;
const unsilenced = (why: 'graver' | 'taken-up' | 'over') =>
  ({ type: 'unsilenced', silence: 'SIL-7', why }) as const;
const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;

describe('an incident that is silenced', () => {
  it('knows by what, until when and why, and the same once more is nothing new', () => {
    expect(incidentAfter(opened, silenced).silenced).toEqual(quiet);
    given(opened)
      .when({ type: 'silence', ...quiet })
      .follows(silenced);
    given(opened, silenced)
      .when({ type: 'silence', ...quiet })
      .nothingFollows();
    given(opened, { type: 'closed', closing })
      .when({ type: 'silence', ...quiet })
      .isRefused('INC-1042 is closed. Reopen it first.');
  });

  it('is silenced no longer once that is over, and cannot be twice', () => {
    given(opened, silenced).when({ type: 'unsilence', why: 'over' }).follows(unsilenced('over'));
    given(opened).when({ type: 'unsilence', why: 'over' }).nothingFollows();
    expect(incidentAfter(opened, silenced, unsilenced('over')).silenced).toBeUndefined();
  });

  it('comes out as soon as it becomes graver, by an alert, a person or its source', () => {
    const grave = { ...sentinelIncident(), severity: 'high' } as const;
    given(opened, silenced)
      .when({ type: 'join', alert: grave })
      .follows({ type: 'alert-joined', alert: grave }, unsilenced('graver'));
    given(opened, silenced)
      .when({ type: 'set-severity', severity: 'medium' })
      .follows({ type: 'severity-changed', severity: 'medium' }, unsilenced('graver'));
    given(opened, silenced)
      .when({ type: 'observe', before: low, now: { ...low, severity: 'high' }, othersOpen: 0 }, bot)
      .follows({ type: 'severity-changed', severity: 'high' }, unsilenced('graver'));
    given(opened, silenced)
      .when({ type: 'set-severity', severity: 'informational' })
      .follows({ type: 'severity-changed', severity: 'informational' });
  });

  it('comes out when somebody here deals with it, and not by what its source does by itself', () => {
    given(opened, silenced)
      .when({ type: 'take', as: owner(adam) }, adam)
      .follows({ type: 'acknowledged' }, { type: 'assigned', owner: owner(adam) }, unsilenced('taken-up'));
    const inPortal = { kind: 'source', source: 'defender', name: '' } as const;
    const shut = { ...low, handling: { ...low.handling, status: 'closed' } } as const;
    given(opened, silenced)
      .when({ type: 'observe', before: low, now: shut, othersOpen: 0 }, inPortal)
      .follows({ type: 'closed', closing });
    given(opened, silenced, { type: 'closed', closing })
      .when({ type: 'observe', before: shut, now: low, othersOpen: 0 }, inPortal)
      .follows({ type: 'reopened' });
    given(opened, silenced, { type: 'closed', closing })
      .when({ type: 'reopen' }, priya)
      .follows({ type: 'reopened' }, unsilenced('taken-up'));
  });

  it('tells both as lines of its story, and its sources hear nothing', () => {
    const { deeds } = incidentAfter(opened, silenced, unsilenced('graver'));
    expect(deeds.map(deedInWords)).toEqual([
      'Kept quiet by SIL-7 until 2026-12-01 18:00 UTC: penetration test of the shop',
      'Quiet no longer: it became graver than what SIL-7 silences',
    ]);
    expect([concernsSources('silenced'), concernsSources('unsilenced')]).toEqual([false, false]);
  });
});
