import type { LogView } from '../views.ts';
import { fitting } from './limits.ts';
import { type Message, message } from './message.ts';
import { line, moment, own, richText, words } from './text.ts';

const MOST_LINES = 40;

/** The log in the card's thread: one message, oldest line first; what no longer fits falls off at the top. */
export function drawLog(view: LogView): Message {
  return fitting((scale) => draw(view, Math.max(1, Math.floor(MOST_LINES * scale))));
}

function draw(view: LogView, most: number): Message {
  const shown = view.lines.slice(-most);
  const earlier = view.lines.length - shown.length;
  const lines = [
    ...(earlier > 0 ? [line(own(`${earlier} earlier lines are not shown.`))] : []),
    ...shown.map((entry) => line(moment(entry.at), own('  '), words(entry.text, 400))),
  ];
  return message(view.fallback, [
    richText('log', lines.length > 0 ? lines : [line(words(view.fallback, 400))]),
  ]);
}
