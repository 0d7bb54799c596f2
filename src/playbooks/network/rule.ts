import { z } from 'zod';
import { text } from '../../azure/network-answer.ts';
import type { SecurityRule } from '../../azure/network-rules.ts';

export type Direction = SecurityRule['direction'];

/** As it is written: https://learn.microsoft.com/rest/api/virtualnetwork/security-rules/create-or-update */
export function denyRule(rule: {
  direction: Direction;
  priority: number;
  from: string;
  to: string;
  /** Azure takes 140 characters. */
  description: string;
}) {
  const { direction, priority, from, to, description } = rule;
  return {
    properties: {
      description: description.slice(0, 140).toWellFormed(),
      protocol: '*',
      sourceAddressPrefix: from,
      sourcePortRange: '*',
      destinationAddressPrefix: to,
      destinationPortRange: '*',
      access: 'Deny',
      priority,
      direction,
    },
  };
}

/** Every packet of a direction. */
export function deniesAll(rule: SecurityRule | undefined): boolean {
  return (
    rule?.access === 'Deny' &&
    rule.protocol === 'any' &&
    rule.isFromAnyPort &&
    [rule.from, rule.to, rule.ports].every((said) => said.length === 1 && said[0] === '*')
  );
}

/** What is read of a rule before it is written or deleted. */
export const ruleShape = z.object({
  properties: z.object({
    provisioningState: text,
    access: text,
    direction: text,
    sourceAddressPrefix: text,
    destinationAddressPrefix: text,
  }),
});

/** Azure's own bounds of what people may give a rule. */
const priorities = { first: 100, last: 4_096 };

/** The lowest number that no other has; `undefined` where none is left. */
export function freePriority(taken: Iterable<number>, { first, last } = priorities): number | undefined {
  const numbers = new Set(taken);
  for (let priority = first; priority <= last; priority += 1) if (!numbers.has(priority)) return priority;
  return undefined;
}
