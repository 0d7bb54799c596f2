import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeClock } from '../../support/clock.ts';
import { databases } from '../../support/databases.ts';
import { appear, sentences, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackCard, slackMessages, teamsCard, teamsMessages } from '../../support/rooms.ts';
import { writeSettings } from '../../support/settings.ts';

const shared = '91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b';
const contact = {
  emails: 'soc@contoso.com',
  phone: '+49 69 900 0100',
  isEnabled: true,
  notificationsByRole: { state: 'Off', roles: [] },
  notificationsSources: [{ sourceType: 'Alert', minimalSeverity: 'Medium' }],
};
const cloud = { slack: 'C0CLOUD', teams: '19:cloud@thread.tacv2' };
const settings = () =>
  writeSettings((all) => {
    all.preparation = {
      room: [{ slack: 'C0SOC' }, { teams: '19:soc@thread.tacv2' }],
      proof: { everyMinutes: 30, room: [{ slack: cloud.slack }, { teams: cloud.teams }] },
      reconcile: { everyMinutes: 60 },
      contacts: { at: '20 * * * *' },
    };
  });
const patience = 40_000;

describe.each(databases)('what is looked after by itself, on $name', { timeout: 150_000 }, (kind) => {
  let house: House;
  let clock: ReturnType<typeof takeClock>;
  beforeAll(async () => {
    clock = takeClock();
    // Nothing is polled but at the start.
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settings(), POLL_SECONDS: '3600' });
  }, 120_000);
  afterAll(async () => {
    await house.close();
    clock.giveBack();
  });

  async function say(as: string, words: string): Promise<string> {
    const before = (await heard(as)).length;
    const answer = await typeInSlack(house, as, words);
    return answer || house.until(`an answer to ${words}`, async () => (await heard(as))[before], patience);
  }
  async function heard(as: string): Promise<string[]> {
    const { ephemerals } = await house.control<{ ephemerals: { user: string }[] }>('GET', '/slack');
    return ephemerals.filter(({ user }) => user === `U0${as.toUpperCase()}`).map(sentences);
  }
  const bothSay = (says: RegExp) =>
    house.until(
      `both rooms to say ${says}`,
      async () =>
        (await slackMessages(house)).some(({ text }) => says.test(text)) &&
        (await teamsMessages(house)).some(({ text }) => says.test(text)),
      patience,
    );

  it('warns once a day where Azure would warn nobody, until that is mended', async () => {
    expect(await say('lena', 'contacts')).toMatch(/1 of 2[\s\S]*Nobody is set up[\s\S]*/);
    // Past every full hour and all that is due in it.
    clock.forward(61);
    await bothSay(/A subscription would warn too few people/);
    await house.control('POST', '/azure/security-contacts', { subscription: shared, contact });
    expect(await say('lena', 'contacts')).toMatch(/every subscription knows whom to warn/);
  });

  it('proves that an alert arrives, is shown, decided on and told back, and says how quickly', async () => {
    const room = async () => ({
      slack: (await slackMessages(house, cloud.slack)).find(({ name, thread }) => name && !thread),
      teams: (await teamsMessages(house, cloud.teams)).find(({ name, thread }) => name && !thread),
    });
    const seen = await house.until(
      'the proof in both rooms, closed by the bot',
      async () => {
        const { slack, teams } = await room();
        return slack?.text.includes('CLOSED') && teams?.text.includes('CLOSED') ? slack : undefined;
      },
      patience,
    );
    expect(seen.text).toContain('PROOF');
    const told = await house.until(
      'the proof to be told of',
      async () => {
        const said = await say('vera', 'proof');
        return said.includes('the last one arrived') && said;
      },
      patience,
    );
    expect(told).toContain('Not proven: that Azure reaches us');
    const metrics = await (
      await fetch(`${house.productUrl}/metrics`, {
        headers: { authorization: `Bearer ${house.env.METRICS_TOKEN}` },
      })
    ).text();
    expect(metrics).toMatch(/watchfloor_proofs_total\{outcome="delivered"\} [1-9]/);
    expect(metrics).toMatch(/watchfloor_proof_seconds_count\{step="held"\} [1-9]/);
    // Not among what people have to do.
    expect(await say('adam', 'list')).toContain('No open incidents');
  });

  it('finds every hour what is open in Azure and was never heard of, and takes it in', async () => {
    await appear(house, 'identity-password-spray', { push: false });
    expect(await slackCard(house, undefined)).toBeUndefined();
    clock.forward(61);
    await bothSay(/Sentinel 1 open, chat 0/);
    const card = await house.until('its card', () => slackCard(house), patience);
    await house.until('its card in Teams', () => teamsCard(house, card.name), patience);
    expect(await say('vera', 'reconcile')).toMatch(/unknown here: read anew and taken in/);
    clock.forward(61);
    await house.until(
      'nothing to differ any more',
      async () => (await say('vera', 'reconcile')).includes('Nothing differs'),
      patience,
    );
    expect(await say('vera', 'reconcile')).toContain('Sentinel 1 open, chat 1');
  });
});
