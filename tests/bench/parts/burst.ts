import { newAlerts } from '../alerts.ts';
import { expectStatus, rateOf, waits } from '../load/press.ts';
import { percentile } from '../percentiles.ts';
import { peakMemory } from '../resources.ts';
import { roomOf } from '../rooms.ts';
import type { Scale } from '../scale.ts';
import { type AlertSide, alertSides, numbersOf, type Stage } from '../stage.ts';

const connections = 16;
const patienceMs = 120_000;
const settleMs = 2_000;
/** So many are sent a second time. */
const mostRepeats = 2_000;

/**
 * Alerts that are all different, as fast as they are accepted. Conversations take everything at once here: what
 * is measured is the machine, and the storm measures the limits.
 */
export async function measureBurst(stage: Stage, { burst }: Scale): Promise<void> {
  const by = new Map<string, Awaited<ReturnType<typeof rush>>>();
  await stage.farSide.chat.limit(false);
  for (const side of alertSides(stage, 'single')) by.set(side.who, await rush(stage, side, burst));
  await stage.farSide.chat.limit(true);
  const all = (pick: (one: Awaited<ReturnType<typeof rush>>) => number) =>
    Object.fromEntries([...by].map(([who, one]) => [who, pick(one)]));
  const { note } = stage;
  const name = `burst of ${burst.toLocaleString('en-GB')}`;
  note(
    `${name}: accepted, 16 connections`,
    '/s',
    all((one) => one.perSecond),
  );
  note(
    `${name}: accepted, p99`,
    'ms',
    all((one) => one.p99),
  );
  note(
    `${name}: last card after the last was accepted`,
    'ms',
    all((one) => one.lastCard),
  );
  note(
    `${name}: CPU per 1,000, process`,
    's',
    all((one) => one.own),
  );
  note(
    `${name}: CPU per 1,000, with database`,
    's',
    all((one) => one.whole),
  );
  note(
    `${name}: memory, most`,
    'MB',
    all((one) => one.memory),
  );
  note(
    'repeats answered, 16 connections',
    '/s',
    all((one) => one.repeats),
  );
}

async function rush({ farSide, generator }: Stage, side: AlertSide, count: number) {
  const { chat } = farSide;
  const alerts = newAlerts(count, (n) => roomOf('burst', n));
  const requests = alerts.map(side.write);
  const before = side.cpu();
  const sent = await generator.press(side.server.url, requests, { connections });
  expectStatus(sent, [side.taken], side.who);
  const missing = await chat.wait('seen', numbersOf(alerts), patienceMs);
  if (missing > 0) throw new Error(`${side.who}: ${missing} of ${count} alerts of the burst are not shown.`);
  await chat.quiet(settleMs);
  const after = side.cpu();
  const { seen } = await chat.read();
  const again = await generator.press(side.server.url, requests.slice(0, mostRepeats), { connections });
  expectStatus(again, [side.again], side.who);
  const accepted = Math.max(...sent.map((one) => one.answered));
  return {
    perSecond: rateOf(sent),
    p99: percentile(waits(sent), 0.99),
    lastCard: Math.max(0, ...alerts.map(({ n }) => (seen.get(n) ?? 0) - accepted)),
    own: (after.own - before.own) / count,
    whole: (after.whole - before.whole) / count,
    memory: peakMemory(side.server.pid),
    repeats: rateOf(again),
  };
}
