import { describe, expect, it } from 'vitest';
import type { Reader, Words } from '../../src/commands/command.ts';
import { netcheck } from '../../src/commands/netcheck.ts';
import { topology } from '../../src/commands/topology.ts';
import { understand } from '../../src/commands/understand.ts';
import { Refused } from '../../src/errors.ts';
import type { Entity } from '../../src/incident/alert.ts';
import type { Subject } from '../../src/incident/enrichment.ts';
import { emptyIncident, evolve } from '../../src/incident/incident.ts';
import { openShelf } from '../../src/kql/hunt-library.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { company, peopleOf } from '../people/company.ts';

const id =
  '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/vm-pay-web-01';
const web = { kind: 'host' as const, name: 'vm-pay-web-01', resourceId: id } satisfies Entity;
const jump: Entity = { kind: 'host', name: 'vm-jump-01', resourceId: '' };

/** What is asked of far sides when Adam types this, in the thread of an incident that names these entities. */
async function asked(text: string, entities?: Entity[]): Promise<{ subject: Subject; wish: unknown }> {
  const thread = entities ? 1042 : undefined;
  const { command, ...said } = understand(text, [netcheck, topology], thread);
  if (command.kind !== 'read') throw new Error(`"${text}" does not only read.`);
  const words: Words = {
    ...said,
    person: { ...company.adam, assurance: 'full', because: '' },
    people: peopleOf(Object.values(company)),
    ask: async () => {
      throw new Refused('Nobody is asked.');
    },
    read: async () =>
      evolve(emptyIncident(1042), {
        type: 'opened',
        alert: defenderAlert({ entities: entities ?? [] }),
        at: '2026-11-21T10:00:00.000Z',
        by: { kind: 'bot' },
      }),
  };
  let seen: { subject: Subject; wish: unknown } | undefined;
  const nothing = async () => ({ kind: 'none' as const });
  const reader: Reader = {
    now: new Date('2026-11-22T12:00:00Z'),
    hunts: openShelf(),
    card: nothing,
    past: nothing,
    list: nothing,
    refused: nothing,
    find: nothing,
    evidence: nothing,
    audit: nothing,
    details: nothing,
    enrich: nothing,
    enrichers: nothing,
    findResource: async (name) => {
      if (name.endsWith('kv-payments'))
        return {
          name: 'kv-payments',
          resourceId: id.replace(/Microsoft.*/, 'Microsoft.KeyVault/vaults/kv-payments'),
        };
      if (!name.endsWith('vm-pay-web-01')) throw new Refused('There is no such resource.');
      return { name: 'vm-pay-web-01', resourceId: id };
    },
    async lookUp(subject, wish) {
      seen = { subject, wish };
      return { kind: 'none' };
    },
  };
  await command.answer(words, reader);
  if (!seen) throw new Error('Nothing was asked.');
  return seen;
}

const path = (to: string, port: number, protocol = 'tcp', from = '203.0.113.9') => ({
  kind: 'path',
  from,
  to,
  port,
  protocol,
});

