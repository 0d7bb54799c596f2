import { describe, expect, it } from 'vitest';
import { beginningOf } from '../../src/incident/begin-escalation.ts';
import {
  type Actor,
  bot,
  emptyIncident,
  evolve,
  type Incident,
  type IncidentFact,
} from '../../src/incident/incident.ts';
import { planFor } from '../../src/incident/limits.ts';
import { nextStep, runningLimit, watchAt } from '../../src/incident/limits-ahead.ts';
import { escalationPolicy, usualEscalation } from '../../src/people/escalation-settings.ts';
import { adam, defenderAlert, owner } from './alerts.ts';

const start = Date.parse('2026-11-21T03:00:00.000Z');
/** So many minutes after the incident opened. */
const at = (minutes: number) => new Date(start + minutes * 60_000).toISOString();

/** An incident that lives by rules alone, minute by minute. */
function story(policy = usualEscalation, severity: 'high' | 'medium' | 'low' = 'high') {
  let incident = emptyIncident(1042);
  let settings = policy;
  const told: string[] = [];
  const say = (minutes: number, by: Actor, ...facts: IncidentFact[]) => {
    for (const fact of facts) incident = evolve(incident, { at: at(minutes), by, ...fact });
    const plan = planFor(settings, { severity: incident.severity, priority: 8 }, undefined);
    const begun = beginningOf(incident, facts, plan, at(minutes));
    if (begun) incident = evolve(incident, { at: at(minutes), by: bot, ...begun });
  };
  say(0, bot, { type: 'opened', alert: defenderAlert({ severity }) });
  return {
    told,
    say,
    now: (): Incident => incident,
    change: (other: typeof policy) => {
      settings = other;
    },
    /** Time goes on, and what is due is done in its order. */
    until(minutes: number) {
      for (;;) {
        const next = nextStep(incident, at(minutes));
        if (!next || next.kind === 'look') return next?.at;
        const due = (Date.parse(next.dueAt) - start) / 60_000;
        told.push(
          `${Math.round(due * 10) / 10} ${next.kind === 'step' ? `${next.step.limit} ${String(next.step.whom)}` : next.kind}`,
        );
        const call = { episode: 1, dueAt: next.dueAt, to: [], how: ['direct' as const], why: '', notice: '' };
        if (next.kind === 'give-back') {
          say(due, bot, { type: 'released' }, { type: 'assigned', owner: undefined });
        } else if (next.kind === 'ask') {
          say(due, bot, { type: 'reminded', about: 'quiet', step: null, ...call });
        } else {
          const { limit } = next.step;
          say(due, bot, { type: 'escalated', limit, missed: null, step: next.number, ...call });
        }
      }
    },
  };
}

