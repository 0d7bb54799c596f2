import type { RichTextElement } from '@slack/types';
import { chipInWords } from '../chips.ts';
import type { Chip } from '../details-view.ts';
import { own, tidy } from './text.ts';

/** After a name: `▲ no MFA · △ at risk`. What is bad is bold; words have no colour in Slack. */
export function drawChips(chips: Chip[], longest: number): RichTextElement[] {
  return chips
    .map(({ text, tone }) => ({ text: tidy(text, longest), tone }))
    .filter(({ text }) => text !== '')
    .flatMap((chip, n) => [own(n === 0 ? '  ' : ' · '), drawChip(chip)]);
}

function drawChip(chip: Chip): RichTextElement {
  const text = chipInWords(chip);
  return chip.tone === 'bad' ? { type: 'text', text, style: { bold: true } } : own(text);
}
