import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';

/** What one question of several has told. */
export interface Part {
  traits?: Trait[];
  /** What decides. */
  facts?: EnrichmentFact[];
  /** What is good to know beside it. */
  background?: EnrichmentFact[];
}

const longestChip = 24;

/** Fits on a chip; `Privileged Role Administrator` becomes `Privileged Role Admin`. */
export function chipOf(text: string): string {
  const short = length(text) > longestChip ? text.replace(/Administrator/g, 'Admin') : text;
  if (length(short) <= longestChip) return short;
  return `${Array.from(short)
    .slice(0, longestChip - 1)
    .join('')}…`;
}

const length = (text: string): number => Array.from(text).length;

/** Microsoft's words taken apart: `impossibleTravel` → `impossible travel`, `maliciousIPAddress` → `malicious IP address`. */
export function inWords(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(' ')
    .map((word) => (/^[A-Z]{2,}$/.test(word) ? word : word.toLowerCase()))
    .join(' ');
}

/** What is there of these, with a comma between. */
export const listed = (...texts: (string | false | undefined)[]): string => texts.filter(Boolean).join(', ');
