import { describe, expect, it } from 'vitest';
import type { Entity } from '../../src/incident/alert.ts';
import { subjectKey } from '../../src/incident/enrichment.ts';
import { keysOf, subjectNamed, subjectsOf } from '../../src/incident/subjects.ts';
import { defenderAlert } from './alerts.ts';

const machineId =
  '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg/providers/Microsoft.Compute/virtualMachines/vm-1';
const about = (...entities: Entity[]) => ({ id: 1042, alerts: [defenderAlert({ entities, type: 'Odd' })] });
const keys = (...entities: Entity[]) => subjectsOf(about(...entities)).map(subjectKey);

describe('whom an incident concerns', () => {
  it('is itself, then who and what is attacked, then where from', () => {
    expect(
      keys(
        { kind: 'ip', address: '203.0.113.9', country: '' },
        { kind: 'file', name: 'a.exe', directory: '' },
        { kind: 'host', name: 'vm-1', resourceId: machineId },
        { kind: 'account', name: 'adam', upn: 'Adam@contoso.com', oid: '' },
      ),
    ).toEqual([
      'incident 1042',
      'account adam@contoso.com',
      `machine ${machineId.toLowerCase()}`,
      'ip 203.0.113.9',
      'file a.exe',
    ]);
  });

  it('is each once, however many alerts name it and however they write it', () => {
    const adam: Entity = { kind: 'account', name: 'adam', upn: 'adam@contoso.com', oid: '' };
    expect(keys(adam, { ...adam, upn: 'ADAM@contoso.com' })).toHaveLength(2);
  });

  it('takes a machine for a machine, whether the alert calls it host or resource', () => {
    const host: Entity = { kind: 'host', name: 'vm-1', resourceId: machineId };
    const resource: Entity = { kind: 'resource', name: 'vm-1', resourceId: machineId.toUpperCase() };
    expect(keys(host, resource)).toHaveLength(2);
  });

  it('is no process, and nothing that has no name of its own', () => {
    const nothing: Entity[] = [
      { kind: 'process', name: 'bash', commandLine: 'bash -i' },
      { kind: 'other', type: 'registry-key', name: 'HKLM' },
      { kind: 'resource', name: 'a name alone', resourceId: '' },
      { kind: 'ip', address: '', country: '' },
    ];
    expect(keys(...nothing)).toEqual(['incident 1042']);
  });

  it('is twelve subjects at most, whatever an attacker puts into an alert', () => {
    const many = Array.from(
      { length: 500 },
      (_, n): Entity => ({ kind: 'ip', address: `198.51.100.${n}`, country: '' }),
    );
    expect(keys(...many)).toHaveLength(12);
    expect(keysOf(about(...many)).length).toBeLessThanOrEqual(24);
  });

  it('is of every kind somebody, however many of one kind an attacker puts before them', () => {
    const accounts = Array.from(
      { length: 40 },
      (_, n): Entity => ({ kind: 'account', name: `a${n}`, upn: `a${n}@contoso.com`, oid: '' }),
    );
    const found = keys(
      ...accounts,
      { kind: 'ip', address: '203.0.113.9', country: '' },
      { kind: 'ip', address: '203.0.113.7', country: '' },
      { kind: 'url', url: 'https://evil.example/a' },
      { kind: 'file', name: 'a.exe', directory: '' },
    );
    expect(found).toEqual([
      'incident 1042',
      ...Array.from({ length: 7 }, (_, n) => `account a${n}@contoso.com`),
      'ip 203.0.113.9',
      'ip 203.0.113.7',
      'url https://evil.example/a',
      'file a.exe',
    ]);
  });

  it('is found again by its entities and by its rule', () => {
    expect(keysOf(about({ kind: 'ip', address: '203.0.113.9', country: '' }))).toEqual([
      'rule Odd',
      'ip 203.0.113.9',
    ]);
  });
});

describe('what somebody types', () => {
  it.each([
    ['account', 'adam@contoso.com', { kind: 'account', upn: 'adam@contoso.com' }],
    ['account', 'CONTOSO\\adam', { kind: 'account', name: 'CONTOSO\\adam', upn: '' }],
    ['account', '3C9E1F48-75d2-4a0b-9e63-b1f80d2c57a9', { oid: '3c9e1f48-75d2-4a0b-9e63-b1f80d2c57a9' }],
    ['host', 'vm-1', { kind: 'machine', resourceId: '' }],
    ['url', 'evil.example', { kind: 'domain' }],
    ['url', 'https://evil.example/a', { kind: 'url' }],
    ['file', 'AB'.repeat(32), { kind: 'file', sha256: 'ab'.repeat(32) }],
    ['resource', machineId, { kind: 'machine', name: 'vm-1' }],
  ] as const)('%s %s is the same subject as in an incident', (kind, name, subject) => {
    expect(subjectNamed({ kind, name })).toMatchObject(subject);
  });
});
