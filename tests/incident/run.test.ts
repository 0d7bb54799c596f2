import { describe, expect, it } from 'vitest';
import { Refused } from '../../src/errors.ts';
import { isStanding, type Need, type Run, type RunOrder } from '../../src/incident/run.ts';
import { hashOrder, stillNeeded } from '../../src/incident/run-approval.ts';
import {
  begin,
  expire,
  failed,
  looked,
  newRun,
  succeeded,
  undoFailed,
  undone,
} from '../../src/incident/run-course.ts';
import {
  approve,
  beginUndo,
  breakGlass,
  cancel,
  confirm,
  extend,
  refuse,
  reorder,
  review,
} from '../../src/incident/run-decisions.ts';

const at = '2026-11-29T02:00:00.000Z';
const soon = '2026-11-29T02:10:00.000Z';
const late = '2026-11-29T03:00:00.000Z';
const adam = { id: 'adam', name: 'Adam Keller', upn: 'adam@contoso.com' };
const olivia = { id: 'olivia', name: 'Olivia Marsh', upn: 'olivia@contoso.com' };
const lena = { id: 'lena', name: 'Lena Fischer', upn: 'lena@contoso.com' };
const order: RunOrder = {
  play: 'isolate-machine',
  target: { kind: 'machine', name: 'vm-pay-web-01', resourceId: '' },
  parameters: { type: 'full', comment: '' },
  minutes: 240,
};
const play = {
  title: 'Isolate a machine',
  risk: 'high',
  effect: 'vm-pay-web-01 reaches nothing.',
  reverse: { title: 'Release', effect: 'It is back.' },
} as const;

const asked = (need: Need, change: Partial<Run> = {}): Run =>
  newRun({
    id: '7d0c7c1e-3b7a-4c56-9d4e-0f3f6f4f2a11',
    number: 7,
    incident: 1042,
    play,
    order,
    reason: 'reverse shell',
    requestedBy: { kind: 'person', ...adam },
    requestedAt: at,
    need,
    because: 'high risk',
    decideBy: '2026-11-29T02:30:00.000Z',
    ...change,
  });
const seen = (run: Run) => looked(run, { facts: [], warning: '', memory: { was: 1 } });
const waiting = (need: Need) => seen(asked(need));
const yes = (run: Run, by: typeof adam, asLead = false) =>
  approve(run, { by, asLead, at: soon, hash: run.hash });
const done = { says: 'Isolated.', outputs: [], memory: { was: 1 } };
const standing = () => succeeded(begin(yes(waiting('peer'), olivia), soon), done, soon);

