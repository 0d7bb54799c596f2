import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findPerson } from '../../src/sandbox/people.ts';
import { Browser } from '../support/browser.ts';
import { databases } from '../support/databases.ts';
import { sayInTeams, toldInSlack, typeInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { writeSettings } from '../support/settings.ts';

const query = 'query AzureActivity | take 3';

interface Seen {
  text: string;
  identity: { kind: string; oid: string };
  status: string | number;
}

describe.each(databases)('where logs are asked in people’s own names, on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    const file = writeSettings((settings) => {
      settings.logs = { ...Object(settings.logs), as: 'person' };
    });
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: file });
  });
  afterAll(() => house.close());

  const linkIn = (said: string) => /https?:\/\/\S+\/sign-in\/[\w-]{43}/.exec(said)?.[0] ?? said;
  const seen = async () => (await house.control<{ queries: Seen[] }>('GET', '/logs/state')).queries;
  /** On a busy machine the guard may refuse the first text of all: its parser is not warm. Whoever asks again is answered. */
  async function answered(oid: string, ask: () => Promise<unknown>): Promise<Seen> {
    for (let tries = 1; ; tries += 1) {
      await ask();
      try {
        return await house.until(
          'the query, in their name',
          async () => (await seen()).find(({ identity, status }) => identity.oid === oid && status === 200),
          15_000,
        );
      } catch (error) {
        if (tries === 4) throw error;
      }
    }
  }

  it('somebody in Slack is asked to sign in once, where nobody else reads it, and is then asked for by Azure as themselves', async () => {
    // An answer that takes long comes beside the request.
    const link = await house.until(
      'a link for Adam alone',
      async () => {
        const said = await typeInSlack(house, 'adam', query);
        return [said, ...(await toldInSlack(house, 'adam'))]
          .map(linkIn)
          .find((one) => one.includes('/sign-in/'));
      },
      30_000,
    );
    expect(link).toContain(house.productUrl);
    expect(await seen()).toEqual([]);
    const page = await new Browser().signInBy(link, 'adam');
    expect(page.html).toContain('asks the logs in your name');
    const asked = await answered(findPerson('adam').oid, async () =>
      expect(await typeInSlack(house, 'adam', query)).not.toContain('/sign-in/'),
    );
    expect(asked.identity.kind).toBe('person');
    expect(asked.text).toContain('AzureActivity');
  }, 90_000);

  it('somebody in Teams does the same, and takes it back', async () => {
    const told = await sayInTeams(house, 'lena', query, 'direct');
    const link = linkIn(JSON.stringify(told.raw));
    await new Browser().signInBy(link, 'lena');
    const asked = await answered(findPerson('lena').oid, () => sayInTeams(house, 'lena', query, 'direct'));
    expect(asked.identity.kind).toBe('person');
    const gone = await sayInTeams(house, 'lena', 'unlink', 'direct');
    expect(JSON.stringify(gone.raw)).toContain('in your name no more');
    const again = await sayInTeams(house, 'lena', query, 'direct');
    expect(linkIn(JSON.stringify(again.raw))).toContain('/sign-in/');
  }, 90_000);

  it('nothing is ever asked in the name of the bot', async () => {
    expect((await seen()).map(({ identity }) => identity.kind)).not.toContain('application');
    expect((await toldInSlack(house, 'adam')).join()).not.toContain('eyJ');
  });
});
