import { bound } from '../clean.ts';
import { longestWords, type PageButton } from '../page-view.ts';
import { inertSentence } from './inert.ts';

/** Phones show more than five buttons badly; the one that shows the others is one of them. */
const visibleButtons = 5;
const mostButtons = 8;

/** Buttons that stand for words. They carry the words and nothing else: whoever presses has said them. */
export function drawSayButtons(
  buttons: PageButton[],
  refresh?: string,
): { actions: object[]; hidden: object[] } {
  const again = refresh === undefined ? [] : [toRefresh(refresh)];
  const all = buttons
    // Words that are cut would say something else.
    .filter(({ words }) => words !== '' && words.length <= longestWords)
    .slice(0, mostButtons)
    .map(toAction)
    .toSpliced(0, 0, ...again);
  if (all.length <= visibleButtons) return { actions: all, hidden: [] };
  const first = visibleButtons - 1;
  return { actions: [...all.slice(0, first), showMore], hidden: all.slice(first) };
}

const showMore = { type: 'Action.ToggleVisibility', title: 'More actions', targetElements: ['more'] };

/** What is answered takes the place of the card. */
export function toRefresh(words: string): object {
  return {
    type: 'Action.Execute',
    title: 'Refresh',
    verb: 'watchfloor/say',
    associatedInputs: 'none',
    data: { say: words, replaces: true },
  };
}

function toAction({ label, words, primary, form }: PageButton): object {
  const look = {
    title: inertSentence(bound(label, 30)),
    ...(primary && { style: 'positive' }),
    associatedInputs: 'none',
  };
  if (form) {
    return {
      type: 'Action.Submit',
      ...look,
      data: { msteams: { type: 'task/fetch' }, verb: 'say/form', say: words },
    };
  }
  return {
    type: 'Action.Execute',
    ...look,
    verb: 'watchfloor/say',
    data: { say: words },
    // Clients without Universal Actions draw this in its place and send it as a message.
    fallback: { type: 'Action.Submit', ...look, data: { verb: 'say', say: words } },
  };
}
