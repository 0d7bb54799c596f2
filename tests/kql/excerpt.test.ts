import fc from 'fast-check';
import { expect, it } from 'vitest';
import { pointAt } from '../../src/kql/excerpt.ts';

it('shows the line of a place and a caret under it', () => {
  expect(pointAt('SigninLogs\n| where x = 1\n| count', 19, 5)).toBe('| where x = 1\n        ^^^^^');
});

it('stands right after tabs', () => {
  expect(pointAt('\t| where x', 9, 1)).toBe('    | where x\n            ^');
});

it('cuts a long line around the place', () => {
  const [line, caret] = pointAt(`${'a'.repeat(300)}XYZ${'b'.repeat(300)}`, 300, 3).split('\n');
  expect(line).toMatch(/^…a{50}XYZb+…$/);
  expect(line?.slice(caret?.indexOf('^'), (caret?.lastIndexOf('^') ?? 0) + 1)).toBe('XYZ');
});

it('points behind the end where something is missing there', () => {
  expect(pointAt('SigninLogs |', 12, 0)).toBe('SigninLogs |\n            ^');
  expect(pointAt('', 5, 5)).toBe('\n^');
});

it('is two lines of 120 columns at most, whatever the text and the place', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.nat(500),
      fc.nat(500),
      (text, start, length) => {
        const lines = pointAt(text, start, length).split('\n');
        expect(lines).toHaveLength(2);
        for (const line of lines) expect([...line].length).toBeLessThanOrEqual(120);
        expect(lines[1]).toMatch(/^ *\^+$/);
      },
    ),
  );
});
