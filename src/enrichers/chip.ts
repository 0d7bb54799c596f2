import { longestChip } from '../incident/enrichment.ts';

/** The first of these that fits on a chip; where none does, as much of the last as fits. */
export function firstFitting(...texts: [string, ...string[]]): string {
  const fitting = texts.find((text) => Array.from(text).length <= longestChip);
  return fitting ?? shortened(texts.at(-1) ?? '');
}

function shortened(text: string): string {
  return `${Array.from(text)
    .slice(0, longestChip - 1)
    .join('')}…`;
}
