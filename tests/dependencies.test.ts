import { execFile } from 'node:child_process';
import fs from 'node:fs';
import { promisify } from 'node:util';
import semver from 'semver';
import { describe, expect, it } from 'vitest';
import { table } from './markdown.ts';

interface Locked {
  name: string;
  version: string;
  /** Path in node_modules. */
  path: string;
  /** The package that has it for itself, or `(top)`. */
  within: string;
}

const lock: {
  packages: Record<
    string,
    { name?: string; version: string; integrity?: string; resolved?: string; link?: boolean }
  >;
} = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
const locked: Locked[] = Object.entries(lock.packages)
  .filter(([path]) => path !== '')
  .map(([path, { name, version }]) => {
    const parents = path.split('/node_modules/').map((one) => one.replace(/^node_modules\//, ''));
    return { name: name ?? parents.at(-1) ?? '', version, path, within: parents.at(-2) ?? '(top)' };
  });

const word = (cell = '') => cell.replaceAll('`', '').replaceAll('\\|', '|').trim();
const vulnerable = table('docs/dependencies.md', 'vulnerable package').map(([name, range]) => ({
  name: word(name),
  range: word(range),
}));
const unavoidable = table('docs/dependencies.md', 'old package').map(([name, below, within]) => ({
  name: word(name),
  below: word(below),
  within: word(within)
    .split(',')
    .map((one) => one.trim()),
}));

describe('the lock file', () => {
  it('holds nothing that is known to be vulnerable', () => {
    expect(vulnerable.length).toBeGreaterThan(30);
    for (const { range } of vulnerable) expect([range, semver.validRange(range)]).not.toEqual([range, null]);
    const found = locked.filter(({ name, version }) =>
      vulnerable.some((one) => one.name === name && semver.satisfies(version, one.range)),
    );
    expect(found.map(({ path, version }) => `${path} ${version}`)).toEqual([]);
  });

  it('holds old copies of libraries only where they cannot be avoided', () => {
    expect(unavoidable.length).toBeGreaterThan(2);
    const elsewhere = locked.filter(({ name, version, within }) =>
      unavoidable.some(
        (one) => one.name === name && semver.lt(version, one.below) && !one.within.includes(within),
      ),
    );
    expect(elsewhere.map(({ path, version }) => `${path} ${version}`)).toEqual([]);
  });

  it('speaks of nothing that is not there any more', () => {
    for (const { name, below } of unavoidable)
      expect([name, locked.some((one) => one.name === name && semver.lt(one.version, below))]).toEqual([
        name,
        true,
      ]);
  });

  it('has a hash for every package', () => {
    const without = Object.entries(lock.packages).filter(
      ([path, { integrity, link }]) => path !== '' && !integrity && !link,
    );
    expect(without.map(([path]) => path)).toEqual([]);
  });
});

describe('the bill of materials', () => {
  it('names every package of the lock file, with its version and hash', async () => {
    const { scripts } = JSON.parse(fs.readFileSync('package.json', 'utf8'));
    const [program = '', ...words] = scripts.sbom.split(' ');
    const { stdout } = await promisify(execFile)(program, words, { maxBuffer: 64 << 20 });
    const bill: { bomFormat: string; components: { name: string; version: string; hashes?: object[] }[] } =
      JSON.parse(stdout);
    expect(bill.bomFormat).toBe('CycloneDX');
    const named = new Set(bill.components.map(({ name, version }) => `${name}@${version}`));
    const missing = locked.map(({ name, version }) => `${name}@${version}`).filter((one) => !named.has(one));
    expect(missing).toEqual([]);
    expect(bill.components.filter(({ hashes }) => !hashes?.length).map(({ name }) => name)).toEqual([]);
  }, 60_000);
});
