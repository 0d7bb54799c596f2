import { createResourceGraph } from '../../src/azure/resource-graph.ts';
import { createSignedCalls } from '../../src/azure/signed-calls.ts';
import { createWriter } from '../../src/azure/writer.ts';
import type { Subject } from '../../src/incident/enrichment.ts';
import { type Hands, playbooks } from '../../src/playbooks/index.ts';
import type { Playbook } from '../../src/playbooks/playbook.ts';
import { openYours } from '../../src/playbooks/yours/open.ts';
import { yourKinds } from '../../src/playbooks/yours/your-playbook.ts';

const nowhere = { endpoint: 'https://127.0.0.1:1', credential: { getToken: async () => null } };
const writer = createWriter({ ...nowhere, scope: 'https://management.azure.com/.default' });
const hands: Hands = {
  graph: writer,
  arm: writer,
  defender: writer,
  defenderPortal: 'https://security.microsoft.com',
  resources: createResourceGraph(nowhere),
};

const payments = '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg-payments/providers';

/** Every playbook that there is, with clients that lead nowhere: for what they say of themselves. */
export function everyPlaybook(): Playbook[] {
  return Object.values(playbooks).map((create) => create(hands));
}

/** One of each kind that a team may have. */
export function everyKindOfYours(): Playbook[] {
  const entries = yourKinds.map((kind) => ({
    name: kind,
    title: kind,
    kind,
    resource: `${payments}/any`,
    risk: 'low' as const,
    effect: '{target} is dealt with.',
    about: ['incident' as const],
    parameters: [],
  }));
  const signed = createSignedCalls(nowhere);
  return openYours(entries, { arm: writer, resources: hands.resources, signed, tenant: 'tenant' });
}

/** What it does, to something that it can be done to, as one reads it before anything is filled in. */
export function effectOf({ about, concerns, effect, parameters }: Playbook): string {
  const target = examples.find((one) => about.includes(one.kind) && (concerns?.(one) ?? true));
  if (!target) throw new Error('There is no example of what it is done to.');
  return effect(target, Object.fromEntries(parameters.map(({ name, usual }) => [name, usual])));
}

const inPayments = (type: string, name: string) => ({ name, resourceId: `${payments}/${type}/${name}` });

const examples: Subject[] = [
  { kind: 'account', name: 'adam', upn: 'adam@contoso.com', oid: '' },
  { kind: 'machine', ...inPayments('Microsoft.Compute/virtualMachines', 'vm-pay-web-01') },
  { kind: 'resource', ...inPayments('Microsoft.Storage/storageAccounts', 'stcontososhop') },
  { kind: 'resource', ...inPayments('Microsoft.KeyVault/vaults', 'kv-payments') },
  { kind: 'ip', address: '203.0.113.9' },
];
