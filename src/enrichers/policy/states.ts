import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Instant } from '../../incident/alert.ts';
import { kqlList, type Place } from '../azure/place.ts';
import { instant, number, readRows, text, typeIn } from '../azure/rows.ts';

/** How a resource stands to one policy of one assignment. */
export interface PolicyState {
  /** By its display name, or by the last part of its id where that may not be read. */
  assignment: string;
  policy: string;
  /** `audit`, `deny`. */
  effect: string;
  compliance: 'met' | 'not met' | 'exempt';
  at: Instant | undefined;
  /** 1 where one resource is asked about. */
  resources: number;
}

const type = 'microsoft.policyinsights/policystates';
export const states = `type =~ "${type}"`;

/** Of a resource and what it is part of. https://learn.microsoft.com/azure/governance/policy/how-to/get-compliance-data */
export const statesOf = ({ ids }: Place): string =>
  `${states} and tostring(properties.resourceId) in~ ${kqlList(ids)}`;

const rowShape = z.object({
  type: typeIn(type),
  assignment: text,
  assignmentName: text,
  definition: text,
  definitionName: text,
  /** The initiative's own name of the policy; empty outside of one. */
  reference: text,
  effect: text,
  compliance: text,
  at: instant,
  resources: number,
});

/** States that tell nothing, `Unknown` or `Protected`, are left out. */
export function readStates(rows: readonly unknown[]): PolicyState[] {
  const found = new Map<string, PolicyState>();
  for (const row of readRows(rowShape, rows, rows.length)) {
    const { assignment, definition, reference, effect, at, resources = 1 } = row;
    const compliance = complianceOf(row.compliance);
    if (!compliance) continue;
    const key = [assignment, definition, reference, compliance].join('\n');
    if (found.has(key)) continue;
    found.set(key, {
      assignment: row.assignmentName || lastSegment(assignment) || 'an assignment',
      policy: row.definitionName || reference || lastSegment(definition) || 'a policy',
      effect: effect.toLowerCase(),
      compliance,
      at,
      resources,
    });
  }
  return [...found.values()];
}

/** `Secure transfer to storage accounts should be enabled (deny)`. */
export const policyInWords = ({ policy, effect }: PolicyState): string =>
  effect ? `${policy} (${effect})` : policy;

function complianceOf(said: string): PolicyState['compliance'] | undefined {
  if (/^noncompliant$/i.test(said)) return 'not met';
  if (/^exempt$/i.test(said)) return 'exempt';
  return /^compliant$/i.test(said) ? 'met' : undefined;
}
