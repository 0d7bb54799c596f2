import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { supported } from '../../../src/sandbox/logs/supported.ts';

const page = fs.readFileSync('docs/kql-in-the-sandbox.md', 'utf8');
const known = supported();

/** Names in backquotes below a heading, up to the first line that says more than names. */
function told(heading: string): string[] {
  const [, below = ''] = page.split(`## ${heading}\n\n`);
  const [names = ''] = below.split('\n\n');
  return [...names.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? '');
}

describe('the page about KQL in the sandbox', () => {
  it.each([
    ['Operators', known.operators],
    ['Plug-ins of `evaluate`', known.plugins],
    ['Aggregates', known.aggregates],
    ['Functions', known.functions],
  ])('tells all %s that there are, and no others', (heading, names) => {
    expect(told(heading)).toEqual(names);
  });
});

describe('the evaluator', () => {
  it('knows more than enough for hunts', () => {
    expect(known.operators.length).toBeGreaterThanOrEqual(20);
    expect(known.functions.length + known.aggregates.length).toBeGreaterThanOrEqual(80);
  });
});
