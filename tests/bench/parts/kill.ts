import { newAlerts } from '../alerts.ts';
import type { Child } from '../child.ts';
import { now, pause } from '../clock.ts';
import { expectStatus, type Generator } from '../load/press.ts';
import { startProduct } from '../product.ts';
import { roomOf } from '../rooms.ts';
import type { Scale } from '../scale.ts';
import { defenderRequest, type Ground, numbersOf, warmProduct } from '../stage.ts';
import { countDoubled } from './truth.ts';

const connections = 16;
/** Each gets more alerts than it can be sent before the end. */
const conversations = 10;
const patienceMs = 90_000;
const settleMs = 3_000;

/** SIGKILL while hundreds of accepted alerts wait for their cards; then everything is sent again. */
export async function measureKill(ground: Ground, { backlog }: Scale): Promise<void> {
  const { farSide, database, generator, note } = ground;
  const { chat } = farSide;
  await chat.forget();
  const store = await database.create();
  let product = await startProduct(farSide, store.env);
  try {
    await warmProduct(ground, product, 50);
    const alerts = newAlerts(backlog, (n) => roomOf('few', n, conversations));
    const numbers = numbersOf(alerts);
    const requests = alerts.map(defenderRequest);
    expectStatus(await generator.press(product.url, requests, { connections }), [202], 'ours');
    await product.kill();
    const killedAt = now();
    const waiting = await chat.wait('seen', numbers, 0);
    product = await startProduct(farSide, store.env);
    const acceptedAt = await untilAccepted(generator, product);
    const lost = await chat.wait('seen', numbers, patienceMs);
    await chat.quiet(settleMs);
    const after = await chat.read();
    const recovered = numbers.flatMap((n) => after.seen.get(n) ?? []).filter((at) => at > killedAt);
    note('kill: alerts without a card when it died', '', { ours: waiting });
    note('kill: accepting again', 'ms', { ours: acceptedAt - killedAt });
    note('kill: first recovered card', 'ms', { ours: Math.min(...recovered) - killedAt });
    note('kill: last recovered card', 'ms', { ours: Math.max(...recovered) - killedAt });
    note('kill: lost', '', { ours: lost });
    note('kill: shown twice', '', { ours: countDoubled(alerts, after) });

    expectStatus(await generator.press(product.url, requests, { connections }), [200], 'ours, to repeats,');
    await chat.quiet(settleMs);
    const twice = countDoubled(alerts, await chat.read()) - countDoubled(alerts, after);
    note('kill: second cards for alerts sent again', '', { ours: twice });
  } finally {
    await product.stop();
    await store.release();
  }
}

/** @returns when the first new alert was accepted */
async function untilAccepted(generator: Generator, { url }: Child): Promise<number> {
  const [request] = newAlerts(1, () => roomOf('warm', 99)).map(defenderRequest);
  for (;;) {
    const [answer] = await generator.press(url, request ? [request] : [], { connections: 1 });
    if (answer?.status === 202 || answer?.status === 200) return answer.answered;
    await pause(5);
  }
}
