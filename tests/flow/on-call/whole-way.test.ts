import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { teamsMessages } from '../../support/rooms.ts';

describe.each(databases)('the whole way of a rota on $name', { timeout: 120_000 }, (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind);
  });
  afterAll(() => house.close());

  it('is read from Teams, Opsgenie and PagerDuty as soon as the product is there', async () => {
    const said = await house.until('schedules that are read', async () => {
      const said = await typeInSlack(house, 'lena', 'oncall cloud');
      return said.includes('nobody') ? undefined : said;
    });
    expect(said).toMatch(
      /first[\s\S]*(Olivia Marsh|Adam Keller)[\s\S]*lead[\s\S]*(Lena Fischer|Amara Okafor)/,
    );
    expect(said).not.toContain('cannot be read');
  });

  it('is swapped by a message that asks the other in their own chat', async () => {
    // Two of three are on call at any time, in one layer or the other.
    const olivias = await typeInSlack(house, 'olivia', 'oncall swap priya "in 48h"');
    const asked = olivias.includes('is asked to swap')
      ? olivias
      : await typeInSlack(house, 'adam', 'oncall swap priya "in 48h"');
    expect(asked).toContain('Nothing is changed before both agree');
    const question = await house.until('a question in Priya’s chat', async () =>
      (await teamsMessages(house, 'a:1priya')).find(({ text }) => text.includes('asks you to swap')),
    );
    const [, number] = /oncall agree (\d+)/.exec(JSON.stringify(question.raw)) ?? [];
    expect(number).toBeDefined();
    await house.control('POST', '/teams/say', {
      as: 'priya',
      conversation: 'a:1priya',
      text: `oncall agree ${number}`,
    });
    await house.until('the message to say that it is settled', async () =>
      (await teamsMessages(house, 'a:1priya')).find(
        ({ id, text }) => id === question.id && text.includes('Both agreed'),
      ),
    );
  });

  it('is a calendar at an address of one’s own, and at no other', async () => {
    const said = await typeInSlack(house, 'adam', 'oncall calendar soc');
    const [address = ''] =
      /http:\S+\/on-call\/soc\.ics\?for=[^\s|>]+/.exec(said.replaceAll('&amp;', '&')) ?? [];
    const calendar = await fetch(address);
    expect([calendar.status, calendar.headers.get('content-type')]).toEqual([
      200,
      'text/calendar; charset=utf-8',
    ]);
    expect(await calendar.text()).toMatch(
      /^BEGIN:VCALENDAR[\s\S]*SUMMARY:On call\\, first of soc: [\s\S]*END:VCALENDAR/,
    );
    for (const other of [
      address.replace('soc.ics', 'cloud.ics'),
      address.replace('soc.ics', '..%2fsoc.ics'),
      address.replace(/key=../, 'key=00'),
    ])
      expect((await fetch(other)).status).toBe(403);
  });
});
