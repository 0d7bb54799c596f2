import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { BodyView } from '../../../src/channels/body-view.ts';
import type { QueryView, SectionView } from '../../../src/channels/query-view.ts';
import { queryVerbs } from '../../../src/channels/query-view.ts';
import { lengthOf } from '../../../src/channels/slack/faults.ts';
import { messageFaults } from '../../../src/channels/slack/limits.ts';
import type { Message } from '../../../src/channels/slack/message.ts';
import { drawQuery } from '../../../src/channels/slack/query.ts';
import { drawReply, drawSentence } from '../../../src/channels/slack/reply.ts';
import { checkBlocks } from '../../../src/sandbox/slack/check-blocks.ts';
import { expectNoMarkup } from './no-markup.ts';
import { chartView, glances, only, QUERY, queryView, tableView } from './queries.ts';

const slices = z.object({ segments: z.array(z.object({ label: z.string(), value: z.number() })) });
const lines = z.object({
  axis_config: z.object({ categories: z.array(z.string()) }),
  series: z.array(z.object({ name: z.string() })),
});

type Json = { [key: string]: unknown };
const blocksOf = (message: Message, type: string): Json[] =>
  message.blocks.filter((block) => block.type === type).map((block) => ({ ...block }));
const drawn = (more: Partial<QueryView>) => drawQuery(queryView(more));
const golden = (name: string) => `../golden/slack-query-${name}.json`;
const asJson = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;

