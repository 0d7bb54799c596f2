import { describe, expect, it } from 'vitest';
import { unlisted } from '../../src/channels/clearance.ts';
import { drawRun } from '../../src/channels/run.ts';
import type { RunView } from '../../src/channels/run-view.ts';
import type { Run } from '../../src/incident/run.ts';
import { begin, looked, newRun, remind, succeeded, undone } from '../../src/incident/run-course.ts';
import { approve, beginUndo, breakGlass } from '../../src/incident/run-decisions.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { incidentAfter } from '../incident/given.ts';

const at = '2026-11-29T22:30:00.000Z';
const adam = { id: 'adam', name: 'Adam Keller', upn: 'adam@contoso.com' };
const olivia = { id: 'olivia', name: 'Olivia Marsh', upn: 'olivia@contoso.com' };
const lena = { id: 'lena', name: 'Lena Fischer', upn: 'lena@contoso.com' };
const incident = incidentAfter({
  type: 'opened',
  alert: defenderAlert({ title: 'Reverse shell on vm-pay-web-01' }),
});

const requested = newRun({
  id: '7d0c7c1e-3b7a-4c56-9d4e-0f3f6f4f2a11',
  number: 7,
  incident: 1042,
  play: {
    title: 'Isolate a machine',
    risk: 'high',
    effect: 'vm-pay-web-01 reaches nothing but Defender for Endpoint.',
    reverse: { title: 'Release from isolation', effect: 'vm-pay-web-01 reaches the network again.' },
  },
  order: {
    play: 'isolate-machine',
    target: { kind: 'machine', name: 'vm-pay-web-01', resourceId: '' },
    parameters: { type: 'full' },
    minutes: 240,
  },
  reason: 'Reverse shell',
  requestedBy: { kind: 'person', ...adam },
  requestedAt: at,
  need: 'two',
  because: 'high risk, a crown jewel',
  decideBy: '2026-11-29T23:00:00.000Z',
});
const seen = {
  facts: [
    { label: 'Isolation', value: 'none known' },
    { label: 'Sensor', value: 'Onboarded, Active' },
  ],
  warning: 'It is a server: all who use it lose it.',
  memory: undefined,
};
const asked = looked(requested, seen);
const yes = (run: Run, by: typeof adam, asLead = false) => approve(run, { by, at, hash: run.hash, asLead });
const approved = yes(yes(asked, olivia), lena, true);
const done = { says: 'vm-pay-web-01 is isolated.', outputs: [], memory: undefined };
const isolated = succeeded(begin(approved, at), done, at);

const draw = (run: Run): RunView => drawRun(run, incident, unlisted, at);
const facts = (run: Run): Record<string, string> =>
  Object.fromEntries(draw(run).facts.map((fact) => [fact.label, 'at' in fact ? fact.at : fact.value]));
/** A star is what most people want, an exclamation mark what does harm, dots open a dialog. */
const buttons = (run: Run): string[] => {
  const signs = { primary: '*', danger: '!', plain: '' };
  return draw(run).buttons.map(({ style, label, dialog }) => `${signs[style]}${label}${dialog ? '…' : ''}`);
};

describe('a run that waits for a yes says', () => {
  it('whose turn it is, and whose it is after the first yes', () => {
    expect(draw(asked).headline).toBe('RUN-7 · Isolate a machine · vm-pay-web-01 · waits for two to say yes');
    expect(draw(yes(asked, olivia)).headline).toMatch(/waits for a lead’s yes$/);
    expect(draw(yes(asked, lena, true)).headline).toMatch(/waits for a colleague’s yes$/);
    expect(draw({ ...asked, need: 'own' }).headline).toMatch(/waits for Adam Keller$/);
  });

  it('what whoever was just woken has to know, and of which incident', () => {
    expect(draw(asked)).toMatchObject({
      effect: 'vm-pay-web-01 reaches nothing but Defender for Endpoint.',
      warning: 'It is a server: all who use it lose it.',
    });
    expect(facts(asked)).toEqual({
      Incident: 'INC-1042 Reverse shell on vm-pay-web-01',
      'Asked by': 'Adam Keller: Reverse shell',
      Type: 'full',
      Lasts: '4 h. Release from isolation: vm-pay-web-01 reaches the network again.',
      Now: 'Isolation: none known · Sensor: Onboarded, Active',
      Needs: 'A lead and one more person have to approve. Why: high risk, a crown jewel.',
      'Decide before': '2026-11-29T23:00:00.000Z',
    });
  });

  it('that nothing takes it back, where nothing does', () => {
    const scan = { ...asked, play: { ...asked.play, reverse: undefined } };
    expect(facts(scan).Undo).toBe('It cannot be taken back.');
  });

  it('whose turn it is also where a playbook of the team asks for all that it may', () => {
    const names = Array.from({ length: 10 }, (_, n) => [`setting-${n}`, 'x'] as const);
    const run = { ...asked, order: { ...asked.order, parameters: Object.fromEntries(names) } };
    expect(draw(run).facts).toHaveLength(16);
    expect(facts(run)).toMatchObject({ 'Setting-9': 'x', Needs: expect.stringContaining('A lead') });
  });

  it('in red what goes past everybody else', () => {
    expect(buttons(asked)).toEqual(['*Approve', 'Refuse…', 'Change…', 'Withdraw', '!Run without approval…']);
  });

  it('whom a new password is for, though what follows the word is masked elsewhere', () => {
    const account = { kind: 'account', name: 'jdoe', upn: 'j.doe@contoso.com', oid: '' } as const;
    const run = {
      ...asked,
      play: { ...asked.play, title: 'Require a new password' },
      order: { ...asked.order, target: account },
    };
    const { headline, fallback } = draw(run);
    for (const text of [headline, fallback]) expect(text).toContain('j.doe@contoso.com');
  });
});

describe('a run says', () => {
  it('until when it stands, with the day where it is another', () => {
    expect(draw(isolated).headline).toMatch(/stands until 30 Nov, 02:30 UTC$/);
    const later = drawRun(isolated, incident, unlisted, '2026-11-30T00:10:00.000Z');
    expect(later.headline).toMatch(/stands until 02:30 UTC$/);
  });

  it('what was true before it began no longer than that', () => {
    expect(draw(begin(approved, at)).warning).toBe('');
    expect(facts(isolated)).toEqual({
      Incident: 'INC-1042 Reverse shell on vm-pay-web-01',
      'Asked by': 'Adam Keller: Reverse shell',
      Type: 'full',
      'Approved by': 'Olivia Marsh, Lena Fischer',
      'Ends by itself': '2026-11-30T02:30:00.000Z',
    });
  });

  it('what takes it back in full and in red: a press is enough', () => {
    expect(buttons(isolated)).toEqual(['Extend…', '!Release from isolation']);
  });

  it('that it ends soon once whoever asked is reminded', () => {
    expect(draw(isolated).warning).toBe('');
    expect(draw(remind(isolated)).warning).toBe('It ends soon. Extend it where it has to go on.');
  });

  it('who took it back', () => {
    const released = undone(beginUndo(isolated, 'Olivia Marsh', at), 'vm-pay-web-01 is released.');
    expect(draw(released).headline).toMatch(/is taken back$/);
    expect(facts(released)['Taken back by']).toBe('Olivia Marsh');
  });

  it('who ran it without approval, and why, until a lead has looked', () => {
    const broken = breakGlass(asked, olivia, 'Nobody can be reached', at);
    expect(facts(broken)['Not approved']).toBe('Olivia Marsh: Nobody can be reached');
    expect(draw(broken).warning).toBe('Run without approval. A lead has to look at it.');
  });
});
