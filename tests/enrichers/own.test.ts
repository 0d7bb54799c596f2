import fs from 'node:fs';
import { createServer, type Server } from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Enricher } from '../../src/enrichers/enricher.ts';
import { loadOwn } from '../../src/enrichers/own.ts';
import type { Subject } from '../../src/incident/enrichment.ts';

const adam: Subject = { kind: 'account', name: 'adam', upn: 'adam@contoso.com', oid: '' };
const context = () => ({ now: new Date(), signal: AbortSignal.timeout(5_000) });

/** The whole file that the page shows. */
function fileOnPage(): string {
  const page = fs.readFileSync('docs/adding-an-enricher.md', 'utf8');
  const [, file] = page.match(/```ts\n(\/\/ enrichers\/absence\.ts\n[\s\S]*?)```/) ?? [];
  if (!file) throw new Error('The page shows no file.');
  return file;
}

describe('an enricher of the user’s own folder', () => {
  let staffList: Server;
  let folder: string;
  let loaded: Awaited<ReturnType<typeof loadOwn>>;
  const complaints: string[] = [];
  const write = (name: string, text: string) => fs.writeFileSync(path.join(folder, name), text);

  beforeAll(async () => {
    staffList = createServer((request, response) => {
      if (request.url === '/absences/adam%40contoso.com') {
        response.end('{"reason":"holiday","until":"2026-12-04T00:00:00.000Z"}');
      } else if (request.url === '/absences/down%40contoso.com') response.writeHead(503).end();
      else response.writeHead(404).end();
    });
    await new Promise<void>((done) => staffList.listen(0, '127.0.0.1', () => done()));
    const address = staffList.address();
    process.env.STAFF_LIST_URL = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-enrichers-'));
    write('absence.ts', fileOnPage());
    write('broken.mjs', 'export default {{{');
    write('empty.mjs', 'export const nothing = 1;');
    write(
      'taken.mjs',
      fileOnPage()
        .replace("name: 'absence'", "name: 'identity'")
        .replace(/: string/g, ''),
    );
    write(
      'throttled.mjs',
      `export default {
        name: 'throttled', title: 'T', question: 'Q?', about: ['ip'], api: 'a', permission: 'p', lifetimeSeconds: 60,
        async enrich() { throw Object.assign(new Error('slow down'), { name: 'FarSideError', reason: 'rate-limited' }); },
      };`,
    );
    write('hangs.mjs', 'await new Promise(() => {});');
    write(
      'touchy.mjs',
      `export default {
        name: 'touchy', title: 'T', question: 'Q?', about: ['account'], api: 'a', permission: 'p', lifetimeSeconds: 60,
        concerns(subject) { return subject.manager.upn !== ''; },
        async enrich() { return { facts: [], traits: [] }; },
      };`,
    );
    write('notes.txt', 'not a module');
    const broken = (enricher: string, error: unknown) => complaints.push(`${enricher}: ${error}`);
    loaded = await loadOwn(folder, new Set(['identity']), { broken, patienceMs: 2_000 });
  });
  afterAll(() => {
    staffList.close();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  const find = (name: string): Enricher => {
    const found = loaded.enrichers.find((one) => one.name === name);
    if (!found) throw new Error(`No ${name}: ${JSON.stringify(loaded.refused)}`);
    return found;
  };

  it('works as the page shows it', async () => {
    const absence = find('absence');
    expect(absence).toMatchObject({ side: 'own', calls: 1, deadlineMs: 2_000 });
    expect(absence.concerns?.(adam)).toBe(true);
    expect(absence.concerns?.({ ...adam, upn: 'svc-backup@contoso.com' })).toBe(false);
    expect(await absence.enrich(adam, context())).toEqual({
      facts: [{ label: 'Away', value: 'holiday', at: '2026-12-04T00:00:00.000Z' }],
      traits: [{ chip: 'away', says: 'is away (holiday)', tone: 'warning' }],
    });
    const eve = { ...adam, upn: 'eve@contoso.com' };
    expect(await absence.enrich(eve, context())).toEqual({ facts: [], traits: [] });
    const down = { ...adam, upn: 'down@contoso.com' };
    await expect(absence.enrich(down, context())).rejects.toThrow('The staff list answered 503.');
  });

  it('may say why it failed without knowing our classes', async () => {
    await expect(find('throttled').enrich(adam, context())).rejects.toMatchObject({ reason: 'rate-limited' });
  });

  it('is refused by name where it is no enricher, and stops no other', () => {
    expect(loaded.enrichers.map(({ name }) => name)).toEqual(['absence', 'throttled', 'touchy']);
    expect(loaded.refused.map(({ file }) => file)).toEqual([
      'broken.mjs',
      'empty.mjs',
      'hangs.mjs',
      'taken.mjs',
    ]);
    expect(loaded.refused.at(-2)?.reason).toBe('was not loaded within 2 s');
    expect(loaded.refused.at(-1)?.reason).toBe('there is an enricher "identity" already');
  });

  it('that cannot say what concerns it is concerned by nothing, and complained of', () => {
    expect(find('touchy').concerns?.(adam)).toBe(false);
    expect(complaints).toEqual([expect.stringMatching(/^touchy: TypeError/)]);
  });

  it.each(['absence.ts', 'nowhere'])('is not looked for in %s, which is no folder', async (name) => {
    const { enrichers, refused } = await loadOwn(path.join(folder, name), new Set(), { broken: () => {} });
    expect(enrichers).toEqual([]);
    expect(refused).toEqual([
      { file: path.join(folder, name), reason: expect.stringMatching(/^is no folder that can be read: /) },
    ]);
  });
});
