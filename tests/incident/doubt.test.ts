import { describe, expect, it } from 'vitest';
import type { Alert, Entity } from '../../src/incident/alert.ts';
import { isInDoubt } from '../../src/incident/doubt.ts';
import { adam, defenderAlert, priya } from './alerts.ts';

const account = (upn: string, more: Partial<Extract<Entity, { kind: 'account' }>> = {}): Entity => ({
  kind: 'account',
  name: upn.split('@', 1)[0] ?? '',
  upn,
  oid: '',
  ...more,
});
const quiet: Partial<Alert> = {
  tactics: ['Collection'],
  techniques: ['T1213'],
  entities: [account(adam.upn)],
};
const doubts = (changes: Partial<Alert>, person = adam) =>
  isInDoubt([defenderAlert({ ...quiet, ...changes })], person);

describe('an account', () => {
  it('that only copied many files, by a medium alert, is not in doubt: ask its owner', () => {
    expect(doubts({})).toBe(false);
  });

  it.each(['InitialAccess', 'CredentialAccess', 'Initial access', 'credential_access'])(
    'named by an alert of %s is in doubt, however mild',
    (tactic) => {
      expect(doubts({ tactics: [tactic], severity: 'low' })).toBe(true);
    },
  );

  it.each(['T1078', 'T1078.004', 't1110.003', 'T1621', 'T1539'])(
    'named by an alert of %s is in doubt, whatever tactic that stands under',
    (technique) => {
      expect(doubts({ tactics: ['Persistence'], techniques: [technique] })).toBe(true);
    },
  );

  it('that a grave alert names as its target, or as the only thing attacked, is in doubt', () => {
    expect(doubts({ severity: 'high', target: 'Adam@Contoso.com' })).toBe(true);
    expect(doubts({ severity: 'high', target: 'adam' })).toBe(true);
    expect(doubts({ severity: 'high', target: '' })).toBe(true);
    expect(doubts({ severity: 'high', target: 'sql-payments' })).toBe(false);
    expect(doubts({ severity: 'medium', target: adam.upn })).toBe(false);
  });

  it('is known by object id, principal name or the bare name that machines have', () => {
    const attacked = { tactics: ['InitialAccess'] };
    expect(
      doubts({ ...attacked, entities: [account('old.name@contoso.com', { oid: adam.id.toUpperCase() })] }),
    ).toBe(true);
    expect(doubts({ ...attacked, entities: [account('ADAM@contoso.com')] })).toBe(true);
    expect(doubts({ ...attacked, entities: [account('', { name: 'CONTOSO\\adam' })] })).toBe(true);
  });

  it('is not in doubt for what happened to somebody else', () => {
    expect(doubts({ tactics: ['InitialAccess'] }, priya)).toBe(false);
    const namesake = account(adam.upn, { oid: priya.id });
    expect(doubts({ tactics: ['InitialAccess'], entities: [namesake] })).toBe(false);
    expect(
      doubts({ tactics: ['InitialAccess'], entities: [account('', { name: '' })] }, { ...adam, upn: '' }),
    ).toBe(false);
  });

  it('is in doubt under the domain that its machines know it by, unless an object id tells that it is a namesake', () => {
    const attacked = { tactics: ['InitialAccess'] };
    const local = (oid: string) => [account('Adam@contoso.local', { oid })];
    expect(doubts({ ...attacked, entities: local('') })).toBe(true);
    expect(doubts({ ...attacked, entities: local(priya.id) })).toBe(false);
    expect(doubts({ severity: 'high', target: 'adam@contoso.local', entities: local('') })).toBe(true);
    // The one named second is attacked.
    const both = [account(adam.upn), ...local('')];
    expect(doubts({ severity: 'high', target: 'adam@contoso.local', entities: both })).toBe(true);
  });

  it('is in doubt by any one of many alerts', () => {
    const alerts = [defenderAlert(quiet), defenderAlert({ ...quiet, tactics: ['CredentialAccess'] })];
    expect(isInDoubt(alerts, adam)).toBe(true);
    expect(isInDoubt([], adam)).toBe(false);
  });
});
