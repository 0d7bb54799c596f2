import { describe, expect, it } from 'vitest';
import { Refused } from '../../src/errors.ts';
import {
  accept,
  decline,
  entriesOf,
  expire,
  type Handover,
  redraft,
  revise,
  sign,
  whyLeft,
  withdraw,
} from '../../src/incident/handover.ts';
import type { IncidentFact } from '../../src/incident/incident.ts';
import { adam, defenderAlert, owner, priya } from './alerts.ts';
import { incidentAfter } from './given.ts';

const at = '2026-11-21T21:46:00.000Z';
const late = '2026-11-22T09:46:00.000Z';
const opened = { type: 'opened', alert: defenderAlert() } satisfies IncidentFact;
const mine = incidentAfter(opened, { type: 'assigned', owner: owner(adam) });
const nobodys = { ...incidentAfter(opened), id: 1043 };
const small = { ...nobodys, id: 1044, severity: 'low' as const };

const draft: Handover = {
  number: 7,
  version: 1,
  state: 'draft',
  from: owner(adam),
  to: owner(priya),
  rota: undefined,
  entries: entriesOf([mine], [nobodys, small]),
  more: 0,
  draftedAt: at,
  signedAt: undefined,
  receivers: [],
  settledAt: undefined,
  expiresAt: late,
  reason: '',
  left: [],
};
const note = { hypothesis: 'stolen token', next: 'revoke sessions', waitingOn: '' };
const signed = sign(draft, owner(adam), at, { notes: new Map([[1042, note]]), expiresAt: late });

describe('a draft', () => {
  it('holds what is theirs and what nobody has, small things only when somebody says so', () => {
    expect(draft.entries.map(({ incident, included }) => [incident, included])).toEqual([
      [1042, true],
      [1043, true],
      [1044, false],
    ]);
  });

  it('drawn anew keeps what was chosen before', () => {
    const chosen = revise(draft, owner(adam), { included: new Map([[1042, false]]) });
    const anew = redraft(chosen, { entries: entriesOf([mine], []), more: 0, to: undefined });
    expect(anew).toMatchObject({ to: owner(priya), entries: [{ incident: 1042, included: false }] });
  });

  it('is signed by whoever gives, for somebody, with how each stands at that moment', () => {
    expect(signed).toMatchObject({ state: 'signed', signedAt: at, receivers: [priya.id] });
    expect(signed.entries[0]?.note).toEqual(note);
    const signing = { notes: new Map(), expiresAt: late };
    expect(() => sign(draft, owner(priya), at, signing)).toThrow(
      new Refused("Handover 7 is Adam Keller's. Make your own: handover to …"),
    );
    expect(() => sign({ ...draft, to: undefined }, owner(adam), at, signing)).toThrow('Say who takes over');
  });
});

describe('a signed one', () => {
  it('is accepted or declined by whoever it was signed for, once', () => {
    const accepted = accept(signed, owner(priya), late, []);
    expect(accepted).toMatchObject({ state: 'accepted', settledAt: late });
    expect(() => accept(signed, owner(adam), late, [])).toThrow('is for Priya Nair, not for you');
    expect(() => decline(accepted, owner(priya), late, 'no')).toThrow('was accepted already');
    expect(() => accept(draft, owner(priya), late, [])).toThrow('has not signed it yet');
    expect(decline(signed, owner(priya), late, 'too much')).toMatchObject({ reason: 'too much' });
  });

  it('loses its signature when it is changed', () => {
    const changed = revise(signed, owner(adam), { included: new Map([[1043, false]]) });
    expect(changed).toMatchObject({ state: 'draft', signedAt: undefined });
    expect(changed.entries[0]).toEqual({ incident: 1042, wasOwned: true, included: true });
    expect(() => revise(draft, owner(adam), { to: owner(adam), included: new Map() })).toThrow('yourself');
  });

  it('ends by itself when its time is over, and then nobody accepts it', () => {
    expect(expire(signed, at)).toBeUndefined();
    const over = expire(signed, late);
    expect(over).toMatchObject({ state: 'expired' });
    expect(over && expire(over, late)).toBeUndefined();
    expect(() => accept(over ?? signed, owner(priya), late, [])).toThrow('The time of Handover 7 is over');
    expect(withdraw(signed, owner(adam), at)).toMatchObject({ state: 'withdrawn' });
  });
});

describe('what has moved on since it was signed', () => {
  const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;
  it.each<[string, string | undefined, ReturnType<typeof incidentAfter> | undefined, boolean]>([
    ['is handed over where nothing has', undefined, mine, true],
    ['is handed over where nobody has it', undefined, nobodys, true],
    [
      'stays where it was closed',
      'it was closed meanwhile',
      incidentAfter(opened, { type: 'closed', closing }),
      true,
    ],
    ['stays where it is not theirs to see', 'it is restricted to others', mine, false],
    ['stays where it is archived', 'it is not here any more', undefined, true],
    [
      'stays where a third person took it',
      'Lena Fischer has it now',
      incidentAfter(opened, {
        type: 'assigned',
        owner: { id: 'l', name: 'Lena Fischer', upn: 'lena@contoso.com' },
      }),
      true,
    ],
  ])('%s', (_, why, incident, maySee) => {
    expect(whyLeft(signed, incident, maySee)).toBe(why);
  });
});
