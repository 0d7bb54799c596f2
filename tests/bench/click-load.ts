import type { Child } from './child.ts';
import type { Click } from './clicks.ts';
import { openClient } from './client.ts';
import type { FarSide } from './far-side.ts';
import { sendAtOnce, sendAtRate } from './load.ts';
import { percentile } from './percentiles.ts';
import { cpuDuring } from './resources.ts';
import type { Scale } from './scale.ts';
import type { Note, Sides } from './sides.ts';

const clicksPerSecond = 50;
const connections = 16;
/** Floors keep nothing, so they can be pressed more often: a rate of few requests says little. */
const floorTimes = 6;
/** After this long every card and its log shows the last click, and Azure holds it. */
const settleMs = 2_500;

export type Press = (farSide: FarSide, incident: number) => Click;

/** `Take it` on incidents that nobody has yet, each once: every click of ours is written down before its answer. */
export async function measureClicks(
  { farSide, product }: Sides,
  { channel, press, floor }: { channel: 'Slack' | 'Teams'; press: Press; floor: Pick<Child, 'url' | 'pid'> },
  incidents: number[],
  { clicks, rush }: Scale,
  note: Note,
): Promise<void> {
  const { sink } = farSide;
  // The floor first, while the product has nothing left to do.
  const theirs = await pressOn(floor, farSide, press, clicks, rush * floorTimes, (n) => n + 1);
  const before = sink.taken();
  let ours = theirs;
  const cpu = await cpuDuring(product.pid, async () => {
    ours = await pressOn(product, farSide, press, clicks, rush, (n) => incidents[n] ?? 0);
    await sink.quiet(settleMs);
  });
  const taken = sink.taken() - before;
  if (taken !== clicks + rush)
    throw new Error(`${taken} of ${clicks + rush} cards came to show who took them.`);

  note(`${channel} click → answer, p50`, 'ms', percentile(ours.times, 0.5), percentile(theirs.times, 0.5));
  note(`${channel} click → answer, p99`, 'ms', percentile(ours.times, 0.99), percentile(theirs.times, 0.99));
  note(`${channel} clicks, 16 connections`, '/s', ours.perSecond, theirs.perSecond);
  const floorCpu = theirs.cpu / (clicks + rush * floorTimes);
  note(`processor time per ${channel} click and all that follows`, 'ms', cpu / (clicks + rush), floorCpu);
}

async function pressOn(
  { url, pid }: Pick<Child, 'url' | 'pid'>,
  farSide: FarSide,
  press: Press,
  clicks: number,
  rush: number,
  incident: (n: number) => number,
) {
  const client = openClient();
  const send = async (n: number) => {
    const click = press(farSide, incident(n));
    const { status, body } = await client.post(url + click.path, click.body, click.headers);
    if (status !== 200) throw new Error(`${url}${click.path} answered ${status} ${body}`);
  };
  let times: number[] = [];
  let perSecond = 0;
  const cpu = await cpuDuring(pid, async () => {
    times = await sendAtRate(clicks, clicksPerSecond, send);
    perSecond = await sendAtOnce(rush, connections, (n) => send(clicks + n));
  });
  client.close();
  return { times, perSecond, cpu };
}
