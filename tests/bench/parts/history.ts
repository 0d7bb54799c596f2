import { newAlerts } from '../alerts.ts';
import type { Child } from '../child.ts';
import { now, pause } from '../clock.ts';
import { ask, type Database } from '../database/databases.ts';
import { fillHistory } from '../database/history.ts';
import { pressInSlack, typeInSlack } from '../load/clicks.ts';
import { expectStatus, waits } from '../load/press.ts';
import { percentile } from '../percentiles.ts';
import { startProduct } from '../product.ts';
import { roomOf } from '../rooms.ts';
import type { Scale } from '../scale.ts';
import { defenderRequest, type Ground, numbersOf, warmProduct } from '../stage.ts';
import { openCards, pressAll } from './clicks.ts';

const alertsPerSecond = 25;
const patienceMs = 30_000;
const settleMs = 2_500;

/** Two products side by side: one that never saw anything, one that closed a million incidents. */
export async function measureHistory(ground: Ground, { history, repetitions, clicks, steady }: Scale) {
  const { farSide, database, note } = ground;
  await farSide.chat.forget();
  const [young, old] = [await database.create(), await database.create()];
  try {
    await closeOne(ground, young);
    await closeOne(ground, old);
    const took = await fillHistory(old.url ?? '', history);
    note(`history: seconds to fill in ${history.toLocaleString('en-GB')} incidents`, 's', { ours: took });
    for (let n = 0; n < repetitions; n += 1) {
      const [a, b] = [await startOnce(ground, young), await startOnce(ground, old)];
      noteRatio('start', a, b);
    }
    const [fresh, grown] = [await startProduct(farSide, young.env), await startProduct(farSide, old.env)];
    try {
      for (const product of [fresh, grown]) await warmProduct(ground, product, 100);
      for (let n = 0; n < repetitions; n += 1) {
        const alerts = [await showAlerts(ground, fresh, steady), await showAlerts(ground, grown, steady)];
        noteRatio('new alert → card, p50', alerts[0]?.card, alerts[1]?.card);
        noteRatio('new alert → accepted, p50', alerts[0]?.accepted, alerts[1]?.accepted);
        noteRatio(
          'click → answer, p50',
          await clickOn(ground, fresh, clicks),
          await clickOn(ground, grown, clicks),
        );
      }
    } finally {
      await Promise.all([fresh.stop(), grown.stop()]);
    }
  } finally {
    await Promise.all([young.release(), old.release()]);
  }

  function noteRatio(name: string, none = Number.NaN, many = Number.NaN): void {
    note(`history of 0: ${name}`, 'ms', { ours: none });
    note(`history of ${history.toLocaleString('en-GB')}: ${name}`, 'ms', { ours: many });
    note(`history: ${name}, to none`, '', { ours: many / none });
  }
}

/** A whole life of one incident, as the product itself writes it: alert, card, taken, closed, told to Azure. */
async function closeOne(ground: Ground, { env, url = '' }: Database): Promise<void> {
  const { farSide, generator } = ground;
  const product = await startProduct(farSide, env);
  try {
    const { numbers, buttons } = await openCards(ground, product, 'clicks', 1);
    const [button] = buttons;
    if (!button) return;
    await generator.press(product.url, [pressInSlack(farSide, button)], { connections: 1 });
    await farSide.chat.wait('taken', numbers, patienceMs);
    const words = `close INC-${button.incident} undetermined nobody can tell any more`;
    const typed = await generator.press(product.url, [typeInSlack(farSide, button, words)], {
      connections: 1,
    });
    expectStatus(typed, [200], 'ours');
    const end = now() + patienceMs;
    while (!(await isAllDone(url))) {
      if (now() > end) throw new Error('The first incident did not come to its end.');
      await pause(200);
    }
    await farSide.chat.quiet(settleMs);
  } finally {
    await product.stop();
  }
}

/** Closed, and neither a card nor Azure is behind. */
async function isAllDone(url: string): Promise<boolean> {
  const [row] = await ask(
    url,
    `select (exists (select from incidents where status = 'closed')
      and not exists (select from cards where behind) and not exists (select from alerts where behind))::text as done`,
  );
  return row?.done === 'true';
}

async function startOnce({ farSide }: Ground, { env }: Database): Promise<number> {
  const product = await startProduct(farSide, env);
  await product.stop();
  return product.startMs;
}

async function showAlerts({ farSide, generator }: Ground, { url }: Child, count: number) {
  const alerts = newAlerts(count, (n) => roomOf('steady', n));
  const sent = await generator.press(url, alerts.map(defenderRequest), { perSecond: alertsPerSecond });
  expectStatus(sent, [202], url);
  await farSide.chat.wait('seen', numbersOf(alerts), patienceMs);
  await farSide.chat.quiet(settleMs);
  const { seen } = await farSide.chat.read();
  const shown = alerts.map(({ n }, i) => (seen.get(n) ?? Number.NaN) - (sent[i]?.sent ?? 0));
  return { accepted: percentile(waits(sent), 0.5), card: percentile(shown, 0.5) };
}

async function clickOn(ground: Ground, product: Child, count: number): Promise<number> {
  const cards = await openCards(ground, product, 'clicks', count);
  const { sent } = await pressAll(ground, product, cards, (button) => pressInSlack(ground.farSide, button));
  await ground.farSide.chat.quiet(settleMs);
  return percentile(waits(sent), 0.5);
}
