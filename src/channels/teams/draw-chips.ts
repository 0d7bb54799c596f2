import type { Tone } from '../../incident/enrichment.ts';
import { chipInWords } from '../chips.ts';
import { bound } from '../clean.ts';
import type { Chip } from '../details-view.ts';
import { inert } from './inert.ts';

/** Colours of a `TextRun`, which old and mobile clients draw too; a `Badge` they do not. */
const colours = {
  bad: 'Attention',
  warning: 'Warning',
  good: 'Good',
  neutral: 'Default',
} as const satisfies Record<Tone, string>;

/** What a template fills its runs with, to stand after a name. */
export function drawChips(chips: Chip[], longest = 40): { text: string; colour: string; weight: string }[] {
  return chips.map((chip, n) => ({
    text: `${n === 0 ? '\u00a0 ' : ' · '}${inert(bound(chipInWords(chip), Math.min(longest, 40)))}`,
    colour: colours[chip.tone],
    weight: chip.tone === 'bad' ? 'Bolder' : 'Default',
  }));
}
