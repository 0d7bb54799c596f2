import { z } from 'zod';
import { kqlString } from '../../kql/escape.ts';
import type { Place } from '../azure/place.ts';
import { readRows, text, typeIn } from '../azure/rows.ts';

/** A way that an attacker could go, as Defender CSPM sees it. */
export interface AttackPath {
  title: string;
  /** `Critical`; empty where none is given. */
  risk: string;
}

/**
 * The paths that lead through a resource. They name their members by ids of their own, and what stands in Azure in the
 * description of each; its quotes keep a machine from being taken for another whose name begins the same.
 * https://learn.microsoft.com/azure/defender-for-cloud/how-to-manage-attack-path
 */
export function pathsThrough({ ids }: Place): string {
  const named = ids.map(
    (id) => `tostring(properties.graphComponent.entities) contains ${kqlString(`"${id}"`)}`,
  );
  return `type =~ "${type}" and (${named.join(' or ')})`;
}

const type = 'microsoft.security/attackpaths';
const rowShape = z.object({
  type: typeIn(type),
  displayName: text,
  risk: text,
});
const most = 50;

/** Critical ones first. */
export function readAttackPaths(rows: readonly unknown[]): AttackPath[] {
  const order = ['critical', 'high', 'medium', 'low', ''];
  const place = ({ risk }: AttackPath) => order.indexOf(risk.toLowerCase());
  return readRows(rowShape, rows, rows.length)
    .slice(0, most)
    .map(({ displayName, risk }) => ({ title: displayName, risk }))
    .sort((a, b) => place(a) - place(b));
}
