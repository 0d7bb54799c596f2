import fs from 'node:fs';
import path from 'node:path';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { freePort } from '../../support/free-port.ts';
import { typeInSlack } from '../../support/hands.ts';
import { outside } from '../../support/house.ts';
import { type Seen, slackMessages, teamsMessages } from '../../support/rooms.ts';
import { withEnrichment } from '../../support/settings.ts';
import { farSideMs, stories } from '../../support/stories.ts';
import { launch } from '../child.ts';
import { now, pause } from '../clock.ts';
import type { Scale } from '../scale.ts';
import type { Ground } from '../stage.ts';
import { openFolder } from '../temporary.ts';

/** Far sides count by ten seconds, and our budgets by the minute: each story begins with what an idle installation has left. */
const restMs = () => Math.max(12_000, 60_500 - (Date.now() % 60_000));
const patienceMs = 30_000;
/** The first query of the sandbox's logs makes its rows, which no real far side does. */
const warmUp = ['vm-malware-cleaned', 'postgres-brute-force'];

/** From an alert's push to a card in both rooms and to the card that all have added to, far sides answering in 100 ms. */
export async function measureEnrichment({ database, note }: Ground, { enriched }: Scale): Promise<void> {
  const store = await database.create();
  const { folder, remove } = openFolder('enrichment');
  const productPort = await freePort();
  const sandbox = await startSandbox({ port: 0, productPort });
  const ca = path.join(folder, 'ca.pem');
  fs.writeFileSync(ca, sandbox.caCertificate);
  const product = await launch({
    file: '../../src/cli.ts',
    words: () => ['start'],
    port: productPort,
    log: path.join(folder, 'product.log'),
    env: {
      ...sandbox.env,
      ...store.env,
      WATCHFLOOR_CONFIG: withEnrichment(),
      NODE_EXTRA_CA_CERTS: ca,
      POLL_SECONDS: '3600',
      LOG_LEVEL: 'warn',
    },
  });
  const rooms = outside(sandbox);
  const { control } = rooms;

  const cards = async () => {
    const seen = await Promise.all([slackMessages(rooms), teamsMessages(rooms)]);
    return seen.map((messages) => messages.filter(({ thread }) => !thread));
  };

  /** Milliseconds until both rooms show a card, and one with all that has to stand on it; infinite where not in time. */
  async function tell(sample: string, facts: string[]): Promise<{ first: number; whole: number }> {
    const known = new Set((await cards()).flat().map(({ id }) => id));
    const began = now();
    let first = Number.POSITIVE_INFINITY;
    await control('POST', '/alerts', { sample, push: true });
    while (now() - began < patienceMs) {
      const fresh = (await cards()).flatMap((room) => room.find(({ id }) => !known.has(id)) ?? []);
      if (fresh.length === 2) {
        first = Math.min(first, now() - began);
        if (fresh.every((card) => isWhole(card, facts))) {
          const whole = now() - began;
          // An open incident that shares somebody with the next would be edited too, and the room takes one edit a second.
          await typeInSlack(rooms, 'lena', `close ${fresh[0]?.name} tp`);
          return { first, whole };
        }
      }
      await pause(20);
    }
    return { first, whole: Number.POSITIVE_INFINITY };
  }

  try {
    for (const sample of warmUp) await tell(sample, []);
    for (const side of ['azure', 'graph', 'intel'])
      await control('POST', '/faults', { side, kind: 'slow', ms: farSideMs });
    const whole: number[] = [];
    for (const { sample, facts } of stories.slice(0, enriched)) {
      await pause(restMs());
      const told = await tell(sample, facts);
      note(`enrichment of ${sample}: first card`, 'ms', { ours: told.first });
      note(`enrichment of ${sample}: whole card`, 'ms', { ours: told.whole });
      whole.push(told.whole);
    }
    note('enrichment: slowest whole card', 'ms', { ours: Math.max(...whole) });
  } finally {
    await product.stop();
    await sandbox.stop();
    await store.release();
    remove();
  }
}

/** Edited at least once, nobody is being asked any more, and everything is there. */
function isWhole({ text, posts }: Seen, facts: string[]): boolean {
  return posts > 1 && !/Still asking|Not answered/.test(text) && facts.every((fact) => text.includes(fact));
}
