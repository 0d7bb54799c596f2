import { describe, expect, it } from 'vitest';
import { checkBlocks } from '../../src/sandbox/slack/check-blocks.ts';

const faultsOf = (...blocks: object[]) =>
  checkBlocks(blocks, 'message').map(({ at, message }) => `${at} ${message}`);

const text = (said: string) => ({ type: 'raw_text', text: said });
const table = (more: object = {}) => ({ type: 'table', rows: [[text('Account')], [text('adam')]], ...more });
const point = (label: string, value: unknown) => ({ label, value });
const chart = (more: object = {}, title = 'Failures') => ({
  type: 'data_visualization',
  title,
  chart: {
    type: 'bar',
    series: [{ name: 'SOC', data: [point('02:00', 3), point('03:00', -1.5)] }],
    axis_config: { categories: ['02:00', '03:00'], x_label: 'Hour' },
    ...more,
  },
});
const pie = (...values: unknown[]) =>
  chart({ type: 'pie', segments: values.map((value, n) => point(`slice ${n}`, value)) });
const many = (count: number) => Array.from({ length: count }, (_, n) => n);

describe('a table in Slack', () => {
  it('is taken with texts, numbers and column settings', () => {
    const rows = [
      [text('Account'), text('Failures')],
      [text('adam'), { type: 'raw_number', value: 3 }],
    ];
    const column_settings = [{ align: 'left', is_wrapped: true }, { align: 'right' }];
    expect(faultsOf(table({ rows, column_settings }))).toEqual([]);
  });

  it.each([
    ['without a text in a cell', table({ rows: [[text('')]] }), '/rows/0/0/text must be more than 0'],
    ['of 101 rows', table({ rows: many(101).map(() => [text('x')]) }), 'no more than 100'],
    ['of 21 columns', table({ rows: [many(21).map(() => text('x'))] }), 'no more than 20'],
    ['of 10,001 characters', table({ rows: [[text('x'.repeat(5_001)), text('x'.repeat(5_000))]] }), '10001'],
    ['of a number that is none', table({ rows: [[{ type: 'raw_number', value: '3' }]] }), 'a number'],
    ['of markup', table({ rows: [[{ type: 'mrkdwn', text: 'x' }]] }), 'unsupported type: mrkdwn'],
    ['with an alignment of its own', table({ column_settings: [{ align: 'start' }] }), 'must be one of'],
    ['that wraps a little', table({ column_settings: [{ is_wrapped: 'yes' }] }), 'should be a boolean'],
  ])('%s is refused', (_what, block, said) => {
    expect(faultsOf(block).join()).toContain(said);
  });

  it('is the only one of its message', () => {
    expect(faultsOf(table(), table())).toEqual(['/blocks only one table allowed']);
  });
});

describe('a chart in Slack', () => {
  it.each([
    ['bars', chart()],
    ['a line', chart({ type: 'line' })],
    ['an area', chart({ type: 'area' })],
    ['a pie', pie(1, 2.5)],
  ])('of %s is taken', (_what, block) => {
    expect(faultsOf(block)).toEqual([]);
  });

  const series = (...names: string[]) => names.map((name) => ({ name, data: [point('a', 1)] }));
  const axis_config = { categories: ['a'] };
  it.each([
    ['of no title', chart({}, ''), 'more than 0 characters'],
    ['of a title of 51 characters', chart({}, 'x'.repeat(51)), 'less than 51'],
    ['of another kind', chart({ type: 'column' }), 'must be one of: pie, bar, area, line'],
    ['without axes', chart({ axis_config: undefined }), 'missing required field: axis_config'],
    ['of 13 series', chart({ axis_config, series: series(...many(13).map(String)) }), 'no more than 12'],
    ['of two series of one name', chart({ axis_config, series: series('a', 'a') }), 'must be unique'],
    ['of a long name', chart({ axis_config, series: series('x'.repeat(21)) }), 'less than 21'],
    [
      'of a point too few',
      chart({ axis_config: { categories: ['02:00', '03:00', '04:00'] } }),
      'one point for each',
    ],
    [
      'of a label that is no category',
      chart({ axis_config: { categories: ['02:00', '3'] } }),
      'one point for each',
    ],
    ['of a category twice', chart({ axis_config: { categories: ['02:00', '02:00'] } }), 'must be unique'],
    ['of 21 points', chart({ axis_config: { categories: many(21).map(String) } }), '1 to 20 items'],
    ['of a value that is none', chart({ series: [{ name: 'a', data: [point('02:00', null)] }] }), 'a number'],
    [
      'of a long axis',
      chart({ axis_config: { categories: ['02:00'], y_label: 'x'.repeat(51) } }),
      'less than 51',
    ],
    ['of an empty slice', pie(1, 0), 'greater than 0'],
    ['of 13 slices', pie(...many(13).map(() => 1)), 'no more than 12'],
  ])('%s is refused', (_what, block, said) => {
    expect(faultsOf(block).join()).toContain(said);
  });

  it('has one beside it at most', () => {
    expect(faultsOf(chart(), chart())).toEqual([]);
    expect(faultsOf(chart(), chart(), chart())).toEqual(['/blocks no more than 2 charts allowed']);
  });

  it('is in no dialog', () => {
    expect(checkBlocks([chart()], 'modal')).toMatchObject([
      { message: 'unsupported type: data_visualization' },
    ]);
  });
});
