import type { Numbered } from '../alerts.ts';
import type { Seen } from '../far-side/chat.ts';
import type { Sent } from '../load/press.ts';
import { conversationOf } from '../rooms.ts';

/** Alerts that have two cards of their own, or that stand in two lists. */
export function countDoubled(alerts: Numbered[], { messages }: Seen): number {
  const own = new Map<number, number>();
  const listed = new Map<number, number>();
  for (const { numbers } of messages) {
    const counts = numbers.length === 1 ? own : listed;
    for (const n of numbers) counts.set(n, (counts.get(n) ?? 0) + 1);
  }
  return alerts.filter(({ n }) => (own.get(n) ?? 0) > 1 || (listed.get(n) ?? 0) > 1).length;
}

/**
 * Cards of their own that came into a conversation after the card of an alert that was only sent when theirs was
 * accepted already. Of two alerts on their way at once either may be first.
 */
export function countOutOfOrder(alerts: Numbered[], sent: Sent[], { messages }: Seen): number {
  const times = new Map(alerts.map(({ n }, i) => [n, sent[i]]));
  const newest = new Map<string, number>();
  let late = 0;
  for (const { conversation, numbers } of messages) {
    const time = times.get(numbers[0] ?? -1);
    if (numbers.length !== 1 || !time) continue;
    const latest = newest.get(conversation) ?? 0;
    if (time.answered < latest) late += 1;
    newest.set(conversation, Math.max(latest, time.sent));
  }
  return late;
}

export interface Traffic {
  /** Messages and edits of the conversation that saw most. */
  posts: number;
  edits: number;
  /** Answers 429, of all together. */
  refused: number;
}

/** What went through these conversations between two looks. */
export function trafficIn(rooms: Set<string>, before: Seen, after: Seen): Traffic {
  const none = { posts: 0, edits: 0, refused: 0 };
  const each = [...rooms].map((room) => {
    const [then, now] = [before.traffic.get(room) ?? none, after.traffic.get(room) ?? none];
    return {
      posts: now.posts - then.posts,
      edits: now.edits - then.edits,
      refused: now.refused - then.refused,
    };
  });
  return {
    posts: Math.max(...each.map(({ posts }) => posts)),
    edits: Math.max(...each.map(({ edits }) => edits)),
    refused: each.reduce((sum, { refused }) => sum + refused, 0),
  };
}

export const roomsOf = (alerts: Numbered[]): Set<string> =>
  new Set(alerts.map(({ room }) => conversationOf(room)));
