import http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { actAtRandom, appearAndPush, type Dice, keepActing, pushOnly } from './acts.ts';
import { ask } from './databases.ts';
import type { Fault, Opening, Setting } from './fault.ts';
import { begin, type Ledger, openLedger } from './ledger.ts';
import { bodyOf } from './pushes.ts';
import type { Replica } from './replica.ts';
import { findBackwards, killReplicas } from './replicas-killed.ts';
import { settle, type Tally } from './settle.ts';
import { openStage, type Stage, type StageOptions } from './stage.ts';

/** Several processes of the product on one PostgreSQL, behind a balancer. */
export const replicaFaults: Fault[] = [
  {
    name: 'replicas-killed',
    on: ['PostgreSQL'],
    quick: true,
    run: (s) => killReplicas(s, s.isQuick ? 60 : 1_000),
  },
  { name: 'replicas-frozen', on: ['PostgreSQL'], run: (s) => inTheMiddle(s, {}, 1, freeze) },
  { name: 'replicas-cut-off', on: ['PostgreSQL'], run: (s) => inTheMiddle(s, { between: true }, 1, cutOff) },
  { name: 'replicas-wrong-clock', on: ['PostgreSQL'], run: mistime },
  {
    name: 'replicas-stopped',
    on: ['PostgreSQL'],
    quick: true,
    run: (s) => stopGracefully(s, s.isQuick ? 1 : 3),
  },
  { name: 'replicas-poll-once', on: ['PostgreSQL'], run: pollOnce },
  { name: 'replicas-later-version', on: ['PostgreSQL'], run: meetLaterVersion },
];

/** Twenty-five seconds of work on two replicas, with trouble for the first from the third second on. */
async function inTheMiddle(
  { create, roll }: Setting,
  options: StageOptions,
  crashes: number,
  trouble: (stage: Stage, first: Replica) => Promise<string>,
): Promise<Tally> {
  const stage = await openStage(await create(), { replicas: 2, rooms: 4, ...options });
  const ledger = openLedger(4);
  try {
    const work = keepActing(stage, ledger, roll, { milliseconds: 28_000, everyMs: 600, acts: [actAtRandom] });
    await sleep(3_000);
    const done = await trouble(stage, stage.replica);
    const acts = await work;
    const tally = await settle(stage, ledger, `${done}, during ${acts} acts`, { crashes });
    tally.violations.push(...findBackwards(stage.calls.slack));
    return tally;
  } finally {
    await stage.close();
  }
}

const frozenMs = Number(process.env.FAULT_FROZEN_MS ?? 20_000);

async function freeze(_stage: Stage, first: Replica): Promise<string> {
  first.signal('SIGSTOP');
  await sleep(frozenMs);
  first.signal('SIGCONT');
  return `one of two replicas frozen for ${frozenMs / 1_000} s`;
}

async function cutOff(stage: Stage): Promise<string> {
  const between = Object.values(stage.between[0] ?? {});
  for (const proxy of between) proxy?.stall();
  await sleep(20_000);
  for (const proxy of between) proxy?.flow();
  return 'one of two replicas cut off from PostgreSQL, Slack and Azure for 20 s';
}

async function mistime(setting: Setting): Promise<Tally> {
  const hour = '3600000';
  const envOf = (place: number): Record<string, string> => (place === 0 ? { FAULT_CLOCK_MS: hour } : {});
  return inTheMiddle(setting, { hooks: ['clock'], envOf }, 0, async () => 'one of two replicas an hour fast');
}