describe('a query in Slack', () => {
  test.each([
    ['table', queryView()],
    ['chart', queryView({ sections: [only({ kind: 'chart', chart: chartView() })] })],
    ['glance', queryView({ headline: 'ip 203.0.113[.]9', text: '', sections: glances })],
    [
      'fault',
      queryView({
        state: 'failed',
        headline: 'Query · not run',
        fault: { message: 'This column is not known.', excerpt: '  | where X == 1\n          ^' },
        sections: [],
      }),
    ],
  ])('with a %s is drawn as it was reviewed', async (name, view) => {
    const message = drawQuery(view);
    expect(messageFaults(message)).toEqual([]);
    expect(checkBlocks(message.blocks, 'message')).toEqual([]);
    await expect(asJson(message)).toMatchFileSnapshot(golden(name));
  });

  test('shows what was typed with its lines and spaces, read by nobody', () => {
    const text = 'T\n  | where X == "*a* <!channel> `b`" // :fire:\n\t| take 5';
    const [head] = blocksOf(drawn({ text }), 'rich_text');
    expect(head?.elements).toMatchObject([
      { type: 'rich_text_section' },
      { type: 'rich_text_preformatted', elements: [{ type: 'text', text }] },
    ]);
  });

  test('keeps its buttons in order and carries ids only', () => {
    const [actions] = blocksOf(drawn({}), 'actions');
    expect(actions?.elements).toMatchObject([
      { action_id: 'query:next', value: `${QUERY}:`, text: { text: 'Next page' } },
      { action_id: 'query:chart', value: `${QUERY}:` },
      { action_id: 'query:csv', value: `${QUERY}:` },
      { action_id: 'query:narrow', value: `${QUERY}:dialog` },
      { action_id: 'query:rerun', value: `${QUERY}:` },
      { action_id: 'query:pin', value: `${QUERY}:dialog`, style: 'primary' },
    ]);
  });

  test('has new block ids with every revision, so that clients draw it anew', () => {
    const idsOf = (revision: number) => drawn({ revision }).blocks.map((block) => block.block_id);
    expect(idsOf(3).filter((id) => idsOf(4).includes(id))).toEqual([]);
  });

  test('says it all in a sentence for notifications and screen readers', () => {
    expect(drawn({}).text).toBe(queryView().fallback);
  });

  test('with rows is a table with numbers to the right and no cell that is parsed', () => {
    const [table] = blocksOf(drawn({}), 'table');
    expect(table?.column_settings).toMatchObject([{ align: 'left' }, { align: 'left' }, { align: 'right' }]);
    expect(table?.rows).toHaveLength(11);
    expect(table?.rows).toMatchObject([
      [{ type: 'raw_text', text: 'UserPrincipalName' }, {}, { text: 'Failures' }],
      ...Array(10).fill([{ type: 'raw_text' }, { type: 'raw_text' }, { type: 'raw_text' }]),
    ]);
    expect(JSON.stringify(blocksOf(drawn({}), 'context'))).toContain('Rows 1 to 10 of 214.');
  });

  test('with a cell that is empty shows a dash, because Slack refuses an empty one', () => {
    const table = tableView({ rows: [['', '203.0.113[.]9', '']] });
    const [block] = blocksOf(drawn({ sections: [only({ kind: 'table', table })] }), 'table');
    expect(block?.rows).toMatchObject([{}, [{ text: '–' }, { text: '203.0.113[.]9' }, { text: '–' }]]);
  });

  test('with more than Slack takes loses ends of cells first, then columns, and says which', () => {
    const wide = (columns: number, length: number) =>
      drawn({
        sections: [
          only({
            kind: 'table',
            table: {
              columns: Array.from({ length: columns }, (_, n) => ({ name: `Column${n}`, isNumber: false })),
              rows: Array.from({ length: 20 }, () => Array(columns).fill('x'.repeat(length))),
              from: 21,
              total: 60,
            },
          }),
        ],
      });
    const [long] = blocksOf(wide(5, 200), 'table');
    expect(long?.rows).toHaveLength(21);
    expect(long?.column_settings).toHaveLength(5);
    const whole = wide(20, 200);
    const [table] = blocksOf(whole, 'table');
    expect(table?.rows).toHaveLength(21);
    expect(JSON.stringify(blocksOf(whole, 'context'))).toMatch(
      /Rows 21 to 40 of 60\. Not shown: Column\d+, /,
    );
    expect(messageFaults(whole)).toEqual([]);
  });

  test('with a number shows it large', () => {
    const message = drawn({ sections: [only({ kind: 'number', value: '54,210', label: 'Count' })] });
    expect(blocksOf(message, 'header')).toMatchObject([{ text: { type: 'plain_text', text: '54,210' } }]);
  });

  test.each([
    ['line', 'line'],
    ['column', 'bar'],
    ['bar', 'bar'],
  ] as const)('drawn as a %s is a native %s chart with a point for each label', (shape, type) => {
    const [block] = blocksOf(
      drawn({ sections: [only({ kind: 'chart', chart: chartView({ shape }) })] }),
      'data_visualization',
    );
    expect(block).toMatchObject({
      title: 'Failed sign-ins an hour',
      chart: {
        type,
        axis_config: { categories: ['02:00', '03:00', '04:00', '05:00'], x_label: 'TimeGenerated' },
        series: [
          { name: 'SOC', data: [{ label: '02:00', value: 3 }, {}, {}, { label: '05:00', value: 0 }] },
          { name: 'Payments' },
        ],
      },
    });
  });

  test('drawn as a pie has slices of what is above nought, the smallest of many together', () => {
    const labels = Array.from({ length: 20 }, (_, n) => `account-${n}`);
    const pie = chartView({ shape: 'pie', labels, series: [{ name: '', values: labels.map((_, n) => n) }] });
    const [block] = blocksOf(
      drawn({ sections: [only({ kind: 'chart', chart: pie })] }),
      'data_visualization',
    );
    const { segments } = slices.parse(block?.chart);
    expect(segments).toHaveLength(12);
    expect(segments.at(-1)).toEqual({ label: '8 others', value: 36 });
    expect(segments.reduce((sum, one) => sum + one.value, 0)).toBe(190);
  });

  test('with a chart of nothing says so', () => {
    const empty = chartView({ shape: 'pie', series: [{ name: '', values: [0, 0] }] });
    expect(JSON.stringify(drawn({ sections: [only({ kind: 'chart', chart: empty })] }))).toContain(
      'There is nothing to draw.',
    );
  });

  test('tells labels apart that are alike in what Slack takes of them', () => {
    const labels = ['203.0.113[.]9 and others, east', '203.0.113[.]9 and others, west', '', ''];
    const chart = chartView({ labels, series: [{ name: '', values: [1, 2, 3, 4] }], yTitle: 'count_' });
    const [block] = blocksOf(drawn({ sections: [only({ kind: 'chart', chart })] }), 'data_visualization');
    const { axis_config, series } = lines.parse(block?.chart);
    expect(new Set(axis_config.categories).size).toBe(4);
    expect(Math.max(...axis_config.categories.map(lengthOf))).toBeLessThanOrEqual(20);
    expect(series).toMatchObject([{ name: 'count_' }]);
  });

  test('about an entity has a glance a section, each with its way to more', () => {
    const message = drawn({ sections: glances });
    const more = blocksOf(message, 'section').map((block) => block.accessory);
    expect(more).toMatchObject([
      { action_id: 'query:more', value: `${QUERY}:0` },
      { action_id: 'query:more', value: `${QUERY}:1` },
      { action_id: 'query:more', value: `${QUERY}:2` },
    ]);
    expect(JSON.stringify(message)).toContain('Succeeded 3 · Failed 214 · Last 2026-11-21 09:14');
  });

  test('that failed shows the line at fault with the caret below its place', () => {
    const excerpt = '  | where ResultTyp == 0\n          ^^^^^^^^^';
    const message = drawn({ state: 'failed', fault: { message: 'Not known.', excerpt }, sections: [] });
    expect(JSON.stringify(message)).toContain(JSON.stringify(excerpt));
  });
});

