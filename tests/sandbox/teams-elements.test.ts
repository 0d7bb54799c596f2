import { describe, expect, it } from 'vitest';
import { findCardFault } from '../../src/sandbox/teams/check-card.ts';

const card = (...body: object[]) => ({ type: 'AdaptiveCard', version: '1.5', body });
const cell = { type: 'TableCell', items: [{ type: 'TextBlock', text: 'x' }] };
const row = (...cells: object[]) => ({ type: 'TableRow', cells });
const table = (change: object = {}) =>
  card({ type: 'Table', columns: [{ width: 2 }, { width: 'auto' }], rows: [row(cell, cell)], ...change });
const chart = (type: string, ...data: object[]) => card({ type, data });

describe('what Teams draws of its own', () => {
  it('takes tables, charts and code that are in order', () => {
    const series = { legend: 'NL', values: [{ x: '08:00', y: 3 }] };
    for (const good of [
      table(),
      table({ columns: [{ width: '120px' }, { width: 1, horizontalCellContentAlignment: 'Right' }] }),
      chart('Chart.Line', series),
      chart('Chart.VerticalBar.Grouped', series),
      chart('Chart.VerticalBar', { x: 1, y: -2 }),
      chart('Chart.HorizontalBar', { x: 'fs-01', y: 2 }),
      chart('Chart.Pie', { legend: 'NL', value: 2 }),
      card({ type: 'CodeBlock', codeSnippet: '', language: 'PlainText' }),
    ])
      expect(findCardFault(good)).toBeUndefined();
  });

  it.each<[RegExp, object]>([
    [/firstRowAsHeaders/, table({ firstRowAsHeader: true })],
    [/no columns/, table({ columns: [] })],
    [/not a width/, table({ columns: [{ width: 1 }, { width: '12%' }] })],
    [/not a width/, table({ columns: [{ type: 'Column', width: 1 }, { width: 1 }] })],
    [/not a width/, table({ columns: [{ width: 0 }, { width: 1 }] })],
    [/no rows/, table({ rows: undefined })],
    [/one cell a column/, table({ rows: [row(cell)] })],
    [/one cell a column/, table({ rows: [{ type: 'Row', cells: [cell, cell] }] })],
    [/without items/, table({ rows: [row(cell, { type: 'TableCell' })] })],
    [/unknown type "Kql"/, table({ rows: [row(cell, { type: 'TableCell', items: [{ type: 'Kql' }] })] })],
    [/no data/, chart('Chart.Line')],
    [/no data of Chart\.Line/, chart('Chart.Line', { x: 'a', y: 1 })],
    [/no data of Chart\.Line/, chart('Chart.Line', { legend: 'NL', values: [{ x: 'a', y: null }] })],
    [/no data of Chart\.HorizontalBar/, chart('Chart.HorizontalBar', { x: 1, y: 1 })],
    [/no data of Chart\.Pie/, chart('Chart.Pie', { legend: 'NL', value: -1 })],
    [/no codeSnippet/, card({ type: 'CodeBlock' })],
    [/knows no language "Kql"/, card({ type: 'CodeBlock', codeSnippet: 'x', language: 'Kql' })],
    // What stands in for an element is looked at as well.
    [/no columns/, card({ type: 'CodeBlock', codeSnippet: 'x', fallback: { type: 'Table', rows: [] } })],
  ])('says %s', (fault, wrong) => {
    expect(findCardFault(wrong)).toMatch(fault);
  });
});
