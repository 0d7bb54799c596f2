import { describe, expect, it } from 'vitest';
import { drawCard } from '../../src/channels/card.ts';
import type { CardView } from '../../src/channels/views.ts';
import type { Alert, Entity } from '../../src/incident/alert.ts';
import { newClock } from '../../src/incident/clock.ts';
import type { Incident } from '../../src/incident/incident.ts';
import { planFor } from '../../src/incident/limits.ts';
import { usualEscalation } from '../../src/people/escalation-settings.ts';
import { adam, defenderAlert, owner, priya, sentinelIncident } from '../incident/alerts.ts';
import { incidentAfter, type Past } from '../incident/given.ts';

const shell = defenderAlert({ severity: 'high', title: 'Reverse shell on vm-pay-web-01' });
const opened = (alert: Alert = shell): Past => ({ type: 'opened', alert });
const acknowledged: Past = { type: 'acknowledged', by: adam };
const taken: Past = { type: 'assigned', owner: owner(adam), by: adam };
const closed: Past = {
  type: 'closed',
  closing: { classification: 'true-positive', reason: 'suspicious-activity', comment: 'Contained.' },
  by: priya,
};
/** It counts from the first alert on, as a team without settings has it. */
function begun(): Past {
  const plan = planFor(usualEscalation, { severity: 'high', priority: 8 }, undefined);
  if (!plan) throw new Error('There is no limit for high severity.');
  return { type: 'escalation-begun', episode: 1, why: 'opened', from: '2026-11-21T10:00:00.000Z', plan };
}
const merged: Past = { type: 'merged', into: 1001 };

const draw = (...past: Past[]): CardView => drawn(incidentAfter(...past));
const drawn = (incident: Incident): CardView => drawCard(incident, { reasons: [], failures: [] });
const drawFailed = (...past: Past[]): CardView =>
  drawCard(incidentAfter(...past), { reasons: [], failures: [{ source: 'sentinel', reason: 'auth' }] });

/** Buttons as people read them; a star is the one to press first, dots open a dialog. */
const labels = (buttons: CardView['buttons']): string[] =>
  buttons.map(({ label, primary, dialog }) => `${primary ? '*' : ''}${label}${dialog ? '…' : ''}`);

describe('a card says', () => {
  it('that nobody has a new incident', () => {
    expect(draw(opened())).toMatchObject({
      name: 'INC-1042',
      status: 'new',
      merged: false,
      headline: 'HIGH · NEW · nobody has it',
      title: 'Reverse shell on vm-pay-web-01',
      lastChange: { text: 'Opened' },
      sync: undefined,
    });
  });

  it('until when, first of all', () => {
    const gdpr = newClock({ name: 'gdpr', title: 'GDPR', hours: 72 }, '2026-11-21T10:00:00.000Z');
    const clock: Past = { type: 'clock-started', clock: gdpr };
    const acknowledgeBy = { text: 'Acknowledge by', at: '2026-11-21T10:15:00.000Z' };
    const notifyBy = { text: 'GDPR 72 h: notify by', at: '2026-11-24T10:00:00.000Z' };
    expect(draw(opened(), begun(), clock).deadlines).toEqual([acknowledgeBy, notifyBy]);
    expect(draw(opened(), begun(), clock, acknowledged, taken, closed).deadlines).toEqual([notifyBy]);
  });

  it('who was reminded, where nobody has it', () => {
    const reminded: Past = {
      type: 'reminded',
      about: 'acknowledge',
      episode: 1,
      step: 1,
      dueAt: '2026-11-21T10:09:00.000Z',
      to: [owner(priya)],
      how: ['direct'],
      why: '',
      notice: 'escalation/1042/1/1',
    };
    expect(draw(opened(), begun(), reminded).lastChange?.text).toBe('Reminded Priya Nair');
  });

  it('who has an active one', () => {
    expect(draw(opened(), acknowledged, taken)).toMatchObject({
      status: 'active',
      headline: 'HIGH · ACTIVE · Adam Keller has it',
      lastChange: { text: 'Assigned to Adam Keller by Adam Keller' },
    });
  });

  it('how a closed one ended', () => {
    expect(draw(opened(), acknowledged, taken, closed)).toMatchObject({
      status: 'closed',
      merged: false,
      headline: 'HIGH · CLOSED · true positive, suspicious activity',
      lastChange: { text: 'Closed by Priya Nair' },
    });
  });

  it('where one that is part of another goes on', () => {
    expect(draw(opened(), merged)).toMatchObject({
      merged: true,
      headline: 'HIGH · CLOSED · merged into INC-1001',
      lastChange: { text: 'Merged by Watchfloor' },
    });
  });

  it('which source does not hold what was decided, and why', () => {
    expect(drawFailed(opened(), acknowledged).sync).toBe(
      'Microsoft Sentinel does not hold this yet: I may not write there until an admin gives me the role.',
    );
  });

  it('why it matters, the tactics in words and each once', () => {
    const incident = incidentAfter(opened({ ...shell, tactics: ['CommandAndControl', 'Execution'] }), {
      type: 'alert-joined',
      alert: sentinelIncident({ tactics: ['Command and control', 'InitialAccess'] }),
    });
    const reasons = [
      'Crown jewel: vm-pay-web-01',
      'Production: vm-pay-web-01',
      'SSH open to all',
      'not shown',
    ];
    expect(drawCard(incident, { reasons, failures: [] }).why).toEqual([
      'Crown jewel: vm-pay-web-01',
      'Production: vm-pay-web-01',
      'SSH open to all',
      'Tactic: Command and control, Execution, Initial access (T1059 Command and scripting interpreter)',
    ]);
  });

  it('nothing of tactics where the source names none', () => {
    expect(draw(opened({ ...shell, tactics: [] })).why).toEqual([]);
  });

  it('in one full sentence what it is, for a phone and for whoever listens', () => {
    const what = 'High severity: INC-1042 Reverse shell on vm-pay-web-01 (vm-pay-web-01)';
    expect(draw(opened()).fallback).toBe(`${what} is new, nobody has it.`);
    expect(draw(opened(), acknowledged, taken).fallback).toBe(`${what} is active, Adam Keller has it.`);
    expect(draw(opened(), closed).fallback).toBe(`${what} is closed.`);
    expect(draw(opened(), merged).fallback).toBe(`${what} is merged into INC-1001.`);
  });
});

