import { FarSideError } from '../../errors.ts';
import type { Card } from './templates.ts';

/** Teams refuses messages over about 100 kB of UTF-16; a card that people read on a phone needs far less. */
export const cardLimit = 25_000;

export function sizeOf(card: Card | object[]): number {
  return Buffer.byteLength(JSON.stringify(card));
}

/** Throws `FarSideError` rejected where Teams would refuse the card, before it leaves. */
export function checkCard(card: Card): Card {
  const size = sizeOf(card);
  if (size <= cardLimit) return card;
  throw new FarSideError(
    'teams',
    'rejected',
    `The card is ${size} bytes, at most ${cardLimit} are sent. Shorten the view it is drawn from.`,
  );
}