test('a refusal shows the line at fault and the caret below its place in a fixed-width font', () => {
  const text = 'Refused (syntax): mend this.\n  | where X = 1\n          ^^';
  const [answer] = blocksOf(drawSentence(text), 'rich_text');
  expect(answer?.elements).toMatchObject([
    { type: 'rich_text_section', elements: [{ text: 'Refused (syntax): mend this.' }] },
    { type: 'rich_text_preformatted', elements: [{ text: '  | where X = 1\n          ^^' }] },
  ]);
});

describe('hunts to choose from in Slack', () => {
  const row = {
    id: '5f3a',
    name: 'Password spray',
    about: 'Many accounts, one address.',
    tags: 'CredentialAccess · SigninLogs',
    usage: 'hunt "Password spray" --account adam@contoso.com',
    isReady: true,
  };

  test('run at a press where nothing is left to fill in, and else show what to type', () => {
    const rows = [row, { ...row, id: '77', isReady: false }];
    const message = drawReply({ kind: 'hunts', title: 'Hunts', rows, more: 0 });
    expect(blocksOf(message, 'section')).toMatchObject([
      { accessory: { action_id: 'hunt:run', value: '5f3a' } },
    ]);
    expect(JSON.stringify(message).split('--account').length).toBe(2);
  });

  test('are ten at most, and say how many there are beside them', () => {
    const rows = Array.from({ length: 14 }, (_, n) => ({ ...row, id: `hunt-${n}` }));
    const message = drawReply({ kind: 'hunts', title: 'Hunts', rows, more: 30 });
    expect(blocksOf(message, 'section')).toHaveLength(10);
    expect(JSON.stringify(message)).toContain('34 more are not shown');
    expect(messageFaults(message)).toEqual([]);
  });
});

