import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BodyView, TableView } from '../../src/channels/body-view.ts';
import type { ChartView } from '../../src/channels/chart-view.ts';
import { clean } from '../../src/channels/clean.ts';
import { drawResult, type Face, type Result, rowsSeen } from '../../src/channels/result.ts';
import type { Cell } from '../../src/kql/logs.ts';

const hide = (text: string): string => clean(text, 4_000);
const face = (over: Partial<Face> = {}): Face => ({ shape: undefined, page: 1, hide, ...over });

/** `at:datetime n:long`, and what is not said is text. */
function result(columns: string, rows: Cell[][], render?: string): Result {
  return {
    columns: columns.split(' ').map((one) => {
      const [name = '', type = 'string'] = one.split(':');
      return { name, type };
    }),
    rows,
    render: render === undefined ? undefined : { shape: render, title: '' },
  };
}

function tableOf(body: BodyView): TableView {
  if (body.kind !== 'table') throw new Error(`It is drawn as ${body.kind}.`);
  return body.table;
}

function chartOf(body: BodyView): ChartView {
  if (body.kind !== 'chart') throw new Error(`It is drawn as ${body.kind}.`);
  return body.chart;
}

const hour = (n: number): string => new Date(Date.UTC(2026, 10, 20, n)).toISOString();

