import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { pages, table } from './markdown.ts';
import { readSource, sourceFiles } from './source-files.ts';

const text = (page: string) => fs.readFileSync(page, 'utf8');
const found = (page: string, pattern: RegExp) =>
  [...text(page).matchAll(pattern)].map((match) => match[1] ?? '');

describe.each(pages())('%s', (page) => {
  it('leads only to what is there', () => {
    const links = [...found(page, /\]\(([^)\s]+)\)/g), ...found(page, /^\[[^\]]+\]: (\S+)/gm)];
    const broken = links.filter((link) => {
      if (/^(https?:|mailto:)/.test(link)) return false;
      const [file = '', heading] = link.split('#');
      const target = file ? path.join(path.dirname(page), decodeURIComponent(file)) : page;
      if (!fs.existsSync(target)) return true;
      return heading !== undefined && target.endsWith('.md') && !headings(target).includes(heading);
    });
    expect(broken).toEqual([]);
  });

  it('names only npm scripts and files that there are', () => {
    const { scripts } = JSON.parse(text('package.json'));
    const named = [...found(page, /\bnpm run ([a-z][\w:-]*)/g), ...found(page, /\bnpm (start|test)\b/g)];
    expect(named.filter((script) => !(script in scripts))).toEqual([]);
    const run = found(page, /\bnode ((?:src|tests|manifests|examples)\/[\w./-]+)/g);
    expect(run.filter((file) => !fs.existsSync(file))).toEqual([]);
  });
});

describe('the configuration table of the README', () => {
  const told = table('README.md', 'variable').map(([name = '']) => name.replaceAll('`', ''));
  const config = readSource('config.ts');
  const read = new Set(
    [
      ...config.matchAll(
        /\benv\.([A-Z][A-Z_]+)|\b(?:need|number|url|oneOf|secret|needSecret|findSecret)\(\s*(?:env, )?'([A-Z_]+)'/g,
      ),
    ].map((match) => match[1] ?? match[2] ?? ''),
  );

  it('tells every variable that is read', () => {
    expect([...read].filter((name) => !told.includes(name))).toEqual([]);
    expect(read.size).toBeGreaterThan(15);
  });

  it('tells none that nobody reads, and each once', () => {
    const elsewhere = sourceFiles().flatMap((file) =>
      [...readSource(file).matchAll(/process\.env\.([A-Z_]+)/g)].map((match) => match[1] ?? ''),
    );
    expect(told.filter((name) => !read.has(name) && !elsewhere.includes(name))).toEqual([]);
    expect(new Set(told).size).toBe(told.length);
  });
});

/** Names that GitHub gives to the headings of a page. */
function headings(page: string): string[] {
  return found(page, /^#+ (.+)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
