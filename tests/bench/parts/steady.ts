import { newAlerts } from '../alerts.ts';
import { expectStatus, waits } from '../load/press.ts';
import { percentile } from '../percentiles.ts';
import { roomOf } from '../rooms.ts';
import type { Scale } from '../scale.ts';
import { type AlertSide, alertSides, numbersOf, type Stage } from '../stage.ts';

/** Four thousand alerts in three minutes: about what a large SOC sees on a day. */
const alertsPerSecond = 25;
const patienceMs = 30_000;
/** After this long nobody has anything left to do for a card that nobody touches. */
const settleMs = 1_500;

/** From the push to the card, at a steady rate; every alert in a conversation where nothing else happens. */
export async function measureSteady(stage: Stage, { steady }: Scale): Promise<void> {
  const by = new Map<string, Awaited<ReturnType<typeof watch>>>();
  for (const side of alertSides(stage, 'single')) by.set(side.who, await watch(stage, side, steady));
  const all = (pick: (one: Awaited<ReturnType<typeof watch>>) => number) =>
    Object.fromEntries([...by].map(([who, one]) => [who, pick(one)]));
  const { note } = stage;
  note(
    'alert → accepted at 25/s, p50',
    'ms',
    all((one) => percentile(one.accepted, 0.5)),
  );
  note(
    'alert → card at 25/s, p50',
    'ms',
    all((one) => percentile(one.shown, 0.5)),
  );
  note(
    'alert → card at 25/s, p99',
    'ms',
    all((one) => percentile(one.shown, 0.99)),
  );
  note(
    'CPU per 1,000 alerts at 25/s, process',
    's',
    all((one) => one.own),
  );
  note(
    'CPU per 1,000 alerts at 25/s, with database',
    's',
    all((one) => one.whole),
  );
}

async function watch({ farSide, generator }: Stage, side: AlertSide, count: number) {
  const { chat } = farSide;
  const alerts = newAlerts(count, (n) => roomOf('steady', n));
  const before = side.cpu();
  const sent = await generator.press(side.server.url, alerts.map(side.write), {
    perSecond: alertsPerSecond,
  });
  expectStatus(sent, [side.taken], side.who);
  const missing = await chat.wait('seen', numbersOf(alerts), patienceMs);
  if (missing > 0) throw new Error(`${side.who}: ${missing} of ${count} cards did not come.`);
  await chat.quiet(settleMs);
  const after = side.cpu();
  const { seen } = await chat.read();
  return {
    accepted: waits(sent),
    shown: alerts.map(({ n }, i) => (seen.get(n) ?? Number.NaN) - (sent[i]?.sent ?? Number.NaN)),
    // Milliseconds an alert are seconds a thousand.
    own: (after.own - before.own) / count,
    whole: (after.whole - before.whole) / count,
  };
}