describe('a result is drawn as it deserves', () => {
  test('nothing is said to be nothing', () => {
    const { body, pages, canChart } = drawResult(result('at:datetime n:long', []), face());
    expect(body).toEqual({ kind: 'sentence', text: 'No rows in this time range.' });
    expect({ pages, canChart }).toEqual({ pages: 1, canChart: false });
  });

  test.each([
    ['Count:long', 1_234_567, '1,234,567'],
    ['share:real', 0.123456, '0.123'],
    ['EventID:int', 4_625, '4625'],
    ['DestinationPort:int', 50_123, '50123'],
    ['at:datetime', '2026-11-20T02:00:13Z', '20 Nov 02:00:13'],
    ['who', null, 'nothing'],
    ['ok:bool', false, 'false'],
    ['detail:dynamic', { a: [1, 'x'] }, '{"a":[1,"x"]}'],
  ])('a single cell of %s is a number: %s', (column, cell, value) => {
    const { body } = drawResult(result(column, [[cell]]), face());
    expect(body).toEqual({ kind: 'number', value, label: column.split(':')[0] });
  });

  test('one row is a few facts, without what is empty', () => {
    const { body } = drawResult(
      result('who n:long gone at:datetime', [['adam', 1_200, null, '2026-11-20T02:00:00Z']]),
      face(),
    );
    expect(body).toEqual({
      kind: 'facts',
      facts: [
        { label: 'who', value: 'adam' },
        { label: 'n', value: '1,200' },
        { label: 'at (UTC)', value: '20 Nov 02:00' },
      ],
    });
  });

  test('one row of sixty columns is the ten facts that say most, and how many are left', () => {
    const names = Array.from({ length: 60 }, (_, n) => `Column${n}`);
    const row = result(`TenantId ${names.join(' ')} TimeGenerated:datetime`, [
      ['t', ...names.map((_, n) => `v${n}`), hour(2)],
    ]);
    const { body } = drawResult(row, face());
    if (body.kind !== 'facts') throw new Error(body.kind);
    expect(body.facts).toHaveLength(10);
    expect(body.facts[0]?.label).toBe('TimeGenerated (UTC)');
    expect(body.facts.map(({ label }) => label)).not.toContain('TenantId');
    expect(body.facts[9]).toEqual({ label: 'Not shown', value: '53 more columns; the CSV has them.' });
  });

  test('several rows are pages of a table', () => {
    const rows = Array.from({ length: 23 }, (_, n) => [`user ${n}`, n]);
    const drawn = drawResult(result('who n:long', rows), face({ page: 3, shape: 'table' }));
    expect(drawn.pages).toBe(3);
    expect(tableOf(drawn.body)).toEqual({
      columns: [
        { name: 'who', isNumber: false },
        { name: 'n', isNumber: true },
      ],
      rows: [
        ['user 20', '20'],
        ['user 21', '21'],
        ['user 22', '22'],
      ],
      from: 21,
      total: 23,
    });
  });

  test.each([
    [0, 1],
    [-5, 1],
    [99, 21],
    [Number.NaN, 1],
    [1.9, 1],
  ])('page %d is one that there is', (page, from) => {
    const rows = Array.from({ length: 23 }, (_, n) => [`user ${n}`, n]);
    const drawn = drawResult(result('who n:long', rows), face({ page, shape: 'table' }));
    expect(tableOf(drawn.body).from).toBe(from);
  });

  test('of many columns eight are shown: the time first, none that is empty or the same all over, objects last', () => {
    const names = 'TenantId Detail:dynamic Same A B C D E F G Empty TimeGenerated:datetime';
    const row = (n: number): Cell[] => [
      't',
      { n },
      'same',
      ...['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((letter) => `${letter}${n}`),
      '',
      hour(n),
    ];
    const drawn = drawResult(result(names, [row(1), row(2)]), face());
    expect(tableOf(drawn.body).columns.map(({ name }) => name)).toEqual([
      'TimeGenerated (UTC)',
      'A',
      'B',
      'C',
      'D',
      'E',
      'F',
      'G',
    ]);
    expect(tableOf(drawn.body).hiddenColumns).toBe(3);
  });

  test('of many columns who, from where and what come before bookkeeping and GUIDs', () => {
    const names =
      'TenantId TimeGenerated:datetime ResourceId OperationName OperationVersion ResultType ResultSignature ResultDescription CorrelationId Resource Identity Location AppId AppDisplayName Detail:dynamic UserId IPAddress UserPrincipalName';
    const row = (n: number): Cell[] =>
      names.split(' ').map((name) => {
        if (name.startsWith('Time')) return hour(n);
        if (name === 'UserId') return `4ebd6e7d-f9e3-50b7-9e82-10dcdc2842b${n}`;
        return name.startsWith('Detail') ? { n } : `${name} ${n}`;
      });
    const shown = tableOf(drawResult(result(names, [row(1), row(2)]), face()).body).columns;
    expect(shown.map(({ name }) => name)).toEqual([
      'TimeGenerated (UTC)',
      'OperationName',
      'ResultType',
      'ResultDescription',
      'Resource',
      'Identity',
      'IPAddress',
      'UserPrincipalName',
    ]);
  });

  test('a table of few columns keeps the order of the query, and what is the same all over', () => {
    const drawn = drawResult(
      result('who kind', [
        ['a', 'x'],
        ['b', 'x'],
      ]),
      face(),
    );
    expect(tableOf(drawn.body).columns.map(({ name }) => name)).toEqual(['who', 'kind']);
  });

  test.each([
    [
      ['2026-11-20T00:00:00Z', '2026-11-21T00:00:00Z'],
      ['20 Nov 2026', '21 Nov 2026'],
    ],
    [
      [hour(2), hour(3)],
      ['20 Nov 02:00', '20 Nov 03:00'],
    ],
    [
      ['2026-11-20T02:00:13.5Z', hour(3)],
      ['20 Nov 02:00:13', '20 Nov 03:00:00'],
    ],
    [
      ['2025-11-20T02:00:00Z', hour(3)],
      ['20 Nov 2025 02:00', '20 Nov 2026 03:00'],
    ],
    [
      ['not a time', null],
      ['not a time', ''],
    ],
  ])('times are as short as they can be: %j', (times, shown) => {
    const drawn = drawResult(
      result(
        'who at:datetime',
        times.map((time) => ['x', time]),
      ),
      face(),
    );
    expect(tableOf(drawn.body).rows.map((row) => row[1])).toEqual(shown);
  });

  test('a glance is a few rows of a few columns', () => {
    const rows = Array.from({ length: 23 }, (_, n) => Array.from({ length: 8 }, (_, m) => `${n}.${m}`));
    const drawn = drawResult(result('a b c d e f g h', rows), face({ isGlance: true }));
    const table = tableOf(drawn.body);
    expect(table.columns).toHaveLength(4);
    expect(table.rows).toHaveLength(5);
  });
});

describe('a chart', () => {
  const bins = (count: number, value = (n: number) => n) =>
    Array.from({ length: count }, (_, n) => [hour(n), value(n)] as Cell[]);

  test.each([
    ['timechart', 'line'],
    ['linechart', 'line'],
    ['areachart', 'line'],
    ['columnchart', 'column'],
    ['barchart', 'bar'],
    ['piechart', 'pie'],
  ])('is drawn where the query ends in render %s', (render, shape) => {
    const rows: Cell[][] = [
      ['a', 3],
      ['b', 1],
    ];
    const time = shape === 'line';
    const drawn = drawResult(
      time ? result('at:datetime n:long', bins(3), render) : result('who n:long', rows, render),
      face(),
    );
    expect(chartOf(drawn.body).shape).toBe(shape);
    expect(drawn.canChart).toBe(true);
  });

  test('a card is its number', () => {
    const { body } = drawResult(result('who n:long', [['all', 12_000]], 'card'), face());
    expect(body).toEqual({ kind: 'number', value: '12,000', label: 'n' });
  });

  test('is offered for equal steps of time and drawn once it is asked for', () => {
    const series = result('at:datetime n:long', bins(5));
    const first = drawResult(series, face());
    expect(first.body.kind).toBe('table');
    expect(first.canChart).toBe(true);
    expect(chartOf(drawResult(series, face({ shape: 'chart' })).body)).toEqual({
      shape: 'line',
      title: 'n by at',
      xTitle: 'at (UTC)',
      yTitle: 'n',
      labels: ['20 Nov 00:00', '20 Nov 01:00', '20 Nov 02:00', '20 Nov 03:00', '20 Nov 04:00'],
      series: [{ name: 'n', values: [0, 1, 2, 3, 4] }],
    });
  });

  test('may be turned back into a table', () => {
    const drawn = drawResult(result('at:datetime n:long', bins(5), 'timechart'), face({ shape: 'table' }));
    expect(drawn.body.kind).toBe('table');
  });

  test.each([
    [
      'rows of an ordinary table',
      result('at:datetime who what', [
        [hour(1), 'a', 'b'],
        [hour(2), 'c', 'd'],
      ]),
    ],
    [
      'times without steps',
      result('at:datetime n:long', [
        [hour(1), 1],
        [hour(2), 2],
        ['2026-11-20T02:07:13Z', 3],
      ]),
    ],
    ['two points', result('at:datetime n:long', bins(2))],
    [
      'two texts',
      result('a b n:long', [
        ['x', 'y', 1],
        ['z', 'w', 2],
      ]),
    ],
    ['a shape that no chat draws', result('at:datetime n:long', bins(5), 'treemap')],
  ])('is not offered for %s', (_what, table) => {
    expect(drawResult(table, face())).toMatchObject({ canChart: false, body: { kind: 'table' } });
    expect(drawResult(table, face({ shape: 'chart' })).body.kind).toBe('table');
  });

  test('shows a gap as nought, and each text as a series of its own', () => {
    const rows: Cell[][] = [
      [hour(0), 'a', 1],
      [hour(1), 'b', 2],
      [hour(2), 'b', 3],
      [hour(5), 'a', 4],
    ];
    const chart = chartOf(drawResult(result('at:datetime who n:long', rows, 'timechart'), face()).body);
    expect(chart.labels).toHaveLength(6);
    expect(chart.series).toEqual([
      { name: 'a', values: [1, 0, 0, 0, 0, 4] },
      { name: 'b', values: [0, 2, 3, 0, 0, 0] },
    ]);
  });

  test('of more than twenty points joins neighbours and says so; counts are summed', () => {
    const chart = chartOf(
      drawResult(
        result(
          'at:datetime count_:long',
          bins(48, () => 2),
          'timechart',
        ),
        face(),
      ).body,
    );
    expect(chart.labels).toHaveLength(16);
    expect(chart.series[0]?.values).toEqual(Array(16).fill(6));
    expect(chart.title).toBe('count_ by at (3 steps a point, summed)');
  });

  test.each([
    ['max_n:long', 'largest', 2],
    ['avg_n:real', 'averaged', 1],
    ['dcount_who:long', 'averaged', 1],
  ])('of %s joins neighbours to the %s', (column, how, value) => {
    const rows = bins(48, (n) => n % 3);
    const chart = chartOf(drawResult(result(`at:datetime ${column}`, rows, 'timechart'), face()).body);
    expect(chart.series[0]?.values[0]).toBe(value);
    expect(chart.title).toContain(`(3 steps a point, ${how})`);
  });

  test('of more than twelve series shows the eleven largest and the rest as one', () => {
    const rows: Cell[][] = Array.from({ length: 30 }, (_, n) => [hour(0), `user ${n}`, n]);
    const chart = chartOf(drawResult(result('at:datetime who n:long', rows, 'timechart'), face()).body);
    expect(chart.series).toHaveLength(12);
    expect(chart.series[0]).toEqual({ name: 'user 29', values: [29] });
    expect(chart.series[11]).toEqual({ name: 'other (19)', values: [(18 * 19) / 2] });
  });

  test('of many names shows the largest in their order and the rest as one', () => {
    const rows: Cell[][] = Array.from({ length: 40 }, (_, n) => [`user ${n}`, 40 - n]);
    const bar = chartOf(drawResult(result('who n:long', rows), face({ shape: 'chart' })).body);
    expect(bar.shape).toBe('bar');
    expect(bar.labels).toHaveLength(20);
    expect(bar.labels[0]).toBe('user 0');
    expect(bar.labels[19]).toBe('other (21)');
    const all = bar.series[0]?.values.reduce((a, b) => a + b, 0);
    expect(all).toBe((40 * 41) / 2);
    const pie = chartOf(drawResult(result('who n:long', rows, 'piechart'), face()).body);
    expect(pie.labels).toHaveLength(12);
    expect(pie.series).toHaveLength(1);
  });

  test('of something below nought is no pie', () => {
    const rows: Cell[][] = [
      ['a', -1],
      ['b', 2],
    ];
    expect(chartOf(drawResult(result('who n:long', rows, 'piechart'), face()).body).shape).toBe('bar');
  });

  test('of make-series is read from its lists', () => {
    const times = [hour(0), hour(1), hour(2)];
    const rows: Cell[][] = [
      ['a', times, [1, 2, 3]],
      ['b', times, [4, 5, 6]],
    ];
    const made = result('who TimeGenerated:dynamic count_:dynamic', rows, 'timechart');
    expect(chartOf(drawResult(made, face()).body)).toMatchObject({
      shape: 'line',
      series: [
        { name: 'a', values: [1, 2, 3] },
        { name: 'b', values: [4, 5, 6] },
      ],
    });
  });

  test('of numbers that are none has noughts', () => {
    const rows: Cell[][] = [
      ['a', 'NaN'],
      ['b', null],
      ['c', '9007199254740992'],
    ];
    const chart = chartOf(drawResult(result('who n:long', rows, 'barchart'), face()).body);
    expect(chart.series[0]?.values).toEqual([0, 0, 2 ** 53]);
  });

  test('tells what is called alike apart', () => {
    const long = 'a'.repeat(30);
    const rows: Cell[][] = [
      [`${long}1`, 1],
      [`${long}2`, 2],
    ];
    const { labels } = chartOf(drawResult(result('who n:long', rows, 'barchart'), face()).body);
    expect(new Set(labels).size).toBe(2);
  });

  test('has the title that the query gives it', () => {
    const asked = {
      ...result('at:datetime n:long', bins(5)),
      render: { shape: 'timechart', title: 'Sign-ins *by* hour' },
    };
    expect(chartOf(drawResult(asked, face()).body).title).toBe('Sign-ins *by* hour');
  });
});

describe('rows that can be seen', () => {
  const many = Array.from({ length: 500 }, (_, n) => [`user ${n}`, n] as Cell[]);

  test('are all where they are few', () => {
    expect(rowsSeen(result('who n:long', many.slice(0, 60)), { shape: undefined, page: 1 })).toHaveLength(60);
  });

  test('are those of the page', () => {
    const seen = rowsSeen(result('who n:long', many), { shape: 'table', page: 3 });
    expect(seen).toEqual(many.slice(20, 30));
  });

  test('are those that a chart names, wherever they stand', () => {
    const split = many.map(([who, n]) => [hour(Number(n) % 3), who, n] as Cell[]);
    const table = result('at:datetime who n:long', split, 'timechart');
    const chart = chartOf(drawResult(table, face()).body);
    const seen = rowsSeen(table, { shape: undefined, page: 1 }).map((row) => row[1]);
    for (const { name } of chart.series.slice(0, 11)) expect(seen).toContain(name);
    expect(seen.length).toBeLessThan(40);
  });
});

describe('what strangers wrote', () => {
  const bidi = '\u202e\u2066\u200b';
  const hostile = [
    '<!channel> <@U123> @here',
    '<at>Everyone</at>',
    '*bold* [x](https://evil.example) <https://evil.example|x>',
    `${bidi}gnp.exe`,
    '=HYPERLINK("http://evil.example")',
    'line one\nline two\r\n\tthree',
    '\0\x07\x1b[31m',
    'a\ud800b',
    `e${'\u0301'.repeat(5_000)}`,
    'x'.repeat(1_000_000),
    '👩‍👩‍👧‍👦'.repeat(50_000),
    'password=hunter2secret',
    ' ',
  ];

  function texts(body: BodyView): string[] {
    switch (body.kind) {
      case 'sentence':
        return [body.text];
      case 'number':
        return [body.value, body.label];
      case 'facts':
        return body.facts.flatMap(({ label, value }) => [label, value]);
      case 'table':
        return [...body.table.columns.map(({ name }) => name), ...body.table.rows.flat()];
      case 'chart': {
        const { title, xTitle, yTitle, labels, series } = body.chart;
        return [title, xTitle, yTitle, ...labels, ...series.map(({ name }) => name)];
      }
    }
  }

  function expectFit({ body }: { body: BodyView }): void {
    for (const text of texts(body)) {
      expect(Array.from(text).length).toBeLessThanOrEqual(200);
      expect(text.isWellFormed()).toBe(true);
      expect(text).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\u200b\u202a-\u202e\u2066-\u2069]/u);
      expect(text).not.toContain('hunter2secret');
    }
    if (body.kind === 'table') {
      expect(body.table.columns.length).toBeLessThanOrEqual(20);
      expect(body.table.rows.length).toBeLessThanOrEqual(20);
      expect(texts(body).join('').length).toBeLessThan(10_000);
    }
    if (body.kind === 'chart') {
      expect(body.chart.series.length).toBeLessThanOrEqual(12);
      expect(body.chart.labels.length).toBeLessThanOrEqual(20);
      expect(Array.from(body.chart.title).length).toBeLessThanOrEqual(50);
      for (const { values } of body.chart.series) {
        expect(values).toHaveLength(body.chart.labels.length);
        expect(values.every(Number.isFinite)).toBe(true);
      }
    }
  }

  test.each(hostile)('is bounded and plain in every place: %#', (text) => {
    expectFit(drawResult(result('x', [[text]]), face()));
    expectFit(drawResult({ columns: [{ name: text, type: 'string' }], rows: [['x']] }, face()));
    expectFit(drawResult(result('a b:dynamic', [[text, { [text.slice(0, 5_000)]: text }]]), face()));
    const table = result(
      'a b n:long',
      Array.from({ length: 10 }, () => [text, text, 1]),
    );
    expectFit(drawResult(table, face()));
    const named = [text, 'who', 'n'].map((name, at) => ({ name, type: at === 2 ? 'long' : 'string' }));
    for (const shape of ['timechart', 'barchart', 'piechart']) {
      const render = { shape, title: text };
      const rows: Cell[][] = [
        [text, text, 1],
        ['b', 'c', 2],
      ];
      expectFit(drawResult({ columns: named, rows, render }, face()));
    }
  });

  test('a page of megabytes is bounded as well', () => {
    const rows = Array.from({ length: 10 }, () => Array.from({ length: 8 }, () => 'word '.repeat(200_000)));
    expectFit(drawResult(result('a b c d e f g h', rows), face()));
  });

  test('what this room may not be told is in no part', () => {
    const spare = (text: string) => hide(text).replaceAll('adam', '•••');
    const rows: Cell[][] = [
      ['adam', { who: 'adam' }, 1],
      ['eve', 'adam', 2],
    ];
    const table: Result = {
      columns: [
        { name: 'adam', type: 'string' },
        { name: 'x', type: 'dynamic' },
        { name: 'n', type: 'long' },
      ],
      rows,
    };
    for (const render of [undefined, { shape: 'barchart', title: 'adam' }])
      expect(texts(drawResult({ ...table, render }, face({ hide: spare })).body).join()).not.toContain(
        'adam',
      );
    expect(texts(drawResult(result('adam', [['adam']]), face({ hide: spare })).body).join()).not.toContain(
      'adam',
    );
  });

  test('whatever comes, it is drawn within bounds', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 300 }),
      fc.double(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.constant('2026-11-20T02:00:00Z'),
      fc.array(fc.string(), { maxLength: 3 }),
    ) as fc.Arbitrary<Cell>;
    const type = fc.constantFrom('string', 'long', 'real', 'datetime', 'dynamic', 'bool', 'timespan', 'odd');
    const some = fc.record({
      columns: fc.array(fc.record({ name: fc.string({ maxLength: 30 }), type }), { maxLength: 12 }),
      rows: fc.array(fc.array(cell, { maxLength: 12 }), { maxLength: 30 }),
      render: fc.option(
        fc.record({
          shape: fc.constantFrom('timechart', 'barchart', 'piechart', 'card', 'odd'),
          title: fc.string(),
        }),
        { nil: undefined },
      ),
    });
    const shape = fc.constantFrom('table' as const, 'chart' as const, undefined);
    fc.assert(
      fc.property(some, shape, fc.integer({ min: -1, max: 5 }), (table, wanted, page) => {
        expectFit(drawResult(table, face({ shape: wanted, page })));
        rowsSeen(table, { shape: wanted, page });
      }),
      { numRuns: 500 },
    );
  });
});
