import { alertNumber } from './alerts.ts';
import { openClient } from './client.ts';
import { webhookSecret } from './company.ts';
import { sendAtOnce, sendAtRate } from './load.ts';
import { percentile } from './percentiles.ts';
import { cpuDuring } from './resources.ts';
import type { Scale } from './scale.ts';
import type { Note, Sides } from './sides.ts';

/** Four thousand alerts in three minutes: about what a large SOC sees on a day. */
const alertsPerSecond = 25;
const connections = 16;
const patienceMs = 60_000;
/** After this long the product has nothing left to do for a card that nobody touches. */
const settleMs = 1_500;

let used = 0;
/** Numbers of alerts that were never sent before. */
function unused(count: number): number[] {
  used += count;
  return Array.from({ length: count }, (_, n) => used - count + n);
}

type Side = 'product' | 'floor';

/** From the push to the card, at a steady rate. */
export async function measureAlerts(sides: Sides, { alerts }: Scale, note: Note): Promise<void> {
  const floor = await watch(sides, 'floor', alerts);
  const ours = await watch(sides, 'product', alerts);
  note('alert sent → 202, p50', 'ms', percentile(ours.accepted, 0.5), percentile(floor.accepted, 0.5));
  note('alert sent → card, p50', 'ms', percentile(ours.shown, 0.5), percentile(floor.shown, 0.5));
  note('alert sent → card, p99', 'ms', percentile(ours.shown, 0.99), percentile(floor.shown, 0.99));
  note('processor time per alert', 'ms', ours.cpu / alerts, floor.cpu / alerts);
}

async function watch(sides: Sides, side: Side, count: number) {
  const numbers = unused(count);
  const sent: number[] = [];
  let accepted: number[] = [];
  const { push, close } = openPush(sides, side, numbers, 202);
  const { pid } = side === 'product' ? sides.product : sides.floors.alerts;
  const cpu = await cpuDuring(pid, async () => {
    accepted = await sendAtRate(count, alertsPerSecond, (n) => {
      sent[n] = performance.now();
      return push(n);
    });
    await allCards(sides, numbers);
    if (side === 'product') await sides.farSide.sink.quiet(settleMs);
  });
  close();
  const { cards } = sides.farSide.sink;
  return { cpu, accepted, shown: numbers.map((number, n) => (cards.get(number) ?? 0) - (sent[n] ?? 0)) };
}

/**
 * As many alerts as go over 16 connections, then the very same again, which are refused.
 * @returns the incidents that they became, once their cards are there
 */
export async function measureBurst(sides: Sides, { burst }: Scale, note: Note): Promise<number[]> {
  const { sink } = sides.farSide;
  const theirs = unused(burst);
  const floor = await rush(sides, 'floor', theirs, 202);
  const floorAgain = await rush(sides, 'floor', theirs, 409);

  const numbers = unused(burst);
  const begin = performance.now();
  const ours = await rush(sides, 'product', numbers, 202);
  await allCards(sides, numbers);
  const last = Math.max(...numbers.map((n) => sink.cards.get(n) ?? 0));
  await sink.quiet(settleMs);
  const again = await rush(sides, 'product', numbers, 409);

  note('alerts accepted, 16 connections', '/s', ours, floor);
  note('repeats refused, 16 connections', '/s', again, floorAgain);
  note(`${burst} alerts at once: last card after`, 'ms', last - begin, undefined);
  return numbers.map((n) => sink.incidents.get(n) ?? 0);
}

async function rush(sides: Sides, side: Side, numbers: number[], expected: number): Promise<number> {
  const { push, close } = openPush(sides, side, numbers, expected);
  const perSecond = await sendAtOnce(numbers.length, connections, push);
  close();
  return perSecond;
}

/** Alerts as they are pushed; written out before anything is timed. */
function openPush({ product, floors }: Sides, side: Side, numbers: number[], expected: number) {
  const client = openClient();
  const url = `${side === 'product' ? product.url : floors.alerts.url}/webhooks/defender`;
  const bodies = numbers.map((n) => JSON.stringify(alertNumber(n)));
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${webhookSecret}` };
  return {
    close: client.close,
    async push(n: number) {
      const { status } = await client.post(url, bodies[n] ?? '', headers);
      if (status !== expected) throw new Error(`${url} answered ${status}, not ${expected}.`);
    },
  };
}

async function allCards({ farSide }: Sides, numbers: number[]): Promise<void> {
  const { cards } = farSide.sink;
  const end = performance.now() + patienceMs;
  while (!numbers.every((n) => cards.has(n))) {
    if (performance.now() > end) {
      const missing = numbers.filter((n) => !cards.has(n));
      throw new Error(`${missing.length} of ${numbers.length} cards did not come within ${patienceMs} ms.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