describe('approval of a run', () => {
  it('is by somebody else than whoever asked, however senior they are', () => {
    expect(() => yes(waiting('peer'), adam, true)).toThrow(/somebody else has to approve/);
    expect(yes(waiting('peer'), olivia).state).toBe('approved');
  });

  it('by a lead is by a lead', () => {
    expect(() => yes(waiting('lead'), olivia)).toThrow(/lead's yes/);
    expect(yes(waiting('lead'), lena, true).state).toBe('approved');
  });

  it('by two is by two different people, one of them a lead', () => {
    const once = yes(waiting('two'), olivia);
    expect(once.state).toBe('awaiting-approval');
    expect(stillNeeded(once)).toBe('A lead has to approve, too.');
    expect(() => yes(once, olivia)).toThrow(/approved it already/);
    expect(yes(once, lena, true).state).toBe('approved');
    const twoPeers = yes(once, { ...olivia, id: 'priya' });
    expect(twoPeers.state).toBe('awaiting-approval');
  });

  it('is of exactly what was asked: a changed parameter, target or time voids it', () => {
    const once = yes(waiting('two'), olivia);
    const longer = { ...order, minutes: 480 };
    const changed = reorder(once, adam, { order: longer, play, need: 'two', because: '', decideBy: late });
    expect(changed).toMatchObject({ state: 'requested', approvals: [], hash: hashOrder(longer) });
    expect(() => yes({ ...seen(changed), hash: 'x' }, lena, true)).not.toThrow();
    expect(() => approve(seen(changed), { by: lena, asLead: true, at: soon, hash: once.hash })).toThrow(
      /changed/,
    );
    for (const other of [
      { ...order, parameters: { ...order.parameters, type: 'selective' } },
      { ...order, target: { kind: 'machine', name: 'vm-dc-01', resourceId: '' } as const },
      { ...order, minutes: undefined },
      { ...order, play: 'stop-vm' },
    ])
      expect(hashOrder(other)).not.toBe(hashOrder(order));
    expect(hashOrder({ ...order, parameters: { comment: '', type: 'full' } })).toBe(hashOrder(order));
  });

  it('does not cover what is not what was approved when it is about to begin', () => {
    const approved = yes(waiting('peer'), olivia);
    expect(() => begin({ ...approved, order: { ...order, minutes: 1 } }, soon)).toThrow(
      /not what was approved/,
    );
    expect(() => begin({ ...approved, approvals: [] }, soon)).toThrow(/not what was approved/);
  });

  it('comes in time or not at all', () => {
    const run = waiting('peer');
    expect(() => approve(run, { by: olivia, asLead: false, at: late, hash: run.hash })).toThrow(
      /time to decide/,
    );
    expect(expire(run, late).state).toBe('expired');
  });

  it('that nobody else has to give is a second yes of whoever asked, and of nobody else', () => {
    const run = waiting('own');
    expect(() => confirm(run, olivia, run.hash, soon)).toThrow(/Whoever asked/);
    expect(confirm(run, adam, run.hash, soon).state).toBe('approved');
    expect(() => confirm(waiting('lead'), adam, run.hash, soon)).toThrow(/approved first/);
  });

  it('is not waited for where a rule wants what nobody has to approve', () => {
    expect(seen(asked('own', { requestedBy: { kind: 'rule', name: 'malware' } })).state).toBe('approved');
    expect(seen(asked('lead', { requestedBy: { kind: 'rule', name: 'malware' } })).state).toBe(
      'awaiting-approval',
    );
  });

  it('is weighed anew once it was looked: what is known by then may ask for more, and never for less', () => {
    const look = { facts: [], warning: '', memory: 1 };
    const jewel = { need: 'two', because: 'high risk, a crown jewel' } as const;
    expect(looked(asked('lead'), look, jewel)).toMatchObject(jewel);
    expect(looked(asked('lead'), look, { need: 'own', because: '' })).toMatchObject({ need: 'lead' });
    const rules = asked('own', { requestedBy: { kind: 'rule', name: 'malware' } });
    expect(looked(rules, look, { need: 'peer', because: '' }).state).toBe('awaiting-approval');
  });

  it('can be done without, and then somebody else looks at it afterwards', () => {
    const broken = breakGlass(waiting('two'), adam, 'nobody answers', soon);
    expect(begin(broken, soon).state).toBe('running');
    expect(() => review(broken, adam, 'fine', soon)).toThrow(/Somebody else/);
    const looked = review(broken, lena, 'right', soon);
    expect(looked.breakGlass?.review?.by.name).toBe('Lena Fischer');
    expect(() => review(looked, lena, 'again', soon)).toThrow(/already/);
  });

  it('can be refused or withdrawn until it is given, and not after', () => {
    expect(refuse(waiting('lead'), olivia, 'wrong machine', soon)).toMatchObject({
      state: 'refused',
      ended: { by: 'Olivia Marsh', note: 'wrong machine' },
    });
    expect(cancel(waiting('lead'), 'Adam Keller', '', soon).state).toBe('cancelled');
    const approved = yes(waiting('peer'), olivia);
    expect(() => refuse(approved, lena, '', soon)).toThrow(Refused);
    expect(() => yes(approved, lena, true)).toThrow(/already/);
  });
});

describe('what a run changed', () => {
  it('stands until its time is over, and can be extended', () => {
    const run = standing();
    expect(isStanding(run)).toBe(true);
    expect(run.endsAt).toBe('2026-11-29T06:10:00.000Z');
    expect(extend(run, 60, soon).endsAt).toBe('2026-11-29T07:10:00.000Z');
    expect(extend(run, undefined, soon).endsAt).toBeUndefined();
  });

  it('without a way back does not stand: there is nothing to end', () => {
    const run = { ...begin(yes(waiting('peer'), olivia), soon), play: { ...play, reverse: undefined } };
    const over = succeeded(run, done, soon);
    expect([isStanding(over), over.endsAt]).toEqual([false, undefined]);
    expect(() => beginUndo(over, 'Olivia Marsh', soon)).toThrow(/Nothing takes back/);
  });

  it('is taken back once', () => {
    const going = beginUndo(standing(), 'Olivia Marsh', soon);
    expect(() => beginUndo(going, 'Lena Fischer', soon)).toThrow(/already/);
    const back = undone(going, 'Released.');
    expect([back.state, isStanding(back)]).toEqual(['reversed', false]);
    expect(() => beginUndo(back, 'Lena Fischer', soon)).toThrow(/already/);
  });

  it('still stands where it could not be taken back, and says so until a person ends it', () => {
    const stuck = undoFailed(beginUndo(standing(), 'its end', soon), 'The machine is gone.');
    expect(stuck).toMatchObject({
      state: 'succeeded',
      endsAt: undefined,
      undo: { failure: 'The machine is gone.' },
    });
    expect(isStanding(stuck)).toBe(true);
    expect(beginUndo(stuck, 'Lena Fischer', soon).state).toBe('reversing');
  });

  it('by half is taken back where it failed, and what never began is not', () => {
    const half = failed(begin(yes(waiting('peer'), olivia), soon), { says: 'Failed half-way.' }, soon);
    expect(beginUndo(half, 'Olivia Marsh', soon).state).toBe('reversing');
    expect(() => beginUndo(failed(asked('lead'), { says: 'no' }, soon), 'Olivia Marsh', soon)).toThrow(
      /did nothing/,
    );
  });
});
