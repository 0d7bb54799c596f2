import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import {
  type Answer,
  appearWithCard,
  objectsIn,
  sayInTeams,
  sentences,
  typeInSlack,
} from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import type { Seen } from '../../support/rooms.ts';

describe.each(databases)('the dashboard in Teams, on $name', { timeout: 60_000 }, (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
    await appearWithCard(house, 'vm-reverse-shell');
  }, 120_000);
  afterAll(() => house?.close());

  const refreshOf = ({ raw }: Seen) => {
    const card = objectsIn(raw).find((object) => 'refresh' in object);
    return Object(Object(card?.refresh).action) as { verb: string; data: object };
  };
  /** As Teams does by itself when the card comes into view, or for whoever presses Refresh. */
  const refresh = async (as: string, card: Seen, trigger: 'automatic' | 'manual') => {
    const { verb, data } = refreshOf(card);
    const at = { as, conversation: `a:1${as}`, activity: card.id };
    return house.control<Answer>('POST', '/teams/press', { ...at, verb, data, trigger });
  };

  it('tells anew what is so by then, in its own place', async () => {
    const card = await sayInTeams(house, 'lena', 'dashboard', 'direct');
    expect(sentences(card.raw)).toContain('Nobody has: 1');
    await typeInSlack(house, 'lena', 'take INC-1001');
    for (const trigger of ['automatic', 'manual'] as const) {
      const { status, body } = await refresh('lena', card, trigger);
      expect(status).toBe(200);
      expect(sentences(body)).toContain('Watchfloor for Lena Fischer');
      expect(sentences(body)).toContain('Yours: 1');
      expect(JSON.stringify(body)).toContain('"refresh"');
    }
  });

  it('is everybody’s own: whoever may not take an incident is offered none, and has no numbers', async () => {
    const card = await sayInTeams(house, 'vera', 'dashboard', 'direct');
    const { status, body } = await refresh('vera', card, 'manual');
    expect(status).toBe(200);
    expect(sentences(body)).toContain('Watchfloor for Vera Lindqvist');
    expect(sentences(body)).not.toMatch(/Take INC|Time to acknowledge/);
  });

  it('is nobody’s who has no role, by whatever card they press', async () => {
    const { verb, data } = refreshOf(await sayInTeams(house, 'lena', 'dashboard', 'direct'));
    const said = await sayInTeams(house, 'mallory', 'help', 'direct');
    const at = { as: 'mallory', conversation: 'a:1mallory', activity: said.id };
    const answer = await house.control<Answer>('POST', '/teams/press', { ...at, verb, data });
    expect(JSON.stringify(answer)).not.toMatch(/Watchfloor for|Nobody has/);
  });
});
