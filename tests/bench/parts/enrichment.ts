import fs from 'node:fs';
import path from 'node:path';
import { startSandbox } from '../../../src/sandbox/sandbox.ts';
import { freePort } from '../../support/free-port.ts';
import { typeInSlack } from '../../support/hands.ts';
import { outside } from '../../support/house.ts';
import { type Seen, slackMessages } from '../../support/rooms.ts';
import { withEnrichment } from '../../support/settings.ts';
import { farSideMs, stories } from '../../support/stories.ts';
import { launch } from '../child.ts';
import { now, pause } from '../clock.ts';
import type { Scale } from '../scale.ts';
import type { Ground } from '../stage.ts';
import { openFolder } from '../temporary.ts';

/** Far sides count by ten seconds: each story begins with what an idle installation has left. */
const restMs = 12_000;
const patienceMs = 30_000;
/** The first query of the sandbox's logs makes its rows, which no real far side does. */
const warmUp = ['vm-malware-cleaned', 'postgres-brute-force'];

/** From an alert's push to its first card and to the card that all have added to, far sides answering in 100 ms. */
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

  /** Milliseconds to the first card and to the whole one; `undefined` where it is not whole in time. */
  async function tell(sample: string): Promise<{ first: number; whole: number | undefined }> {
    const known = new Set((await slackMessages(rooms)).map(({ id }) => id));
    const began = now();
    await control('POST', '/alerts', { sample, push: true });
    let first: number | undefined;
    while (now() - began < patienceMs) {
      const card = (await slackMessages(rooms)).find(({ id, thread }) => !thread && !known.has(id));
      if (card && first === undefined) first = now() - began;
      if (card && isWhole(card)) {
        const whole = now() - began;
        // An open incident that shares somebody with the next would be edited too, and the room takes one edit a second.
        await typeInSlack(rooms, 'lena', `close ${card.name} tp`);
        return { first: first ?? 0, whole };
      }
      await pause(20);
    }
    return { first: first ?? Number.POSITIVE_INFINITY, whole: undefined };
  }

  try {
    for (const sample of warmUp) await tell(sample);
    for (const side of ['azure', 'graph', 'intel'])
      await control('POST', '/faults', { side, kind: 'slow', ms: farSideMs });
    const whole: number[] = [];
    for (const { sample } of stories.slice(0, enriched)) {
      await pause(restMs);
      const told = await tell(sample);
      note(`enrichment of ${sample}: first card`, 'ms', { ours: told.first });
      note(`enrichment of ${sample}: whole card`, 'ms', { ours: told.whole ?? Number.POSITIVE_INFINITY });
      whole.push(told.whole ?? Number.POSITIVE_INFINITY);
    }
    note('enrichment: slowest whole card', 'ms', { ours: Math.max(...whole) });
  } finally {
    await product.stop();
    await sandbox.stop();
    await store.release();
    remove();
  }
}

/** Edited at least once, and nobody is being asked any more. */
function isWhole({ text, posts }: Seen): boolean {
  return posts > 1 && !/Still asking|Not answered/.test(text);
}
