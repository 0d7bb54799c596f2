import { z } from 'zod';
import { listOf, reference, text } from '../../azure/network-answer.ts';
import type { SecurityGroup } from '../../azure/network-rules.ts';
import type { Order } from '../playbook.ts';
import { deniesAll, denyRule } from './rule.ts';

/** The security group of ours that denies everything: one a resource group and region, for all machines there. */

/** Beside the machine; an interface takes a group of its own region and subscription alone. */
export function isolationGroupOf({ id, location }: { id: string; location: string }): string {
  const resourceGroup = id.split('/').slice(0, 5).join('/');
  return `${resourceGroup}/providers/Microsoft.Network/networkSecurityGroups/nsg-watchfloor-isolation-${location.toLowerCase()}`;
}

/** https://learn.microsoft.com/rest/api/virtualnetwork/network-security-groups/create-or-update */
export function groupBody(location: string, { name, note }: Order) {
  const deny = (direction: 'Inbound' | 'Outbound') => ({
    name: `deny-all-${direction.toLowerCase()}`,
    ...denyRule({ direction, priority: 100, from: '*', to: '*', description: note }),
  });
  return {
    location,
    tags: { [ourTag]: 'isolation', [`${ourTag}-run`]: name },
    properties: { securityRules: [deny('Inbound'), deny('Outbound')] },
  };
}

const ourTag = 'watchfloor';

/** Made by us: may be removed by us. */
export const isOurs = ({ tags }: z.output<typeof groupShape>): boolean => tags[ourTag] === 'isolation';

/** Whether it lets nothing through, whoever made it. */
export function isolates({ rules }: SecurityGroup): boolean {
  return (['Inbound', 'Outbound'] as const).every((direction) =>
    deniesAll(rules.find((rule) => rule.direction === direction)),
  );
}

export const groupShape = z.object({
  tags: z.record(z.string(), z.string()).catch({}),
  properties: z.object({
    provisioningState: text,
    networkInterfaces: listOf(reference),
    subnets: listOf(reference),
  }),
});
