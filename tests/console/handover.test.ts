import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findChromium, openChromium } from '../../src/sandbox/console/screenshot.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';

const chromium = findChromium();
if (!chromium)
  console.warn('SKIPPED: nobody handed over in a browser, no Chromium found. Set CHROMIUM_PATH.');

const [first] = databases;
if (!first) throw new Error('There is no database to test on.');

interface Seat {
  page: Page;
  slack: Locator;
  teams: Locator;
  dialog: Locator;
}

describe.skipIf(!chromium)('a shift that ends, at the console page', { timeout: 60_000 }, () => {
  let house: House;
  let browser: Browser;
  let olivia: Seat;
  let adam: Seat;

  beforeAll(async () => {
    house = await openHouse(first);
    await appearWithCard(house, 'vm-reverse-shell');
    await appearWithCard(house, 'identity-impossible-travel');
    browser = await openChromium(chromium ?? '');
    olivia = await sit('Olivia Marsh');
    adam = await sit('Adam Keller');
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await house?.close();
  });

  async function sit(name: string): Promise<Seat> {
    const page = await browser.newPage({ viewport: { width: 1400, height: 1000 } });
    await page.goto(house.sandbox.url);
    await page.getByRole('radio', { name: new RegExp(name) }).click();
    const slack = page.getByRole('region', { name: 'Slack' });
    const teams = page.getByRole('region', { name: 'Microsoft Teams' });
    return { page, slack, teams, dialog: page.getByRole('dialog') };
  }

  async function say({ page }: Seat, words: string): Promise<void> {
    const box = page.getByRole('textbox', { name: 'Message in Slack' });
    await box.fill(`/soc ${words}`);
    await box.press('Enter');
  }

  /** What the room reads of it. */
  const inRooms = ({ slack, teams }: Seat) => [
    slack.locator('article', { hasText: 'Handover 1 · ' }).last(),
    teams.locator('.teams-message', { hasText: 'Handover 1 · ' }).last(),
  ];
  const field = ({ dialog }: Seat, name: string) => dialog.getByRole('group', { name }).getByRole('textbox');
  const press = (where: Locator, name: string) => where.getByRole('button', { name, exact: true }).click();

  it('goes from a draft to both signatures', async () => {
    await say(olivia, 'take INC-1001');
    await say(olivia, 'handover to Adam');
    const draft = olivia.slack.locator('.slack-ephemeral', { hasText: 'a draft of' }).last();
    await draft.getByText('nobody has said').first().waitFor();
    await press(draft, 'Change');
    await field(olivia, 'Next step of INC-1001').fill('Revoke her sessions');
    await field(olivia, 'Waiting on of INC-1001').fill('HR calls back');
    await press(olivia.dialog, 'Keep');
    await olivia.dialog.waitFor({ state: 'detached' });
    const changed = olivia.slack.locator('.slack-ephemeral', { hasText: 'Revoke her sessions' }).last();
    await press(changed, 'Sign');

    for (const message of inRooms(adam)) {
      await message.getByText('waits for Adam Keller').waitFor();
      await message.getByText('Revoke her sessions').waitFor();
    }
    // A button that stands in the room is for the receiver alone.
    const [inSlack, inTeams] = inRooms(olivia);
    if (inSlack) await press(inSlack, 'Accept');
    await olivia.slack.locator('.slack-ephemeral', { hasText: 'is for Adam Keller' }).last().waitFor();
    const [, forAdam] = inRooms(adam);
    if (forAdam) await press(forAdam, 'Accept');

    for (const message of [inSlack, inTeams]) {
      await message?.getByText('Adam Keller has accepted').first().waitFor();
      const text = (await message?.textContent()) ?? '';
      expect(text).toMatch(/Olivia Marsh · signed \d\d:\d\d UTC/);
      expect(text).toMatch(/Adam Keller · signed \d\d:\d\d UTC/);
    }
  });

  it('reads well on a phone and at night', async () => {
    const folder = process.env.SCREENSHOTS;
    for (const scheme of ['light', 'dark'] as const) {
      for (const width of [400, 1400]) {
        await adam.page.setViewportSize({ width, height: 900 });
        await adam.page.emulateMedia({ colorScheme: scheme });
        const wide = await adam.page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide).toBeLessThanOrEqual(width);
        for (const [index, message] of inRooms(adam).entries()) {
          // On a phone one room at a time is shown.
          if (!(await message.isVisible())) continue;
          await message.scrollIntoViewIfNeeded();
          if (folder)
            await message.screenshot({ path: `${folder}/handover-${index}-${scheme}-${width}.png` });
        }
      }
    }
  });
});
