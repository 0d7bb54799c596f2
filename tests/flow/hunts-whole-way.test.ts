import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import { mentionInSlack, sayInTeams } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { type Seen, slackCard, slackMessages, teamsMessages } from '../support/rooms.ts';
import { writeSettings } from '../support/settings.ts';

/** The sandbox's settings, with a hunt that runs by itself. */
const withHunt = () =>
  writeSettings(({ hunts }) => {
    const hunt = 'Memory of the sign-in process written to a file';
    Object.assign(hunts, { scheduled: [{ hunt, every: '1h', last: '2d', severity: 'high' }] });
  });

describe.each(databases)('hunts in both rooms, on $name', { timeout: 120_000 }, (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: withHunt() });
  }, 120_000);
  afterAll(() => house?.close());

  const seen = (what: string, look: () => Promise<Seen[]>, wanted: RegExp) =>
    house.until(
      what,
      async () => (await look()).find((message) => wanted.test(JSON.stringify(message))),
      90_000,
    );

  it('one that runs by itself and finds something opens an incident', async () => {
    const card = await house.until(
      'a card of the hunt',
      async () => {
        const found = await slackCard(house);
        return found?.text.includes('Memory of the sign-in process') ? found : undefined;
      },
      90_000,
    );
    expect(card.text).toContain('HIGH');
    expect(card.text).toContain('Hunt');
    expect(card.text).toContain('svc-backup');
    expect(card.text).toContain('vm-dc-01');
    await seen('the same in Teams', () => teamsMessages(house), /Memory of the sign-in process/);
  });

  it('are listed by words', async () => {
    const { text } = await mentionInSlack(house, 'adam', 'hunts lsass memory');
    expect(text).toContain('Memory of the sign-in process');
  });

  it('one that is typed is answered where it was typed', async () => {
    const asked = mentionInSlack(house, 'adam', 'hunt Many failed sign-ins to Windows --last 3d').catch(
      () => undefined,
    );
    await seen(
      'its answer',
      () => slackMessages(house),
      /Many failed sign-ins to Windows.*· 1 row.*vm-jump-01/,
    );
    await asked;
  });

  it('an address is looked at from all sides', async () => {
    const asked = sayInTeams(house, 'adam', 'ip 198[.]51[.]100[.]23 --last 3d', 'direct').catch(
      () => undefined,
    );
    await seen(
      'its sections',
      () => teamsMessages(house, 'a:1adam'),
      /Sign-ins on Windows machines.*vm-jump-01/,
    );
    await asked;
  });
});