describe('the buttons of a card', () => {
  const inStates: [string, Past[], string[], string[]][] = [
    [
      'new',
      [opened()],
      ['*Take it', 'Assign…', 'Investigate…', 'Act…'],
      [
        'Details…',
        'Close…',
        'Acknowledge',
        'Comment…',
        'How it stands…',
        'Set severity…',
        'Escalate…',
        'Silence…',
        'Restrict…',
      ],
    ],
    [
      'active and owned',
      [opened(), acknowledged, taken],
      ['*Close…', 'Investigate…', 'Act…', 'Hand over…'],
      ['Details…', 'Comment…', 'How it stands…', 'Set severity…', 'Escalate…', 'Silence…', 'Restrict…'],
    ],
    [
      'active and of nobody',
      [opened(), acknowledged],
      ['*Take it', 'Investigate…', 'Act…', 'Close…'],
      [
        'Assign…',
        'Details…',
        'Comment…',
        'How it stands…',
        'Set severity…',
        'Escalate…',
        'Silence…',
        'Restrict…',
      ],
    ],
    ['closed', [opened(), closed], ['Reopen', 'Start a clock…'], []],
    ['merged', [opened(), merged], [], []],
  ];

  it.each(inStates)('while it is %s', (_state, past, buttons, more) => {
    const view = draw(...past);
    expect(labels(view.buttons)).toEqual(buttons);
    expect(labels(view.more)).toEqual(more);
  });

  it.each(inStates)(
    'offer to try the source again while it is %s, save where others decide',
    (state, past, buttons) => {
      const retry = state === 'merged' ? [] : ['Retry sync'];
      expect(labels(drawFailed(...past).buttons)).toEqual([...buttons, ...retry]);
    },
  );
});

describe('what attackers name', () => {
  const entities: Entity[] = [
    { kind: 'url', url: 'https://evil.example/x.sh' },
    { kind: 'ip', address: '203.0.113.9', country: 'NL' },
    { kind: 'account', name: 'svc-pay', upn: 'svc-pay@contoso.com', oid: '' },
    { kind: 'file', name: 'x.sh', directory: '/tmp' },
  ];

  it('cannot be pressed, and what is ours can be copied', () => {
    expect(draw(opened({ ...shell, entities }))).toMatchObject({
      entities: [
        { kind: 'Account', name: 'svc-pay@contoso.com' },
        { kind: 'IP', name: '203.0.113[.]9 (NL)' },
        { kind: 'URL', name: 'hxxps://evil[.]example/x[.]sh' },
      ],
      moreEntities: 1,
    });
  });

  it('cannot be pressed in a notification either', () => {
    const alert = { ...shell, title: 'Call to https://evil.example', entities: entities.slice(0, 1) };
    expect(draw(opened(alert)).fallback).toBe(
      'High severity: INC-1042 Call to hxxps://evil[.]example (hxxps://evil[.]example/x[.]sh) is new, nobody has it.',
    );
  });

  it('comes without what nobody can see, and not without end', () => {
    const view = draw(opened({ ...shell, title: `a\u202Eb\u0000${'c'.repeat(400)}` }));
    expect(view.title).toMatch(/^ab c{146}…$/);
  });
});
