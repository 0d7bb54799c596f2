import { describe, expect, it } from 'vitest';
import type { Closing } from '../../src/incident/alert.ts';
import { hashOfList, whyAlike, whyApart } from '../../src/incident/alike.ts';
import {
  type BulkClose,
  closed,
  commentOf,
  refuseConfirm,
  undo,
  wasTouched,
} from '../../src/incident/bulk-close.ts';
import type { IncidentFact } from '../../src/incident/incident.ts';
import { adam, defenderAlert, owner, priya } from './alerts.ts';
import { incidentAfter } from './given.ts';

const opened = (changes = {}): IncidentFact => ({ type: 'opened', alert: defenderAlert(changes) });
const elsewhere = [{ kind: 'host', name: 'vm-web-02', resourceId: '/subscriptions/s1/vm-web-02' }];
const closing: Closing = {
  classification: 'false-positive',
  reason: 'inaccurate-data',
  comment: 'the scanner',
};
const precedent = incidentAfter(opened(), { type: 'closed', closing });
const other = (...past: IncidentFact[]) => ({ ...incidentAfter(...past), id: 1043 });

describe('what is like a precedent', () => {
  it('is of the same rule and names the same, or is of the same product', () => {
    expect(whyAlike(precedent, other(opened()))).toEqual({ by: 'entity', what: 'vm-pay-web-01' });
    expect(whyAlike(precedent, other(opened({ entities: elsewhere })))).toEqual({
      by: 'product',
      what: 'Microsoft Defender for Cloud',
    });
    expect(whyAlike(precedent, other(opened({ entities: elsewhere, product: 'Another' })))).toBeUndefined();
    expect(whyAlike(precedent, other(opened({ type: 'VM_Other' })))).toBeUndefined();
    expect(whyAlike(precedent, precedent)).toBeUndefined();
  });

  it.each<[string, string | undefined, IncidentFact[]]>([
    ['is closed with it', undefined, [opened()]],
    ['is closed with it where it is theirs', undefined, [opened(), { type: 'assigned', owner: owner(adam) }]],
    ['stays apart of others', 'Priya Nair has it', [opened(), { type: 'assigned', owner: owner(priya) }]],
    ['stays apart where it is grave', 'it is of high severity', [opened({ severity: 'high' })]],
    [
      'stays apart where it is restricted',
      'it is restricted',
      [opened(), { type: 'restricted', to: [owner(adam)] }],
    ],
  ])('%s', (_, why, past) => {
    expect(whyApart(precedent, other(...past), owner(adam))).toBe(why);
  });

  it('stays apart where it is graver than the precedent, or something still stands', () => {
    const low = { ...precedent, severity: 'low' as const };
    expect(whyApart(low, other(opened()), owner(adam))).toBe('it is graver than INC-1042');
    const run = { number: 7, target: 'vm-pay-web-01', standing: true };
    const contained = { ...other(opened()), runs: [run] } as unknown as typeof precedent;
    expect(whyApart(precedent, contained, owner(adam))).toBe('vm-pay-web-01 is still contained (RUN-7)');
  });
});

describe('closing them together', () => {
  const at = '2026-11-21T10:00:00.000Z';
  const later = (minutes: number) => new Date(Date.parse(at) + minutes * 60_000).toISOString();
  const seen = other(opened());
  const bulk: BulkClose = {
    number: 5,
    version: 1,
    state: 'previewed',
    by: owner(adam),
    precedent: 1042,
    closing,
    hash: hashOfList(closing, [seen]),
    previewedAt: at,
    closedAt: undefined,
    undoneAt: undefined,
    rows: [],
  };

  it('is of the very list that its author saw, and for ten minutes', () => {
    expect(() => refuseConfirm(bulk, owner(adam), later(10), bulk.hash)).not.toThrow();
    expect(() => refuseConfirm(bulk, owner(adam), later(11), bulk.hash)).toThrow('more than ten minutes ago');
    expect(() => refuseConfirm(bulk, owner(priya), at, bulk.hash)).toThrow('Adam Keller has to confirm it');
    const grown = hashOfList(closing, [{ ...seen, alertCount: 2 }]);
    expect(() => refuseConfirm(bulk, owner(adam), at, grown)).toThrow('It is another list than you saw.');
    expect(() => refuseConfirm(closed(bulk, at, []), owner(adam), at, bulk.hash)).toThrow(
      'is closed already',
    );
  });

  it('names the precedent in the comment of each', () => {
    expect(commentOf(bulk, 3)).toBe('Closed with 2 others like INC-1042 (bulk 5): the scanner');
    expect(commentOf(bulk, 1)).toBe('Closed like INC-1042 (bulk 5): the scanner');
  });

  it('is taken back by its author or a lead for ten minutes, of what nobody has touched since', () => {
    const done = closed(bulk, at, [{ incident: 1043, was: 'new', version: 2 }]);
    expect(undo(done, owner(adam), false, later(10))).toMatchObject({ state: 'undone' });
    expect(() => undo(done, owner(priya), false, at)).toThrow('Ask them, or a lead');
    expect(undo(done, owner(priya), true, at)).toMatchObject({ state: 'undone' });
    expect(() => undo(done, owner(adam), false, later(11))).toThrow('more than ten minutes ago');
    const row = { incident: 1043, was: 'new', version: 2 } as const;
    const shut: IncidentFact[] = [opened(), { type: 'closed', closing }];
    expect(wasTouched(row, other(...shut))).toBe(false);
    expect(wasTouched(row, other(...shut, { type: 'commented', text: 'wait' }))).toBe(true);
    expect(wasTouched(row, other(...shut, { type: 'reopened' }))).toBe(true);
  });
});
