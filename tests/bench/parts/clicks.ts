import { newAlerts } from '../alerts.ts';
import type { Child } from '../child.ts';
import type { Button } from '../far-side/book.ts';
import { pressInSlack, pressInTeams, typeInSlack } from '../load/clicks.ts';
import { expectStatus, type Sent, waits } from '../load/press.ts';
import { percentile } from '../percentiles.ts';
import { cpuOf } from '../resources.ts';
import { roomOf, type Wing } from '../rooms.ts';
import type { Scale } from '../scale.ts';
import { defenderRequest, numbersOf, type Stage } from '../stage.ts';

const clicksPerSecond = 50;
const commandsPerSecond = 25;
const patienceMs = 30_000;
/** After this long every card and its log shows the last click, and Azure holds it. */
const settleMs = 1_500;

/** `Take it` in Slack and in Teams on incidents that nobody has; then words typed about them. */
export async function measureClicks(stage: Stage, scale: Scale): Promise<void> {
  const { floors } = stage;
  const buttons = await clicksIn(stage, 'Slack', floors.bolt, scale.clicks);
  await clicksIn(stage, 'Teams', floors.botbuilder, scale.clicks);
  await typeAbout(stage, buttons.slice(0, scale.commands));
}

const places = {
  Slack: { wing: 'clicks', press: pressInSlack },
  Teams: { wing: 'teams', press: pressInTeams },
} as const;

async function clicksIn(
  stage: Stage,
  channel: 'Slack' | 'Teams',
  framework: Child,
  count: number,
): Promise<Button[]> {
  const { farSide, floors, product, database, clicker, note } = stage;
  const { wing, press } = places[channel];
  const write = (button: Button) => press(farSide, button);
  // The floor first, while the product has nothing left to do.
  const theirs = await openCards(stage, floors.durable, wing, count);
  const bare = await clicker.press(framework.url, theirs.buttons.map(write), { perSecond: clicksPerSecond });
  expectStatus(bare, [200], `the bare framework for ${channel}`);
  const floor = await pressAll(stage, floors.durable, theirs, write);
  const ours = await openCards(stage, product, wing, count);
  const cpu = () => cpuOf(product.pid) + database.cpu();
  const before = cpu();
  const own = await pressAll(stage, product, ours, write);
  await farSide.chat.quiet(settleMs);
  note(`${channel} click → answer, p50`, 'ms', { ...figures(own, floor, 0.5), peer: at(bare, 0.5) });
  note(`${channel} click → answer, p99`, 'ms', { ...figures(own, floor, 0.99), peer: at(bare, 0.99) });
  note(`${channel} click → card, p50`, 'ms', cardFigures(own, floor, 0.5));
  note(`${channel} click → card, p99`, 'ms', cardFigures(own, floor, 0.99));
  note(`CPU per 1,000 ${channel} clicks, with database`, 's', { ours: (cpu() - before) / count });
  return ours.buttons;
}

export interface Cards {
  numbers: number[];
  buttons: Button[];
}

/** New cards that can be pressed, each in a conversation of its own. */
export async function openCards(
  { farSide, generator }: Pick<Stage, 'farSide' | 'generator'>,
  { url }: Pick<Child, 'url'>,
  wing: Wing,
  count: number,
): Promise<Cards> {
  const alerts = newAlerts(count, (n) => roomOf(wing, n));
  const numbers = numbersOf(alerts);
  const sent = await generator.press(url, alerts.map(defenderRequest), { perSecond: clicksPerSecond });
  expectStatus(sent, [202], url);
  await farSide.chat.wait('seen', numbers, patienceMs);
  // A conversation takes one message a second, and the floor does not wait for its turn.
  await farSide.chat.quiet(1_500);
  const { buttons } = await farSide.chat.read();
  const all = numbers.map((n) => {
    const button = buttons.get(n);
    if (!button) throw new Error(`Alert ${n} has no card with the button "Take it".`);
    return button;
  });
  return { numbers, buttons: all };
}

export interface Pressed {
  sent: Sent[];
  /** Milliseconds from each click to the card that shows who took it. */
  shown: number[];
}

export async function pressAll(
  { farSide, clicker }: Pick<Stage, 'farSide' | 'clicker'>,
  { url }: Pick<Child, 'url'>,
  { numbers, buttons }: Cards,
  write: (button: Button) => ReturnType<typeof pressInSlack>,
): Promise<Pressed> {
  const sent = await clicker.press(url, buttons.map(write), { perSecond: clicksPerSecond });
  expectStatus(sent, [200], url);
  const missing = await farSide.chat.wait('taken', numbers, patienceMs);
  if (missing > 0) throw new Error(`${missing} of ${numbers.length} cards do not show who took them.`);
  const { taken } = await farSide.chat.read();
  return { sent, shown: numbers.map((n, i) => (taken.get(n) ?? 0) - (sent[i]?.sent ?? 0)) };
}

async function typeAbout({ farSide, product, floors, clicker, note }: Stage, buttons: Button[]) {
  const requests = () => buttons.map((one) => typeInSlack(farSide, one, `show INC-${one.incident}`));
  const pace = { perSecond: commandsPerSecond };
  const bare = await clicker.press(floors.bolt.url, requests(), pace);
  expectStatus(bare, [200], 'bare Bolt');
  const own = await clicker.press(product.url, requests(), pace);
  expectStatus(own, [200], 'ours');
  note('typed command → reply, p50', 'ms', { ours: at(own, 0.5), peer: at(bare, 0.5) });
}

const at = (sent: Sent[], share: number) => percentile(waits(sent), share);
const figures = (own: Pressed, floor: Pressed, share: number) => ({
  ours: at(own.sent, share),
  floor: at(floor.sent, share),
});
const cardFigures = (own: Pressed, floor: Pressed, share: number) => ({
  ours: percentile(own.shown, share),
  floor: percentile(floor.shown, share),
});
