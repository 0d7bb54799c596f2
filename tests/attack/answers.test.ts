import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idOf, questionTo, slackChat, teamsChat } from '../flow/questions.ts';
import { databases } from '../support/databases.ts';
import {
  type Answer,
  appearWithCard,
  sayInTeams,
  sentences,
  toldInSlack,
  typeInSlack,
} from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { slackCard } from '../support/rooms.ts';

describe.each(databases.slice(0, 1))('whoever was not asked, on $name', (kind) => {
  let house: House;
  let name: string;
  let question: string;
  beforeAll(async () => {
    house = await openHouse(kind);
    ({ name } = await appearWithCard(house, 'identity-mass-download'));
    await typeInSlack(house, 'olivia', `ask ${name}`);
    question = idOf(await questionTo(house, 'adam', 'slack'));
  });
  afterAll(() => house.close());

  /** As if a card of ours had carried it: the platform vouches for who pressed and for nothing else. */
  async function pressInTeams(as: string, data: object): Promise<string> {
    const activity = (await sayInTeams(house, as, 'whoami', 'direct')).id;
    const place = { as, conversation: teamsChat(as), activity, verb: 'watchfloor/answer' };
    return sentences((await house.control<Answer>('POST', '/teams/press', { ...place, data })).body);
  }
  const isUntouched = async () => {
    const text = (await slackCard(house, name))?.text ?? '';
    expect(text).not.toContain('that was');
    expect(text).toContain('MEDIUM · NEW');
  };

  it.each(['mallory', 'lena', 'amara', 'olivia', 'guest'])(
    'cannot answer with the id of the question, whatever roles they have: %s',
    async (as) => {
      for (const answer of ['yes', 'no', 'not-sure'])
        expect(await pressInTeams(as, { question, answer })).toMatch(
          /Only Adam Keller may|of this organisation/,
        );
      await isUntouched();
    },
  );

  it('cannot answer in words, in a chat of their own or in the room', async () => {
    for (const as of ['mallory', 'lena'])
      await house.control('POST', '/slack/mention', { as, channel: slackChat(as), text: 'yes, it was me' });
    await house.control('POST', '/slack/mention', { as: 'lena', channel: 'C0SOC', text: '@Watchfloor yes' });
    await isUntouched();
  });

  it.each<[string, object]>([
    ['a question that never was', { question: randomUUID(), answer: 'yes' }],
    ['a question in SQL', { question: "' or true --", answer: 'yes' }],
    ['an answer that is none', { answer: 'close' }],
    ['a note of another kind', { answer: 'yes', note: ['x'] }],
    [
      'a claim to be somebody',
      { answer: 'yes', personId: '00000002-5a1e-4c0d-9b7a-3f6e2d81c0a2', confirmed: true },
    ],
  ])('gets nowhere with %s', async (_what, data) => {
    const said = await pressInTeams('mallory', { question, ...data });
    expect(said).toMatch(/no such question|not one that Watchfloor knows|Only Adam Keller may/);
    await isUntouched();
  });

  it('cannot be asked for either: a person without a role asks nobody', async () => {
    expect(await typeInSlack(house, 'mallory', `ask ${name} lena@contoso.com`)).toContain(
      'I do not know you',
    );
    expect((await toldInSlack(house, 'lena')).join()).not.toContain('Was this');
  });
});