describe('netcheck', () => {
  it.each([
    ['netcheck 203.0.113.9 to vm-pay-web-01:3389', path('vm-pay-web-01', 3389)],
    ['netcheck 203.0.113.9 vm-pay-web-01 22', path('vm-pay-web-01', 22)],
    ['netcheck from 203.0.113[.]9 to vm-pay-web-01 port ssh', path('vm-pay-web-01', 22)],
    ['netcheck 203.0.113.9 to vm-pay-web-01:RDP', path('vm-pay-web-01', 3389)],
    ['netcheck 203.0.113.9 to vm-dc-01:dns --udp', path('vm-dc-01', 53, 'udp')],
    ['netcheck 2001:db8::17 to vm-pay-web-01:https', path('vm-pay-web-01', 443, 'tcp', '2001:db8::17')],
    ['netcheck ::ffff:203.0.113.9 to vm-pay-web-01:443', path('vm-pay-web-01', 443)],
    [`netcheck 203.0.113.9 to ${id}:443`, path(id, 443)],
    [`netcheck 203.0.113.9 ${id} https`, path(id, 443)],
  ])('"%s" is understood', async (text, wanted) => {
    expect((await asked(text)).subject).toEqual(wanted);
  });

  it('asks only about the way, and anew: somebody may just have closed it', async () => {
    const { wish } = await asked('netcheck 203.0.113.9 to vm-pay-web-01:22');
    expect(wish).toEqual({ only: ['netcheck'], anew: true });
  });

  it.each([
    ['netcheck 203.0.113.9 rdp', [web], path(id, 3389)],
    ['netcheck 203.0.113.9 :22', [web], path(id, 22)],
    ['netcheck 203.0.113.9 to port 22', [web], path(id, 22)],
    ['netcheck 203.0.113.9 22', [jump], path('vm-jump-01', 22)],
    [
      'netcheck 203.0.113.9 22',
      [
        { ...web, resourceId: '' },
        { ...web, kind: 'resource' as const },
      ],
      path(id, 22),
    ],
    ['netcheck 203.0.113.9 vm-dc-01 22', [web, jump], path('vm-dc-01', 22)],
  ])('"%s" means the machine of the thread, where it names one alone', async (text, entities, wanted) => {
    expect((await asked(text, entities)).subject).toEqual(wanted);
  });

  it.each([
    ['netcheck', undefined, 'Say which IP address'],
    ['netcheck vm-web-01 to 203.0.113.9:22', undefined, 'is no IP address'],
    ['netcheck 010.1.1.1 to vm-web-01:22', undefined, 'is no IP address'],
    ['netcheck 203.0.113.9', [web], 'At which port?'],
    ['netcheck 203.0.113.9 to vm-pay-web-01', undefined, 'At which port?'],
    ['netcheck 203.0.113.9 to vm-pay-web-01:0', undefined, 'is no port'],
    ['netcheck 203.0.113.9 to vm-pay-web-01:65536', undefined, 'is no port'],
    ['netcheck 203.0.113.9 to vm-pay-web-01:constructor', undefined, 'is no port'],
    ['netcheck 203.0.113.9 to vm-pay-web-01 22 23', undefined, 'Too many words'],
    ['netcheck 203.0.113.9 22', undefined, 'Say which machine'],
    ['netcheck 203.0.113.9 22', [web, jump], 'names vm-pay-web-01, vm-jump-01'],
    ['netcheck 203.0.113.9 22', [], 'names no machine'],
    ['netcheck 203.0.113.9 to vm|evil:22', undefined, 'is no host'],
    ['netcheck 203.0.113.9 to /subscriptions/../x:22', undefined, 'no id of a machine'],
    [`netcheck 203.0.113.9 to ${id.replace('virtualMachines', 'disks')}:22`, undefined, 'no id of a machine'],
  ])('"%s" is refused with a hint', async (text, entities, hint) => {
    await expect(asked(text, entities)).rejects.toThrow(hint);
    await expect(asked(text, entities)).rejects.toBeInstanceOf(Refused);
  });
});

describe('topology', () => {
  it.each([
    ['topology vm-pay-web-01', undefined],
    [`topology ${id}`, undefined],
    ['topology', [web]],
  ])('"%s" draws the machine that is meant', async (text, entities) => {
    const { subject, wish } = await asked(text, entities);
    expect(subject).toEqual({ kind: 'machine', name: 'vm-pay-web-01', resourceId: id });
    expect(wish).toEqual({ only: ['topology'] });
  });

  it.each([
    ['topology kv-payments', undefined, 'Only virtual machines'],
    ['topology vm-nowhere', undefined, 'no such resource'],
    ['topology', undefined, 'Say which machine'],
    ['topology', [web, jump], 'Say which'],
  ])('"%s" is refused with a hint', async (text, entities, hint) => {
    await expect(asked(text, entities)).rejects.toThrow(hint);
  });
});
