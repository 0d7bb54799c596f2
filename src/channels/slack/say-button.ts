import type { ActionsBlock, Button } from '@slack/types';
import { longestWords, type PageButton } from '../page-view.ts';
import { plain } from './text.ts';

const mostButtons = 8;

/** Buttons that stand for words. They carry the words and nothing else: whoever presses has said them. */
export function drawSayButtons(buttons: PageButton[], blockId: string): ActionsBlock[] {
  const elements = buttons
    // Words that are cut would say something else.
    .filter(({ words }) => words !== '' && words.length <= longestWords)
    .slice(0, mostButtons)
    .map(drawButton);
  return elements.length > 0 ? [{ type: 'actions', block_id: blockId, elements }] : [];
}

/** Slack tells buttons of one row apart by their action. `form` opens the form of the words first. */
function drawButton({ label, words, primary, form }: PageButton, n: number): Button {
  return {
    type: 'button',
    action_id: `${form ? 'form' : 'say'}:${n + 1}`,
    text: plain(label, 30),
    value: words,
    ...(primary && { style: 'primary' }),
  };
}
