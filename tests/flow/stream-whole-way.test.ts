import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openHut } from '../support/child.ts';
import { databases } from '../support/databases.ts';
import { type House, openHouse } from '../support/house.ts';
import { slackCard, slackMessages, teamsCard } from '../support/rooms.ts';
import { writeSettings } from '../support/settings.ts';

const stream = {
  source: 'defender',
  namespace: 'contoso-alerts.servicebus.windows.net',
  eventHub: 'defender-alerts',
  consumerGroup: 'watchfloor',
};
/** The sandbox's own settings, and its event hub. */
const settingsWithStream = () =>
  writeSettings((settings) => {
    settings.feeds = { ...Object(settings.feeds), streams: [stream] };
  });

describe.each(databases)('alerts over an event hub on $name', (kind) => {
  let house: House;
  beforeAll(async () => {
    // Polled once at the start and then not again: what is shown came over the event hub.
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settingsWithStream(), POLL_SECONDS: '3600' });
  });
  afterAll(() => house.close());

  const cards = async () => (await slackMessages(house)).filter(({ thread }) => !thread);

  it('are shown in both rooms, behind events that are no alerts', async () => {
    await house.control('POST', '/stream', { events: ['no json', { recommendation: true }, 17] });
    await house.control('POST', '/alerts', { sample: 'vm-reverse-shell', stream: true });
    const card = await house.until('the card in Slack', () => slackCard(house), 20_000);
    await house.until('the card in Teams', () => teamsCard(house, card.name));
    const refused = await house.until('the refusals', () => {
      const lines = house.logged.filter(({ msg }) => msg === 'alert refused');
      return lines.length >= 3 && lines;
    });
    expect(refused).toHaveLength(3);
  });

  it('are shown once, however often the event hub brings the same', async () => {
    const before = (await cards()).length;
    const event = { ...exported, SystemAlertId: crypto.randomUUID() };
    for (const partition of ['0', '1', '2', '3']) {
      await house.control('POST', '/stream', { events: [event], partition });
    }
    await house.until('its card', async () => (await cards()).length > before || undefined);
    await house.control('POST', '/stream', {
      events: [{ ...exported, SystemAlertId: crypto.randomUUID(), CompromisedEntity: 'vm-other-02' }],
    });
    await house.until('the next one', async () => (await cards()).length > before + 1 || undefined);
    expect(await cards()).toHaveLength(before + 2);
  });
});

describe.each(databases.filter(({ name }) => name === 'PostgreSQL'))(
  'a reader of events on $name',
  (kind) => {
    it('that is killed at any moment has lost nothing and doubles nothing when it is back', async () => {
      const hut = await openHut(kind);
      try {
        await hut.kill();
        hut.env.WATCHFLOOR_CONFIG = settingsWithStream();
        const all = 200;
        const events = Array.from({ length: all }, (_, n) => ({
          ...exported,
          SystemAlertId: `streamed-${n}`,
          CompromisedEntity: `vm-${n}`,
        }));
        const count = async (statement: string) => {
          const client = new pg.Client({ connectionString: hut.env.DATABASE_URL });
          await client.connect();
          const { rows } = await client.query(statement).finally(() => client.end());
          return Number(rows[0]?.count);
        };
        const stored = () => count("select count(*) from raw_alerts where body like '%streamed-%'");
        for (let start = 0; start < all; start += 100) {
          await hut.start();
          const before = await stored();
          await hut.control('POST', '/stream', { events: events.slice(start, start + 100) });
          await hut.until('some to be stored', async () => (await stored()) > before, 30_000);
          await hut.kill();
        }
        await hut.start();
        await hut.until(
          'all to be taken in',
          async () => {
            return (await count("select count(*) from alerts where source_id like 'streamed-%'")) === all;
          },
          90_000,
        );
        expect(await stored()).toBe(all);
      } finally {
        await hut.close();
      }
    }, 180_000);
  },
);

const exported = {
  AlertType: 'VM_LoginBruteForceSuccess',
  AlertDisplayName: 'Suspicious authentication activity',
  Description: 'Several failed sign-ins were followed by one that succeeded.',
  Severity: 'High',
  Status: 'New',
  CompromisedEntity: 'vm-shop-01',
  TimeGenerated: new Date().toISOString(),
  StartTimeUtc: new Date().toISOString(),
  EndTimeUtc: new Date().toISOString(),
  ResourceIdentifiers: [],
  Entities: [],
};
