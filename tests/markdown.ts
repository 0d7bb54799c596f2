import fs from 'node:fs';

/** The README and every page of docs. */
export function pages(): string[] {
  const docs = fs
    .readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`);
  return ['README.md', ...docs.sort()];
}

/** Rows of the table whose first column is headed so, cells without their white space; empty where there is none. */
export function table(page: string, head: string): string[][] {
  const lines = fs.readFileSync(page, 'utf8').split('\n');
  const start = lines.findIndex((line) => line.startsWith('|') && cells(line)[0] === head);
  if (start < 0) return [];
  const after = lines.slice(start + 2);
  const length = after.findIndex((line) => !line.startsWith('|'));
  return after.slice(0, length < 0 ? undefined : length).map(cells);
}

/** A bar within a cell is written `\|`. */
function cells(line: string): string[] {
  return line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));
}
