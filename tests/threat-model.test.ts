import fs from 'node:fs';
import { describe, expect, it } from 'vitest';

const page = fs.readFileSync('docs/threat-model.md', 'utf8');
const rows = page.split('\n').filter((line) => /^\| [STRIDE]: /.test(line));

describe('the threat model', () => {
  it('names a proof for every threat, and every proof is there', () => {
    expect(rows.length).toBeGreaterThan(30);
    for (const row of rows) {
      const named = [...row.matchAll(/`(tests\/[\w/.-]+\.test\.ts)`/g)].map(([, file = '']) => file);
      expect([row, named.length > 0]).toEqual([row, true]);
      expect(named.filter((file) => !fs.existsSync(file))).toEqual([]);
    }
  });

  it('speaks of each of the six kinds', () => {
    for (const kind of 'STRIDE')
      expect([kind, rows.some((row) => row.startsWith(`| ${kind}: `))]).toEqual([kind, true]);
  });

  it('has a proof for each test of attacks', () => {
    const tests = fs.readdirSync('tests/attack').filter((name) => name.endsWith('.test.ts'));
    expect(tests.filter((name) => !page.includes(`tests/attack/${name}`))).toEqual([]);
  });
});