describe('the limits of an incident', () => {
  it('call one after the other while nobody acknowledges, each at its own time', () => {
    const { told, until, now } = story();
    expect(watchAt(now())).toBe(at(9));
    expect(runningLimit(now())).toMatchObject({ limit: 'acknowledge', by: at(15) });
    // Nothing was looked at for an hour: all of it was due, in this order.
    expect(until(60)).toBeUndefined();
    expect(told).toEqual([
      '9 acknowledge owner',
      '15 acknowledge on-call',
      '22.5 acknowledge second',
      '30 acknowledge lead',
      '45 acknowledge manager',
    ]);
  });

  it('stop calling when somebody acknowledges; from then on it is to be closed', () => {
    const { told, until, say, now } = story();
    until(12);
    say(13, adam, { type: 'acknowledged' }, { type: 'assigned', owner: owner(adam) });
    expect(runningLimit(now())).toMatchObject({ limit: 'remediate', by: at(13 + 240) });
    for (let minute = 60; minute < 390; minute += 60)
      say(minute, adam, { type: 'commented', text: 'still here' });
    until(380);
    expect(told.slice(1)).toEqual(['193 remediate owner', '253 remediate lead', '373 remediate manager']);
    say(390, adam, {
      type: 'closed',
      closing: { classification: 'undetermined', reason: undefined, comment: '' },
    });
    expect(watchAt(now())).toBeUndefined();
  });

  it('ask whoever has it and does nothing, and put it back where nobody answers', () => {
    const { told, until, say, now } = story();
    say(5, adam, { type: 'acknowledged' }, { type: 'assigned', owner: owner(adam) });
    until(140);
    say(150, adam, { type: 'commented', text: 'Still working on it.' });
    until(150 + 120 + 29);
    expect(told).toEqual(['125 ask', '185 remediate owner', '245 remediate lead', '270 ask']);
    until(150 + 120 + 31);
    expect(told.at(-1)).toBe('300 give-back');
    expect(now()).toMatchObject({ status: 'new', owner: undefined, escalation: { episode: 2 } });
    // It begins anew.
    until(300 + 16);
    expect(told.slice(-2)).toEqual(['309 acknowledge owner', '315 acknowledge on-call']);
  });

  it('stand still while it is silenced, and go on afterwards', () => {
    const { until, say, now } = story();
    say(5, bot, { type: 'silenced', silence: 'SIL-1', until: at(65), reason: 'maintenance' });
    expect(watchAt(now())).toBe(at(69));
    say(35, adam, { type: 'unsilenced', silence: 'SIL-1', why: 'ended' });
    expect(watchAt(now())).toBe(at(39));
    expect(until(45)).toBe(at(52.5));
  });

  it('begin anew when it is reopened, and hold for nothing that is merged', () => {
    const { until, say, now } = story();
    until(16);
    say(20, adam, {
      type: 'closed',
      closing: { classification: 'undetermined', reason: undefined, comment: '' },
    });
    say(500, adam, { type: 'reopened' });
    expect(now().escalation).toMatchObject({ episode: 2, done: [], called: [] });
    expect(runningLimit(now())).toMatchObject({ limit: 'remediate', by: at(740) });
    say(510, bot, { type: 'merged', into: 1001 });
    expect(watchAt(now())).toBeUndefined();
  });

  it('stay what they were when it began, whatever becomes of the settings', () => {
    const { change, say, until, told, now } = story();
    change({ ...usualEscalation, enabled: false });
    say(2, adam, { type: 'commented', text: 'seen' });
    until(16);
    expect(told).toEqual(['9 acknowledge owner', '15 acknowledge on-call']);
    expect(now().escalation?.episode).toBe(1);
  });

  it('become shorter with an incident that becomes graver, and nobody loses time by it', () => {
    const { say, now } = story(usualEscalation, 'medium');
    // A Saturday: business hours begin on Monday.
    expect(runningLimit(now())?.by).toBe('2026-11-23T10:00:00.000Z');
    say(10, adam, { type: 'severity-changed', severity: 'high' });
    expect(runningLimit(now())?.by).toBe(at(25));
    say(12, adam, { type: 'severity-changed', severity: 'low' });
    expect(runningLimit(now())).toBeUndefined();
    expect(watchAt(now())).toBeUndefined();
  });

  it('are none for what is low', () => {
    expect(story(usualEscalation, 'low').now().escalation).toBeUndefined();
  });
});

describe('what the settings say of limits', () => {
  it('may go by priority, in business hours, with steps in parts of the limit', () => {
    const policy = escalationPolicy.parse({
      hours: { timeZone: 'Europe/Berlin', from: '08:00', to: '16:00' },
      policies: [
        {
          name: 'crown jewels',
          limits: [{ priority: 24, acknowledge: '5m', remediate: '1d', counts: 'business' }],
          chain: [
            { limit: 'acknowledge', after: '200%', whom: { person: 'lena@contoso.com' } },
            { limit: 'acknowledge', after: '5m', whom: 'on-call', how: 'page' },
            { limit: 'remediate', after: '100%', whom: { slack: 'C0LEADS' } },
          ],
        },
      ],
    });
    expect(planFor(policy, { severity: 'high', priority: 8 }, undefined)).toBeUndefined();
    expect(planFor(policy, { severity: 'high', priority: 24 }, 'crown jewels')).toMatchObject({
      acknowledge: 5,
      remediate: 480,
      steps: [
        { after: 5, whom: 'on-call', how: ['page'] },
        { after: 10, whom: { person: 'lena@contoso.com' }, how: ['direct'] },
        { after: 480, whom: { room: { channel: 'slack', conversation: 'C0LEADS' } } },
      ],
    });
  });

  it('refuses what means nothing', () => {
    for (const [settings, fault] of [
      [{ hours: { timeZone: 'Mars/Olympus' } }, 'is no time zone'],
      [{ policies: [{ name: 'a', limits: [{ acknowledge: '50%' }] }] }, 'is a time'],
      [{ policies: [{ name: 'a' }, { name: 'a' }] }, 'is the name of another one above'],
      [
        { policies: [{ name: 'a', chain: [{ limit: 'acknowledge', after: 'soon', whom: 'lead' }] }] },
        'is not like 15m',
      ],
    ] as const) {
      expect(JSON.stringify(escalationPolicy.safeParse(settings).error?.issues)).toContain(fault);
    }
  });
});