/** SIGTERM in the middle of a burst: requests that have begun are answered, and the process ends by itself. */
export async function stopGracefully({ create, roll }: Opening, rounds: number): Promise<Tally> {
  const stage = await openStage(await create(), { replicas: 2, rooms: 4 });
  const ledger = openLedger(4);
  const violations: string[] = [];
  let repeated = 0;
  try {
    for (let round = 0; round < rounds; round += 1) {
      const work = keepActing(stage, ledger, roll, { milliseconds: 4_000, everyMs: 100, acts: [pushOnly] });
      const begun = await Promise.all([1, 2, 3, 4].map(() => beginPush(stage, ledger, roll)));
      const stopping = stage.replica.stop();
      await sleep(200);
      for (const fault of await Promise.all(begun.map((end) => end()))) if (fault) violations.push(fault);
      const { code, milliseconds } = await stopping;
      if (code !== 0) violations.push(`stopped with exit code ${code}`);
      if (milliseconds > 10_000) violations.push(`took ${milliseconds.toFixed(0)} ms to stop`);
      await work;
      // Not yet begun when the door closed; senders repeat them.
      repeated += ledger.unheard.length;
      await stage.replica.start();
    }
    const done = `stopped by SIGTERM ${rounds} times in a burst, ${repeated} requests sent again`;
    const tally = await settle(stage, ledger, done, { crashes: 0, patienceMs: 240_000 });
    tally.violations.push(...violations);
    return tally;
  } finally {
    await stage.close();
  }
}

/** A push to the first replica that has arrived in half; `end` sends the rest and says what was wrong, if anything. */
async function beginPush(
  stage: Stage,
  ledger: Ledger,
  roll: Dice,
): Promise<() => Promise<string | undefined>> {
  const story = begin(ledger, 'defender', undefined);
  const body = Buffer.from(JSON.stringify(bodyOf(story, roll)));
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    authorization: `Bearer ${stage.env.WEBHOOK_SECRET}`,
    connection: 'close',
  };
  const request = http.request(`${stage.replica.url}/webhooks/defender`, { method: 'POST', headers });
  const answered = new Promise<string | undefined>((resolve) => {
    request.once('error', (error) => resolve(`a request in hand broke off: ${error.message}`));
    request.once('response', ({ statusCode }) => {
      if (statusCode === 202) ledger.stories.push(story);
      resolve(statusCode === 202 ? undefined : `a request in hand was answered ${statusCode}`);
    });
  });
  request.write(body.subarray(0, 20));
  await sleep(500);
  return () => {
    request.end(body.subarray(20));
    return answered;
  };
}

/** Three replicas that poll every second ask Azure as often as one would. */
async function pollOnce({ create, roll }: Setting): Promise<Tally> {
  const stage = await openStage(await create(), { replicas: 3, rooms: 4, between: true });
  const ledger = openLedger(4);
  const seconds = 15;
  try {
    await sleep(2_000);
    const before = stage.calls.azure.length;
    const acts = keepActing(stage, ledger, roll, {
      milliseconds: seconds * 1_000,
      everyMs: 1_500,
      acts: [appearAndPush],
    });
    await acts;
    const feeds = new Map<string, number>();
    for (const { method, path } of stage.calls.azure.slice(before)) {
      const [feed = '', query = ''] = path.split('?');
      const isFirstPage = method === 'GET' && /\/(alerts|incidents)$/.test(feed) && !/skiptoken/i.test(query);
      if (isFirstPage) feeds.set(feed, (feeds.get(feed) ?? 0) + 1);
    }
    const polls = [...feeds.values()];
    const done = `three replicas polled ${feeds.size} feeds ${polls.join(', ')} times in ${seconds} s`;
    const tally = await settle(stage, ledger, done, { crashes: 0 });
    if (feeds.size !== 3 || polls.some((times) => times > seconds + 1 || times < seconds / 3))
      tally.violations.push('not one poll a second and feed');
    return tally;
  } finally {
    await stage.close();
  }
}

/** A replica of a later version has changed the database before ours starts. */
export async function meetLaterVersion({ create, roll }: Opening): Promise<Tally> {
  const stage = await openStage(await create(), { rooms: 4 });
  const ledger = openLedger(4);
  const url = stage.env.DATABASE_URL ?? '';
  try {
    await keepActing(stage, ledger, roll, { milliseconds: 2_000, everyMs: 400, acts: [appearAndPush] });
    await stage.replica.stop();
    await ask(url, `insert into kysely_migration (name, timestamp) values ('9999-later', now()::text)`);
    await ask(url, 'alter table cards add column later_than_ours text');
    await stage.replica.start();
    const acts = await keepActing(stage, ledger, roll, {
      milliseconds: 6_000,
      everyMs: 400,
      acts: [actAtRandom],
    });
    const done = `started on a database that a later version migrated, then ${acts} acts`;
    return await settle(stage, ledger, done, { crashes: 0 });
  } finally {
    await stage.close();
  }
}
