import type { Tone } from '../incident/enrichment.ts';
import type { Chip } from './details-view.ts';

/** More beside one name would not be read. */
export const mostChips = 3;

/**
 * Plain signs, not emoji: they take the text's colour and tell the tones apart in black and white. No cross, for
 * `✗ known bad` could be read as the opposite.
 */
const signs = { bad: '▲', warning: '△', good: '✓', neutral: '' } as const satisfies Record<Tone, string>;

/** `▲ no MFA`; no line ends between sign and words. */
export function chipInWords({ text, tone }: Chip): string {
  return signs[tone] === '' ? text : `${signs[tone]}\u00a0${text}`;
}
