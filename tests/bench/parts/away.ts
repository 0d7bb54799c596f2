import { newAlerts } from '../alerts.ts';
import { now } from '../clock.ts';
import { expectStatus } from '../load/press.ts';
import { startProduct } from '../product.ts';
import { roomOf } from '../rooms.ts';
import type { Scale } from '../scale.ts';
import { defenderRequest, type Ground, numbersOf, warmProduct } from '../stage.ts';
import { countDoubled, roomsOf, trafficIn } from './truth.ts';

const alertsPerSecond = 5;
const conversations = 50;
/** Longer than the longest pause between two tries. */
const patienceMs = 330_000;
const settleMs = 3_000;

/** Slack breaks every connection for a while; alerts keep coming and are accepted. */
export async function measureAway(ground: Ground, { awaySeconds }: Scale): Promise<void> {
  const { farSide, database, generator, note } = ground;
  const { chat } = farSide;
  await chat.forget();
  const store = await database.create();
  const product = await startProduct(farSide, store.env);
  try {
    await warmProduct(ground, product, 50);
    const before = await chat.read();
    const alerts = newAlerts(awaySeconds * alertsPerSecond, (n) => roomOf('few', n, conversations));
    await chat.away(true);
    const sent = await generator.press(product.url, alerts.map(defenderRequest), {
      perSecond: alertsPerSecond,
    });
    expectStatus(sent, [202], 'ours');
    await chat.away(false);
    const backAt = now();
    const lost = await chat.wait('seen', numbersOf(alerts), patienceMs);
    await chat.quiet(settleMs);
    const after = await chat.read();
    const shown = numbersOf(alerts).flatMap((n) => after.seen.get(n) ?? []);
    const traffic = trafficIn(roomsOf(alerts), before, after);
    const name = `Slack away for ${awaySeconds} s`;
    note(`${name}: lost of ${alerts.length}`, '', { ours: lost });
    note(`${name}: shown twice`, '', { ours: countDoubled(alerts, after) });
    note(`${name}: first card after it is back`, 's', { ours: (Math.min(...shown) - backAt) / 1_000 });
    note(`${name}: last card after it is back`, 's', { ours: (Math.max(...shown) - backAt) / 1_000 });
    note(`${name}: messages a conversation, most`, '', { ours: traffic.posts });
  } finally {
    await chat.away(false);
    await product.stop();
    await store.release();
  }
}
