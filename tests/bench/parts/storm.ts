import { type Numbered, newAlerts } from '../alerts.ts';
import type { Seen } from '../far-side/chat.ts';
import { pressInSlack } from '../load/clicks.ts';
import { expectStatus, rateOf, type Sent, waits } from '../load/press.ts';
import { percentile } from '../percentiles.ts';
import { roomOf } from '../rooms.ts';
import type { Scale } from '../scale.ts';
import { type AlertSide, alertSides, defenderRequest, numbersOf, type Stage } from '../stage.ts';
import { openCards, pressAll } from './clicks.ts';
import { countDoubled, countOutOfOrder, roomsOf, trafficIn } from './truth.ts';

const connections = 32;
const conversations = 50;
/** Every alert comes that often: nine of ten are repeats. */
const times = 10;
const patienceMs = 60_000;
/** So that a late second message is counted, too; Alertmanager's comes five seconds after the first. */
const settleMs = { floor: 1_500, ours: 3_000, peer: 6_000 };

/** Everything at once into conversations that take one message a second. */
export async function measureStorm(stage: Stage, { storm }: Scale): Promise<void> {
  const { chat } = stage.farSide;
  const by: Partial<Record<AlertSide['who'], Awaited<ReturnType<typeof rage>>>> = {};
  for (const side of alertSides(stage, 'grouped')) {
    // The floor knows no limits: it is there for what accepting costs alone.
    await chat.limit(side.who !== 'floor');
    by[side.who] = await rage(stage, side, storm);
  }
  const { ours, floor, peer } = by;
  const { note } = stage;
  const all = (pick: (one: NonNullable<typeof ours>) => number) => ({
    ...(ours && { ours: pick(ours) }),
    ...(floor && { floor: pick(floor) }),
    ...(peer && { peer: pick(peer) }),
  });
  const limited = (pick: (one: NonNullable<typeof ours>) => number) => ({ ...all(pick), floor: undefined });
  note(
    'storm: accepted, 32 connections',
    '/s',
    all((one) => one.perSecond),
  );
  note(
    'storm: accepted, p99',
    'ms',
    all((one) => one.p99),
  );
  note(
    'storm: alert → visible, p50',
    'ms',
    limited((one) => percentile(one.visible, 0.5)),
  );
  note(
    'storm: alert → visible, p99',
    'ms',
    limited((one) => percentile(one.visible, 0.99)),
  );
  note(
    'storm: last visible after the last new one was accepted',
    'ms',
    limited((one) => one.last),
  );
  note(
    'storm: lost',
    '',
    limited((one) => one.lost),
  );
  note(
    'storm: shown twice',
    '',
    limited((one) => one.doubled),
  );
  note(
    'storm: out of order',
    '',
    limited((one) => one.outOfOrder),
  );
  note(
    'storm: messages a conversation, most',
    '',
    limited((one) => one.traffic.posts),
  );
  note(
    'storm: edits a conversation, most',
    '',
    limited((one) => one.traffic.edits),
  );
  note(
    'storm: answers 429',
    '',
    limited((one) => one.traffic.refused),
  );
}

async function rage({ farSide, generator }: Stage, side: AlertSide, count: number) {
  const { chat } = farSide;
  // The three sides share conversations; who speaks next has to find them rested, and is counted alone.
  await chat.quiet(1_500);
  const before = await chat.read();
  const alerts = newAlerts(count, (n) => roomOf('storm', n, conversations));
  const sent = await generator.press(
    side.server.url,
    alerts.map(side.write),
    { connections },
    Array.from({ length: count * times }, (_, n) => n % count),
  );
  expectStatus(sent, [side.taken, side.again], side.who);
  const lost = await chat.wait('seen', numbersOf(alerts), patienceMs);
  await chat.quiet(settleMs[side.who]);
  return { ...judge(alerts, sent, before, await chat.read()), lost };
}

function judge(alerts: Numbered[], sent: Sent[], before: Seen, after: Seen) {
  const first = sent.slice(0, alerts.length);
  const lastAccepted = Math.max(...first.map(({ answered }) => answered));
  const shown = alerts.flatMap(({ n }) => after.seen.get(n) ?? []);
  const visible = alerts.flatMap(({ n }, i) => {
    const at = after.seen.get(n);
    return at === undefined ? [] : [at - (first[i]?.sent ?? 0)];
  });
  return {
    perSecond: rateOf(sent),
    p99: percentile(waits(sent), 0.99),
    visible,
    last: Math.max(0, Math.max(...shown) - lastAccepted),
    doubled: countDoubled(alerts, after),
    outOfOrder: countOutOfOrder(alerts, first, after),
    traffic: trafficIn(roomsOf(alerts), before, after),
  };
}

/** The same storm elsewhere, with people pressing while it lasts. */
export async function measureClicksInStorm(
  stage: Stage,
  { storm, stormClicks: clicks }: Scale,
): Promise<void> {
  const { farSide, product, generator, note } = stage;
  const cards = await openCards(stage, product, 'clicks', clicks);
  const alerts = newAlerts(storm, (n) => roomOf('rush', n, conversations));
  const sequence = Array.from({ length: storm * times }, (_, n) => n % storm);
  const raging = generator.press(product.url, alerts.map(defenderRequest), { connections }, sequence);
  const pressed = await pressAll(stage, product, cards, (button) => pressInSlack(farSide, button));
  const sent = await raging;
  expectStatus(sent, [202, 200], 'ours');
  const begin = Math.min(...sent.map((one) => one.sent));
  const end = Math.max(...sent.map(({ answered }) => answered));
  const during = pressed.sent.map((one) => one.sent > begin && one.sent < end);
  const only = (all: number[]) => all.filter((_, n) => during[n]);
  const answers = only(waits(pressed.sent));
  note('clicks that fell into the storm', '', { ours: answers.length });
  note('Slack click → answer in the storm, p50', 'ms', { ours: percentile(answers, 0.5) });
  note('Slack click → answer in the storm, p99', 'ms', { ours: percentile(answers, 0.99) });
  note('Slack click → card in the storm, p50', 'ms', { ours: percentile(only(pressed.shown), 0.5) });
  note('Slack click → card in the storm, p99', 'ms', { ours: percentile(only(pressed.shown), 0.99) });
  await farSide.chat.wait(
    'seen',
    alerts.map(({ n }) => n),
    patienceMs,
  );
  await farSide.chat.quiet(settleMs.ours);
}
