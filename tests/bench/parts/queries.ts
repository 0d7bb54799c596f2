import tls from 'node:tls';
import { pino } from 'pino';
import { readConfig } from '../../../src/config.ts';
import { startWatchfloor } from '../../../src/main.ts';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.ts';
import { freePort } from '../../support/free-port.ts';
import { now, pause } from '../clock.ts';
import { percentile } from '../percentiles.ts';
import type { Scale } from '../scale.ts';
import type { Ground } from '../stage.ts';
import { openFolder } from '../temporary.ts';

const room = 'C0SOC';
/** Slack lets a bot post once a second into a room. */
const restMs = 1_200;
const patienceMs = 60_000;

const asked: [name: string, words: string][] = [
  ['a count', 'query Heartbeat | count --last 1d'],
  ['a table', 'query SecurityEvent | where EventID == 4625 | top 25 by TimeGenerated --last 1d'],
  ['a chart', 'query SigninLogs | summarize count() by bin(TimeGenerated, 1h) | render timechart --last 1d'],
];

/**
 * From words typed in Slack to the answer in the thread, the sandbox and the product in one process: its evaluator of KQL
 * takes a part of each figure, noted beside it.
 */
export async function measureQueries({ database, note }: Ground, { commands }: Scale): Promise<void> {
  const place = await database.create();
  const { folder, remove } = openFolder('queries');
  const productPort = await freePort();
  const sandbox = await startSandbox({ port: 0, productPort });
  tls.setDefaultCACertificates([...tls.getCACertificates('default'), sandbox.caCertificate]);
  const env = { ...sandbox.env, HOST: '127.0.0.1', DATA_DIR: folder, ...place.env };
  const product = await startWatchfloor(readConfig(env), pino({ level: 'silent' }));
  try {
    note('queries: the first one, while threads start', 'ms', {
      ours: await ask(sandbox, 'query Heartbeat | count --last 1h'),
    });
    for (const [name, words] of asked) {
      const took: number[] = [];
      for (let n = 0; n < commands; n += 1) took.push(await ask(sandbox, words));
      note(`queries: command → answer, ${name}, p50`, 'ms', { ours: percentile(took, 0.5) });
      note(`queries: command → answer, ${name}, p99`, 'ms', { ours: percentile(took, 0.99) });
    }
  } finally {
    await product.stop();
    await sandbox.stop();
    remove();
    await place.release();
  }
}

/** Milliseconds until the answer, rows and all, is in the thread. */
async function ask(sandbox: Sandbox, words: string): Promise<number> {
  await pause(restMs);
  const begin = now();
  const said = await fetch(`${sandbox.url}/api/slack/mention`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ as: 'adam', channel: room, text: `@Watchfloor ${words}` }),
  });
  const { ts } = (await said.json()) as { ts: string };
  while (!isAnswered(sandbox, ts)) {
    if (now() - begin > patienceMs) throw new Error(`No answer to "${words}".`);
    await pause(5);
  }
  return now() - begin;
}

interface State {
  slack: { conversations: { id: string; messages: { ts: string; thread_ts?: string; text?: string }[] }[] };
}

function isAnswered(sandbox: Sandbox, thread: string): boolean {
  const { slack } = sandbox.state() as State;
  const messages = slack.conversations.find(({ id }) => id === room)?.messages ?? [];
  return messages.some(
    (message) =>
      message.thread_ts === thread && message.ts !== thread && / \d+ rows? /.test(message.text ?? ''),
  );
}
