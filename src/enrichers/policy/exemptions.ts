import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Instant } from '../../incident/alert.ts';
import { kqlString } from '../../kql/escape.ts';
import type { Place } from '../azure/place.ts';
import { instant, readRows, text, typeIn } from '../azure/rows.ts';

/** Somebody's leave not to meet a policy. */
export interface Exemption {
  title: string;
  /** What it is from, by its name. */
  assignment: string;
  /** A waiver takes the risk; mitigated says that it is met in another way. */
  category: 'waiver' | 'mitigated';
  /** Absent where it never ends. */
  ends: Instant | undefined;
}

const type = 'microsoft.authorization/policyexemptions';
export const exemptions = `type =~ "${type}"`;

/**
 * Those whose scope is the resource, its group or its subscription. One of a management group shows as the state
 * `Exempt` alone: which subscriptions stand in it is not asked.
 */
export function standsOver({ id }: Place): string {
  const scope = `tostring(split(tolower(id), "/providers/${type}/")[0])`;
  return `${exemptions} and id startswith "/subscriptions/" and ${kqlString(`${id.toLowerCase()}/`)} startswith strcat(${scope}, "/")`;
}

const rowShape = z.object({
  type: typeIn(type),
  displayName: text,
  name: text,
  assignment: text,
  assignmentName: text,
  category: text,
  ends: instant,
});
const most = 50;

/** What ends first stands first. */
export function readExemptions(rows: readonly unknown[]): Exemption[] {
  const far = '9999';
  return readRows(rowShape, rows, rows.length)
    .slice(0, most)
    .map(
      ({ displayName, name, assignment, assignmentName, category, ends }): Exemption => ({
        title: displayName || name,
        assignment: assignmentName || lastSegment(assignment) || 'an assignment',
        category: /^mitigated$/i.test(category) ? 'mitigated' : 'waiver',
        ends,
      }),
    )
    .sort((a, b) => (a.ends ?? far).localeCompare(b.ends ?? far));
}

/** Exemptions stay after their end, and do nothing any more. */
export const isOver = ({ ends }: Exemption, now: Date): boolean =>
  ends !== undefined && Date.parse(ends) <= now.getTime();
