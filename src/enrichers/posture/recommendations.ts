import { z } from 'zod';
import type { Instant } from '../../incident/alert.ts';
import { instant, number, readRows, text, typeIn } from '../azure/rows.ts';
import { controlsShape, type FailedControl } from './controls.ts';

/** What Defender for Cloud recommends and nobody has done. */
export interface Recommendation {
  title: string;
  level: Level;
  since: Instant | undefined;
  /** Of how many resources; 1 where one is asked about. */
  resources: number;
  /** Known vulnerabilities have been found, rather than a setting that could be better. */
  isVulnerability: boolean;
  /** Of standards, that are not met because of it. */
  controls: FailedControl[];
}

export const levels = ['critical', 'high', 'medium', 'low'] as const;
export type Level = (typeof levels)[number];

export const isHigh = ({ level }: Recommendation): boolean => level === 'critical' || level === 'high';

const type = 'microsoft.security/assessments';
export const assessments = `type =~ "${type}"`;

const rowShape = z.object({
  type: typeIn(type),
  name: text,
  displayName: text,
  code: text,
  severity: text,
  risk: text,
  category: text,
  since: instant,
  resources: number,
  controls: controlsShape,
});

/** The open ones, worst first, and how many were assessed. `NotApplicable` is none of both. */
export function readAssessments(rows: readonly unknown[]): { open: Recommendation[]; assessed: number } {
  const read = readRows(rowShape, rows, rows.length);
  const open = read.filter(({ code }) => code.toLowerCase() === 'unhealthy').map(recommendation);
  return {
    open: open.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level) || b.resources - a.resources),
    assessed: read.filter(({ code }) => /^(un)?healthy$/i.test(code)).length,
  };
}

function recommendation(row: z.output<typeof rowShape>): Recommendation {
  const { name, displayName, since, resources = 1, category, controls } = row;
  return {
    title: displayName || name,
    level: levelOf(row),
    since,
    resources,
    isVulnerability: gathered.has(name.toLowerCase()) || /^softwareupdate$/i.test(category),
    controls,
  };
}

/**
 * Keys of assessments that gather the vulnerabilities of images in a registry (two, the newer in preview), of running
 * images, and of SQL databases. Step by step each vulnerability becomes an assessment of its own, in the category
 * `SoftwareUpdate`: https://learn.microsoft.com/azure/defender-for-cloud/transition-grouped-individual-recommendations
 */
const gathered = new Set([
  'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5',
  '33422d8f-ab1e-42be-bc9a-38685bb567b9',
  'c609cf0f-71ab-41e9-a3c6-9a1f7fe1b8d5',
  '82e20e14-edc5-4373-bfc4-f13121257c37',
]);

function levelOf({ risk, severity }: { risk: string; severity: string }): Level {
  const named = (word: string) => levels.find((level) => level === word.toLowerCase());
  return named(risk) ?? named(severity) ?? 'low';
}
