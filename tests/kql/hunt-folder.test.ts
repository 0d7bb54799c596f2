import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Guard } from '../../src/kql/guard.ts';
import { openHuntFolders } from '../../src/kql/hunt-folder.ts';
import { openShelf, withTags } from '../../src/kql/hunt-library.ts';
import { readHunt } from '../../src/kql/read-hunt.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'hunts-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const put = (file: string, text: string) => {
  const place = path.join(folder, file);
  fs.mkdirSync(path.dirname(place), { recursive: true });
  fs.writeFileSync(place, text);
};
const hunt = (name: string, more = '') => `name: ${name}\nquery: SigninLogs | take 5\n${more}`;

async function load(root = folder, guard?: Guard) {
  const { library, checked } = openHuntFolders([root], guard);
  await checked;
  return library;
}

describe('a folder of hunts', () => {
  it('is read with the folders in it, and bad files stop nothing', async () => {
    put('a.yaml', hunt('A'));
    put('identity/b.yml', hunt('B'));
    put('identity/deep/c.YAML', hunt('C'));
    put('bad.yaml', 'name: [');
    put('empty.yaml', '');
    put('binary.yaml', 'name: A\0\0');
    put('notes.md', 'not a hunt');
    const library = await load();
    expect(library.all().map(({ name, file }) => `${name} ${file}`)).toEqual([
      'A a.yaml',
      'B identity/b.yml',
      'C identity/deep/c.YAML',
    ]);
    expect(library.refused().map(({ file }) => file)).toEqual(['bad.yaml', 'binary.yaml', 'empty.yaml']);
    for (const { reason } of library.refused()) expect(reason).toMatch(/^It .*\.$/);
  });

  it('keeps the first of two with one id, and tells of the other', async () => {
    const id = 'id: 5d5d5d5d-1111-2222-3333-444455556666';
    put('1.yaml', hunt('First', id));
    put('2.yaml', hunt('Second', id));
    const library = await load();
    expect(library.all().map(({ name }) => name)).toEqual(['First']);
    expect(library.refused()).toEqual([{ file: '2.yaml', reason: 'Its id is that of 1.yaml.' }]);
  });

  it('is not left by links, and files that Kubernetes mounts are read once', async () => {
    const outside = fs.mkdtempSync(path.join(os.tmpdir(), 'outside-'));
    fs.writeFileSync(path.join(outside, 'o.yaml'), hunt('Outside'));
    put('..2026_11_22/k.yaml', hunt('Mounted'));
    fs.symlinkSync('..2026_11_22', path.join(folder, '..data'));
    fs.symlinkSync('..data/k.yaml', path.join(folder, 'k.yaml'));
    fs.symlinkSync(path.join(outside, 'o.yaml'), path.join(folder, 'o.yaml'));
    fs.symlinkSync(outside, path.join(folder, 'elsewhere'));
    fs.symlinkSync(folder, path.join(folder, 'round'));
    fs.symlinkSync('nowhere', path.join(folder, 'broken.yaml'));
    const library = await load();
    expect(library.all().map(({ name }) => name)).toEqual(['Mounted']);
    expect(library.refused().map(({ file, reason }) => `${file}: ${reason.slice(0, 40)}`)).toEqual([
      expect.stringContaining('broken.yaml: It cannot be read'),
      'elsewhere: It is a link to a folder, which is not f',
      'o.yaml: It is a link that leads out of the folde',
      'round: It is a link to a folder, which is not f',
    ]);
    fs.rmSync(outside, { recursive: true });
  });

  it('that is not there is said, and is no reason to stop', async () => {
    const library = await load(path.join(folder, 'none'));
    expect(library.refused()[0]?.reason).toContain('The folder cannot be read');
  });

  it('gets its tables from the guard, and loses what the guard refuses', async () => {
    put('a.yaml', `${hunt('A')}requiredDataConnectors: [{ connectorId: X, dataTypes: [Elsewhere] }]`);
    put('b.yaml', 'name: B\nquery: cluster("x").database("y").T');
    const guard: Guard = {
      async check(text) {
        if (!text.startsWith('SigninLogs'))
          return { kind: 'refused', rule: 'other-cluster', message: 'Not ours.', at: undefined };
        return {
          kind: 'allowed',
          bounded: text,
          tables: ['SigninLogs'],
          readsUnknown: false,
          columns: undefined,
          isSearch: false,
        };
      },
      async close() {},
    };
    const { library, read, checked } = openHuntFolders([folder], guard);
    await read;
    expect(library.find('A')?.tables).toEqual(['Elsewhere']);
    await checked;
    expect(library.all().map(({ name, tables }) => ({ name, tables }))).toEqual([
      { name: 'A', tables: ['SigninLogs'] },
    ]);
    expect(library.refused()).toEqual([
      { file: 'b.yaml', reason: 'The guard refuses its query (other-cluster): Not ours.' },
    ]);
  });
});

describe('finding a hunt', () => {
  const shelf = openShelf();
  for (const [name, tactic, technique, table, description] of [
    ['Password spray', 'CredentialAccess', 'T1110.003', 'SigninLogs', 'One address, many accounts.'],
    ['Spray of services', 'CredentialAccess', 'T1110', 'SecurityEvent', 'The same on machines, by password.'],
    ['Remote desktop', 'LateralMovement', 'T1021.001', 'SecurityEvent', 'Sign-ins of type 10.'],
  ] as const) {
    const text = `name: ${name}\ndescription: ${description}\ntactics: [${tactic}]\nrelevantTechniques: [${technique}]`;
    const connectors = `requiredDataConnectors: [{ connectorId: X, dataTypes: [${table}] }]`;
    shelf.add(readHunt(`${text}\n${connectors}\nquery: ${table}`, `${name}.yaml`));
  }
  const names = (words: string) => shelf.search(words).map(({ name }) => name);

  it('looks for every word, and a name says more than a description', () => {
    expect(names('password')).toEqual(['Password spray', 'Spray of services']);
    expect(names('spray password securityevent')).toEqual(['Spray of services']);
    expect(names('lateral movement')).toEqual(['Remote desktop']);
    expect(names('t1110')).toEqual(['Password spray', 'Spray of services']);
    expect(names('nothing of this')).toEqual([]);
    expect(names('')).toHaveLength(3);
  });

  it('looks at the name of its file, too', () => {
    const own = openShelf();
    own.add(readHunt(hunt('Many failed sign-ins'), 'examples/rdp-brute-force.yaml'));
    for (const words of ['brute', 'rdp-brute-force', 'force rdp']) expect(own.search(words)).toHaveLength(1);
    expect(own.search('examples')).toEqual([]);
  });

  it('goes by id, or by name whatever the case', () => {
    const [first] = shelf.all();
    expect(shelf.find('PASSWORD  spray')?.name).toBe('Password spray');
    expect(shelf.find(first?.id ?? '')).toBe(first);
    expect(shelf.find('spray')).toBeUndefined();
  });

  it('can be by tactic, technique and table alone', () => {
    const tagged = (tags: Parameters<typeof withTags>[1]) =>
      withTags(shelf.all(), tags).map(({ name }) => name);
    expect(tagged({ tactic: 'lateral movement' })).toEqual(['Remote desktop']);
    expect(tagged({ technique: 't1110' })).toEqual(['Password spray', 'Spray of services']);
    expect(tagged({ technique: 'T1110.003' })).toEqual(['Password spray']);
    expect(tagged({ table: 'securityevent', tactic: 'CredentialAccess' })).toEqual(['Spray of services']);
  });
});
