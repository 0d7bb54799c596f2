import fs from 'node:fs';
import path from 'node:path';
import restify from 'restify';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { createWriter, type Writer } from '../../src/azure/writer.ts';
import type { Playbook } from '../../src/playbooks/playbook.ts';
import { type ArmRoute, mountArm } from '../../src/sandbox/azure/arm.ts';
import { ArmError } from '../../src/sandbox/azure/arm-error.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { machineNamed } from '../../src/sandbox/logs/samples/estate.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { orderOf, type PlayStage, playbookContract, toTheEnd } from '../contracts/playbook.ts';
import { certificate } from '../enrichers/outside-world.ts';

const page = fs.readFileSync('docs/adding-a-playbook.md', 'utf8');

/** A file that the page shows whole, without the line that names it. */
function fileOnPage(name: string): string {
  const [, file] =
    page
      .split('```')
      .find((part) => part.startsWith(`ts\n// ${name}\n`))
      ?.split(`// ${name}\n`) ?? [];
  if (!file) throw new Error(`The page shows no ${name}.`);
  return file;
}

/** Beside the sources, so that what it imports is found: as deep as a folder of theirs, and known to nobody. */
fs.mkdirSync('data', { recursive: true });
const folder = fs.mkdtempSync(path.resolve('data', 'playbook-of-the-page-'));
afterAll(() => fs.rmSync(folder, { recursive: true }));

async function load(name: string): Promise<Record<string, unknown>> {
  const text = fileOnPage(`src/playbooks/${name}`)
    .replaceAll(" from '../", " from '../../src/")
    .replaceAll(" from './", " from '../../src/playbooks/");
  fs.writeFileSync(path.join(folder, name), text);
  return import(path.join(folder, name));
}

const createMarkResource = (await load('mark-resource.ts')).createMarkResource as (hands: {
  arm: Writer;
}) => Playbook;

const vm = machineNamed('vm-pay-web-01').id;

type MarkStage = PlayStage & { azure: Awaited<ReturnType<typeof startTags>> };

async function open(): Promise<MarkStage> {
  const azure = await startTags({ [vm]: { owner: 'payments' } });
  return {
    azure,
    play: createMarkResource({ arm: azure.writer }),
    target: { kind: 'machine', name: 'vm-pay-web-01', resourceId: vm },
    farSide: { state: () => azure.tags, effects: () => azure.writes() },
    refusals: [
      {
        when: 'it is gone',
        arrange: () => azure.remove(vm),
        says: /^vm-pay-web-01 is not in Azure any more/,
      },
      {
        when: 'another run has marked it',
        arrange: () => azure.tag(vm, 'watchfloor-investigation', 'Watchfloor RUN-3'),
        says: /^vm-pay-web-01 is marked already: Watchfloor RUN-3/,
      },
    ],
    stop: azure.stop,
  };
}

describe('marking a resource', () => {
  playbookContract(open);

  it('leaves the mark that somebody else put there meanwhile', async () => {
    const stage = await open();
    onTestFinished(() => stage.stop());
    const done = await toTheEnd(stage, 'act', orderOf(stage));
    stage.azure.tag(vm, 'watchfloor-investigation', 'Ours: do not touch');
    expect(await toTheEnd(stage, 'undo', done.order)).toMatchObject({ state: 'done' });
    expect(stage.azure.tags[vm]).toMatchObject({ 'watchfloor-investigation': 'Ours: do not touch' });
  });
});

describe('the page on adding a playbook', () => {
  it('shows the test that runs here', () => {
    const shown = fileOnPage('tests/playbooks/resource/mark-resource.test.ts');
    const parts = shown.trim().split('\n\ndescribe(');
    for (const part of parts) expect(fs.readFileSync(import.meta.filename, 'utf8')).toContain(part);
    expect(parts).toHaveLength(2);
  });

  it('shows the line of the list, under the name that the playbook has', async () => {
    const { play, stop } = await open();
    await stop();
    expect(page).toContain(`\n'${play.name}': createMarkResource,\n`);
  });

  it('shows what keeps to its own resource, also where a note is long', async () => {
    const stage = await open();
    onTestFinished(() => stage.stop());
    const order = { ...orderOf(stage), note: '🔒'.repeat(250) };
    await toTheEnd(stage, 'act', order);
    const mark = stage.azure.tags[vm]?.['watchfloor-investigation'] ?? '';
    expect(mark.length).toBeLessThanOrEqual(256);
    expect(mark).toContain(order.run);
    expect(stage.play.concerns?.({ kind: 'machine', name: 'x', resourceId: `${vm}/../vm-dc-01` })).toBe(
      false,
    );
  });
});

/** Tags as Resource Manager keeps them, over TLS: https://learn.microsoft.com/rest/api/resources/tags */
async function startTags(tags: Record<string, Record<string, string>>) {
  const { cert, key } = await certificate;
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const secure = restify.createServer({ certificate: cert, key });
  let writes = 0;
  const tagsOf = (resource: string) => {
    const found = tags[`/${resource}`];
    if (!found) throw new ArmError(404, 'ResourceNotFound', `The Resource '${resource}' was not found.`);
    return found;
  };
  const route = {
    path: '/{resource*}/providers/Microsoft.Resources/tags/default',
    apiVersions: ['2021-04-01'],
  };
  const routes: ArmRoute[] = [
    {
      ...route,
      method: 'GET',
      answer: ({ param }) => ({ status: 200, body: { properties: { tags: tagsOf(param('resource')) } } }),
    },
    {
      ...route,
      method: 'PATCH',
      answer({ param, body }) {
        const there = tagsOf(param('resource'));
        const { operation, properties } = patch.parse(body);
        for (const [name, value] of Object.entries(properties.tags)) {
          if (operation === 'Merge') there[name] = value;
          else if (there[name] === value) delete there[name];
        }
        writes += 1;
        return { status: 200, body: { properties: { tags: there } } };
      },
    },
  ];
  mountArm(secure, routes, { entra, faults: new Faults(() => {}) });
  const { promise, resolve } = Promise.withResolvers<void>();
  secure.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const management = 'https://management.azure.com';
  const getToken = async () => ({
    token: await entra.issue(management, { oid: 'the-product', appid: 'watchfloor' }),
    expiresOnTimestamp: Date.now() + 3_600_000,
  });
  return {
    tags,
    writes: () => writes,
    tag(resource: string, name: string, value: string) {
      tags[resource] = { ...tags[resource], [name]: value };
    },
    remove(resource: string) {
      delete tags[resource];
    },
    writer: createWriter({
      endpoint: `https://127.0.0.1:${secure.address().port}`,
      scope: `${management}/.default`,
      credential: { getToken },
    }),
    async stop() {
      await closeServer(secure.server);
    },
  };
}

const patch = z.strictObject({
  operation: z.enum(['Merge', 'Delete']),
  properties: z.strictObject({ tags: z.record(z.string(), z.string().max(256)) }),
});
