import { describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { dice } from '../support/dice.ts';
import { sendAgain } from './order.ts';
import { deleteCards, pressEarly } from './rooms.ts';

describe.each(databases)('on $name', (kind) => {
  const setting = { create: kind.create, roll: dice(7) };

  it('honours a press that comes before Slack has told where the card is', { timeout: 120_000 }, async () => {
    expect((await pressEarly(setting)).violations).toEqual([]);
  });

  it('shows an incident again whose card a person deleted, when there is news', {
    timeout: 120_000,
  }, async () => {
    expect((await deleteCards(setting)).violations).toEqual([]);
  });

  it('makes one card of an alert and one answer to an event that come three times', {
    timeout: 180_000,
  }, async () => {
    expect((await sendAgain(setting)).violations).toEqual([]);
  });
});
