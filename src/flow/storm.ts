import type { DueCard } from '../store/cards.ts';

/** When a conversation has more news than people can read one by one. */
export interface StormLimits {
  /** So many new incidents wait to be shown in one conversation; at one message a second they come seconds late. */
  waiting: number;
  /** So many were shown there one by one within the last minute. */
  perMinute: number;
}

/**
 * Whether a card that was never shown joins its conversation's summary instead. What is graver than anything in the
 * storm so far (`gravest`, `undefined` in fair weather) still gets a card of its own: an edited message wakes nobody.
 */
export function joinsStorm(card: DueCard, limits: StormLimits, gravest: number | undefined): boolean {
  if (card.part !== 'card' || card.ref || card.inDoubt || card.alone) return false;
  if (gravest !== undefined) return card.priority <= gravest;
  return card.waiting + 1 > limits.waiting || card.shownLastMinute >= limits.perMinute;
}