const evil = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 200 }),
  fc.constantFrom(
    '',
    '<!channel> <!here> <@U0OLIVIA> <#C0SOC> <!subteam^S1>',
    '<https://evil.example|https://portal.azure.com>',
    '*bold* _it_ ~no~ `code` ```pre``` > quote',
    '\u202Egnp.exe\u202C \u200B\u2066x\u2069',
    '\uD800 half an emoji',
    ':rotating_light:'.repeat(12),
    '"\\'.repeat(100),
    '漢'.repeat(200),
    '😀'.repeat(200),
    '</script>\n\n| take 5',
  ),
);
const numbers = fc.oneof(fc.double(), fc.integer());
const body: fc.Arbitrary<BodyView> = fc.oneof(
  fc.record({ kind: fc.constant('sentence' as const), text: evil }),
  fc.record({ kind: fc.constant('number' as const), value: evil, label: evil }),
  fc.record({
    kind: fc.constant('facts' as const),
    facts: fc.array(fc.record({ label: evil, value: evil }), { maxLength: 20 }),
  }),
  fc.record({
    kind: fc.constant('table' as const),
    table: fc.record({
      columns: fc.array(fc.record({ name: evil, isNumber: fc.boolean() }), { maxLength: 20 }),
      rows: fc.array(fc.array(evil, { maxLength: 20 }), { maxLength: 20 }),
      from: fc.nat(),
      total: fc.nat(),
    }),
  }),
  fc.record({
    kind: fc.constant('chart' as const),
    chart: fc.record({
      shape: fc.constantFrom('line' as const, 'column' as const, 'bar' as const, 'pie' as const),
      title: evil,
      xTitle: evil,
      yTitle: evil,
      labels: fc.array(evil, { maxLength: 20 }),
      series: fc.array(fc.record({ name: evil, values: fc.array(numbers, { maxLength: 20 }) }), {
        maxLength: 12,
      }),
    }),
  }),
);
const section: fc.Arbitrary<SectionView> = fc.record({
  title: evil,
  body,
  more: fc.option(fc.constantFrom('0', '12', 'a:b'), { nil: undefined }),
});
const view: fc.Arbitrary<QueryView> = fc.record({
  id: fc.constant(QUERY),
  revision: fc.nat(),
  state: fc.constantFrom('waiting', 'running', 'unconfirmed', 'answered', 'failed', 'cancelled'),
  headline: evil,
  text: fc.oneof(
    evil,
    fc.constantFrom('😀', '"', '\n', 'T | where ').map((unit) => unit.repeat(1_500 / unit.length)),
  ),
  facts: fc.array(
    fc.oneof(
      fc.record({ label: evil, value: evil }),
      fc.record({ label: evil, at: fc.constantFrom('2026-11-21T09:14:00.000Z', 'no instant') }),
    ),
    { maxLength: 6 },
  ),
  warning: evil,
  fault: fc.option(fc.record({ message: evil, excerpt: evil }), { nil: undefined }),
  sections: fc.array(section, { maxLength: 8 }),
  buttons: fc.array(
    fc.record({
      verb: fc.constantFrom(...queryVerbs),
      label: evil,
      primary: fc.boolean(),
      dialog: fc.boolean(),
    }),
    { maxLength: 8 },
  ),
  fallback: evil,
});

test('whatever rows hold, a query stays within the limits by our count and the stand-in’s, and mentions, links or formats nothing', () => {
  fc.assert(
    fc.property(view, (one) => {
      const message = drawQuery(one);
      expect(messageFaults(message)).toEqual([]);
      expect(checkBlocks(message.blocks, 'message')).toEqual([]);
      expectNoMarkup(message);
    }),
    { numRuns: 150 },
  );
}, 60_000);

test('the fullest view there can be still fits', () => {
  const cell = '😀'.repeat(200);
  const columns = Array.from({ length: 20 }, () => ({ name: cell, isNumber: false }));
  const table = {
    columns,
    rows: Array.from({ length: 20 }, () => Array(20).fill(cell)),
    from: 1,
    total: 9_000,
  };
  const fullest = queryView({
    text: '😀'.repeat(1_500),
    headline: '😀'.repeat(150),
    facts: Array.from({ length: 6 }, () => ({ label: cell, value: cell })),
    warning: cell.repeat(3),
    fault: { message: cell.repeat(2), excerpt: cell.repeat(3) },
    sections: [only({ kind: 'table', table })],
    fallback: cell.repeat(4),
  });
  expect(messageFaults(drawQuery(fullest))).toEqual([]);
  const sections = Array.from({ length: 8 }, () => ({
    title: cell,
    body: { kind: 'table' as const, table },
    more: '1',
  }));
  expect(messageFaults(drawQuery({ ...fullest, sections }))).toEqual([]);
});
