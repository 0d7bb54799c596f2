import type { Button } from '@slack/types';
import type { QueryVerb } from '../query-view.ts';
import { plain } from './text.ts';

/** A button about a query. It carries which query and which part of it, never authority. */
export function queryButton(query: string, verb: QueryVerb, label: string, argument: string): Button {
  return {
    type: 'button',
    action_id: `query:${verb}`,
    text: plain(label, 30),
    value: `${query}:${argument}`,
  };
}

/** In place of an argument, which such a button has none of: it opens a dialog. */
export const asksFirst = 'dialog';
