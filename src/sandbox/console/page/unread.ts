import { html, nothing, type TemplateResult } from 'lit-html';
import type { SandboxPerson } from '../../people.ts';
import type { Conversation, SandboxState } from './state.ts';

/** How many messages of a conversation this tab has shown. */
const shown = new Map<string, number>();

/** Messages in somebody's direct chat that this tab has not shown yet; none in the one that is open. */
export function unreadIn(room: Conversation<unknown>, isOpen: boolean): number {
  if (isOpen) shown.set(room.id, room.messages.length);
  // A message may be taken away again.
  return Math.max(0, room.messages.length - (shown.get(room.id) ?? 0));
}

export function drawUnread(count: number): TemplateResult | typeof nothing {
  if (count === 0) return nothing;
  return html`<span class="unread" aria-label=${`${count} unread`}>${count}</span>`;
}

/** Whether somebody was written to, in Slack or in Teams. */
export function isWrittenTo(state: SandboxState, person: SandboxPerson): boolean {
  const rooms = [...state.slack.conversations, ...state.teams.conversations];
  const own = [slackChatOf(person), teamsChatOf(person)];
  return rooms.some((room) => own.includes(room.id) && unreadIn(room, false) > 0);
}

export const slackChatOf = (person: SandboxPerson): string => `D0${person.id.toUpperCase()}`;
export const teamsChatOf = (person: SandboxPerson): string => `a:1${person.id}`;
