import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { type House, openHouse } from '../support/house.ts';

const chromium = findChromium();
if (!chromium)
  console.warn('SKIPPED: nobody asked the logs in a browser, no Chromium found. Set CHROMIUM_PATH.');

const rooms = [{ room: 'Slack' }, { room: 'Microsoft Teams' }] as const;

/** An analyst at the page: what is typed is typed, what is pressed stands there. */
describe.skipIf(!chromium).each(databases)('an analyst at the console page, on $name', (kind) => {
  let house: House;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    house = await openHouse(kind);
    browser = await openChromium(chromium ?? '');
    page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(house.sandbox.url);
    await page.getByRole('button', { name: 'Password spray against 58 accounts' }).click();
    await page.getByRole('radio', { name: /Adam Keller/ }).click();
    for (const { room } of rooms) {
      await page.getByRole('region', { name: room }).getByRole('button', { name: 'Take it' }).waitFor();
    }
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  describe.each(rooms)('in $room', { timeout: 120_000 }, ({ room }) => {
    const region = (): Locator => page.getByRole('region', { name: room });
    /** Where the person is spoken to alone: under the message in Slack, in their chat with the bot in Teams. */
    const alone = async (look: () => Promise<void>) => {
      if (room === 'Slack') return look();
      await region().getByRole('tab', { name: 'Chat' }).click();
      await look();
      await region().getByRole('tab', { name: 'SOC alerts' }).click();
    };
    /** What Teams tells privately lies over the newest message until it is put away. */
    const putAway = async () => {
      const told = region().getByRole('button', { name: 'Dismiss' });
      while ((await told.count()) > 0) await told.first().click();
    };
    const say = async (words: string) => {
      const box = region().getByRole('textbox').last();
      await box.fill(`@Watchfloor ${words}`);
      await box.press('Enter');
    };
    /** Opens the thread below what was typed, once the answer is in it. */
    const ask = async (words: string, answer: RegExp) => {
      await say(words);
      const typed = region()
        .locator('article', { hasText: words.slice(0, 22) })
        .last();
      const thread = typed.locator('button[aria-expanded="false"]', { hasText: /\d+ repl/ }).last();
      await thread.waitFor({ timeout: 60_000 });
      await putAway();
      await thread.click();
      await region().getByText(answer).last().waitFor({ timeout: 30_000 });
    };
    const press = async (name: string) => {
      await putAway();
      await region().getByRole('button', { name }).last().click();
    };

    it('reads a table, page by page', async () => {
      await ask(
        'query SecurityEvent | where EventID == 4625 | project TimeGenerated, Computer, Account | top 25 by TimeGenerated --last 14d',
        /Query · 25 rows/,
      );
      await region().getByText('Computer', { exact: true }).last().waitFor();
      await region().getByText('Rows 1 to 10 of 25').last().waitFor();
      await press('Next page');
      await region().getByText('Rows 11 to 20 of 25').last().waitFor();
    });

    it('sees a chart where the query asks for one', async () => {
      await ask(
        'query SigninLogs | summarize SignIns = count() by bin(TimeGenerated, 1d) | render timechart --last 10d',
        /Query · 1\d rows/,
      );
      await region().locator('svg[role="img"]').last().waitFor();
    });

    it('gets the rows as a file', async () => {
      await ask('query Heartbeat | summarize Beats = count() by Computer --last 2d', /Query · \d+ rows/);
      await press('CSV');
      await alone(() => region().getByText(/\.csv/).last().waitFor());
    });

    it('is told why a query is refused, and where', async () => {
      await say('query externaldata(a:string)["https://192.0.2.1/x"]');
      await alone(async () => {
        await region()
          .getByText(/Refused \(external-data\)/)
          .last()
          .waitFor();
        await region()
          .getByText(/\^\^\^/)
          .last()
          .waitFor();
      });
    });

    it('cancels a query that takes long', async () => {
      await house.control('POST', '/logs/control', { slowMs: 60_000 });
      await ask('query Heartbeat | where Computer has "slow" | count --last 1d', /Query · running/);
      await press('Cancel');
      await region()
        .getByText(/Query · cancelled/)
        .last()
        .waitFor();
      await house.control('POST', '/logs/control', { slowMs: 0 });
    });

    it('pins an answer to the incident', async () => {
      const name = await incidentName(house);
      const pinned =
        'query SigninLogs | where ResultType != "0" | summarize Failures = count() by IPAddress | top 3 by Failures';
      await ask(`${pinned} --last 7d --incident ${name}`, /Query · [123] rows?/);
      await press('Pin as evidence');
      await house.until(`${room} to list it as evidence of ${name}`, async () => {
        const cards = await Promise.all(['/slack', '/teams'].map((side) => house.control('GET', side)));
        return cards.every((side) => /pinned/i.test(JSON.stringify(side)));
      });
    });
  });
});

async function incidentName(house: House): Promise<string> {
  const state = JSON.stringify(await house.control('GET', '/slack'));
  return /INC-\d+/.exec(state)?.[0] ?? '';
}
