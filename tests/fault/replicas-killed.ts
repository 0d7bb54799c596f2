import { setTimeout as sleep } from 'node:timers/promises';
import { appearAndPush, type Dice, pushOnly } from './acts.ts';
import type { Opening } from './fault.ts';
import type { Call } from './gate.ts';
import { type Ledger, look, openLedger } from './ledger.ts';
import { typeUntilTold } from './presses.ts';
import { settle, type Tally } from './settle.ts';
import { openStage, type Stage } from './stage.ts';

const rooms = 20;
/** Of a thousand incidents, fifty go to Teams as well: one room there takes one post a second. */
const roomsInTeams = 1;
const everyMs = 5_000;

/** Three replicas, a fifth of Slack's answers 429, and one of them killed every five seconds and started again. */
export async function killReplicas({ create, roll }: Opening, incidents: number): Promise<Tally> {
  const options = { replicas: 3, rooms, roomsInTeams, between: true };
  const stage = await openStage(await create(), options);
  const ledger = openLedger(rooms, roomsInTeams);
  const killing = killByTurns(stage);
  try {
    const throttled = { side: 'slack', kind: 'throttled', ms: 1_000, rate: 0.2, seed: roll(10_000) };
    await stage.control('POST', '/faults', throttled);
    await pushAll(stage, ledger, roll, incidents);
    const clicks = await clickSome(stage, ledger, roll, Math.ceil(incidents / 10));
    const isAllSeen = () => look(stage, ledger).then(() => ledger.stories.every(({ name }) => name));
    // Where they are not all seen by then, `settle` says which.
    await stage.until('every card', isAllSeen, 300_000).catch(() => {});
    const kills = await killing.end();
    const done = `${kills} kills among three replicas, ${incidents} incidents, ${clicks} clicks`;
    const tally = await settle(stage, ledger, done, { crashes: kills, patienceMs: 480_000 });
    tally.violations.push(...findBackwards(stage.calls.slack));
    return tally;
  } finally {
    await killing.end().catch(() => {});
    await stage.close();
  }
}

/**
 * Kills the next replica every five seconds, and starts it again at once. On a machine where a start takes longer
 * than that one is always left, or nothing would ever be done.
 */
function killByTurns({ replicas }: Stage): { end(): Promise<number> } {
  const starting = new Set<Promise<void>>();
  let kills = 0;
  const timer = setInterval(() => {
    const replica = replicas[kills % replicas.length];
    if (!replica || starting.size > replicas.length - 2) return;
    kills += 1;
    const again: Promise<void> = replica
      .kill()
      .then(() => replica.start())
      .finally(() => starting.delete(again));
    // Awaited in the end; until then a start that fails must not end the whole run.
    again.catch(() => {});
    starting.add(again);
  }, everyMs);
  return {
    async end() {
      clearInterval(timer);
      await Promise.all(starting);
      return kills;
    },
  };
}

/** Ten at a time, as an export that empties its buffer; each is repeated until it is accepted. */
async function pushAll(stage: Stage, ledger: Ledger, roll: Dice, incidents: number): Promise<void> {
  for (let n = 0; n < incidents; n += 10) {
    const some = Math.min(10, incidents - n);
    // Every tenth is in Azure too, so that people can decide on it.
    await Promise.all(
      Array.from({ length: some }, (_, place) =>
        (place === 0 ? appearAndPush : pushOnly)(stage, ledger, roll),
      ),
    );
  }
}

/** Adam takes incidents by name; a click that was not answered is made again, as people do. */
async function clickSome(stage: Stage, ledger: Ledger, roll: Dice, clicks: number): Promise<number> {
  const inAzure = () => ledger.stories.filter((story) => story.alert && story.name && !story.told);
  let done = 0;
  const end = Date.now() + 240_000;
  while (done < clicks && Date.now() < end) {
    await look(stage, ledger);
    const open = inAzure();
    const story = open[roll(open.length)];
    if (!story) {
      await sleep(500);
      continue;
    }
    if (await typeUntilTold(stage, story, `take ${story.name}`, 'taken', 'is yours')) done += 1;
  }
  return done;
}

/** Messages that showed an older version of their incident after a newer one. */
export function findBackwards(calls: Call[]): string[] {
  const shown = new Map<string, number>();
  const backwards: string[] = [];
  for (const { path, asked, answered } of calls) {
    if (!/chat\.(update|postMessage)$/.test(path) || !answered.includes('"ok":true')) continue;
    // Each button carries "incident:version:verb".
    const version = Number(/"value":"\d+:(\d+):/.exec(decodeURIComponent(asked.replaceAll('+', ' ')))?.[1]);
    const ts = /"ts":"([\d.]+)"/.exec(answered)?.[1];
    if (!ts || Number.isNaN(version)) continue;
    const before = shown.get(ts) ?? 0;
    if (version < before) backwards.push(`message ${ts} showed version ${version} after ${before}`);
    shown.set(ts, Math.max(before, version));
  }
  return backwards;
}
