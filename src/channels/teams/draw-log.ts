import type { LogView } from '../views.ts';
import { cardLimit, sizeOf } from './check-card.ts';
import { inert, inertSentence, readerTime } from './inert.ts';
import { type Card, fill } from './templates.ts';

/** More are not read, and drawing them to find out that they are too many takes time. */
const mostLines = 60;

/** The thread's log, newest lines last; where it grows too long the oldest lines go and the card says so. */
export function drawLog(view: LogView): Card {
  for (let shown = Math.min(view.lines.length, mostLines); ; shown = Math.floor(shown * 0.8)) {
    const card = drawLast(view, shown);
    if (shown <= 1 || sizeOf(card) <= cardLimit) return card;
  }
}

function drawLast(view: LogView, shown: number): Card {
  const left = view.lines.length - shown;
  return fill('log', {
    fallback: inertSentence(view.fallback),
    earlier:
      view.lines.length === 0
        ? inert(view.fallback)
        : left > 0
          ? `${left} earlier ${left === 1 ? 'line is' : 'lines are'} not shown.`
          : '',
    lines: view.lines.slice(left).map((line) => ({ at: readerTime(line.at), text: inert(line.text) })),
  });
}
