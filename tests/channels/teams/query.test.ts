import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChartView } from '../../../src/channels/chart-view.ts';
import type { QueryView } from '../../../src/channels/query-view.ts';
import { cardLimit, sizeOf } from '../../../src/channels/teams/check-card.ts';
import { drawDialog } from '../../../src/channels/teams/draw-dialog.ts';
import { drawQuery } from '../../../src/channels/teams/draw-query.ts';
import { drawReply } from '../../../src/channels/teams/draw-reply.ts';
import { findCardFaults } from './card-faults.ts';
import { findAll } from './find-all.ts';
import {
  chartView,
  costlyView,
  entityView,
  everywhereIn,
  failures,
  faultyView,
  huntsReply,
  narrowDialog,
  queryId,
  queryView,
  signIns,
  waitingView,
} from './query-views.ts';

const views: [string, QueryView][] = [
  ['answered', queryView()],
  ['waiting', waitingView()],
  ['failed', faultyView()],
  ['unconfirmed', costlyView()],
  ['line', chartView()],
  ['columns', chartView({ shape: 'column' })],
  ['pie', chartView({ shape: 'pie', labels: ['NL', 'GB'], series: [{ name: '', values: [1_539, 121] }] })],
  ['entity', entityView()],
];
const [nl] = failures.series;
const oneSeries = nl ? [nl] : [];

describe('a query in Teams', () => {
  it.each(views)('%s is drawn as agreed', async (name, view) => {
    const card = drawQuery(view);
    expect(findCardFaults(card)).toEqual([]);
    expect(card).toMatchObject({ version: '1.5', msteams: { width: 'full' }, fallbackText: view.fallback });
    expect(card).not.toHaveProperty('refresh');
    expect(sizeOf(card)).toBeLessThan(16_000);
    await expect(`${JSON.stringify(card, null, 2)}\n`).toMatchFileSnapshot(
      `../golden/teams-query-${name}.json`,
    );
  });

  it('shows rows as a table whose first row names the columns, numbers to the right', () => {
    const [table] = findAll(drawQuery(queryView()), 'Table');
    expect(table).toMatchObject({ firstRowAsHeaders: true, minWidth: expect.stringMatching(/^\d+px$/) });
    const { columns } = table as { columns: object[] };
    expect(columns[0]).not.toHaveProperty('horizontalCellContentAlignment');
    expect(columns[4]).toMatchObject({ horizontalCellContentAlignment: 'Right' });
    const rows = findAll(table, 'TableRow').map((row) => findAll(row, 'TextRun').map(({ text }) => text));
    expect(rows[0]).toEqual(['TimeGenerated', 'UserPrincipalName', 'IPAddress', 'Location', 'Attempts']);
    expect(rows[4]).toEqual(['2026-11-21 09:12:55', '2001:db8::9', 'BR', '1']);
    expect(runsOf(drawQuery(queryView()))).toContain('Rows 1 to 4 of 214');
    const wide = queryView({
      sections: [
        { title: '', body: { kind: 'table', table: { ...signIns, hiddenColumns: 42 } }, more: undefined },
      ],
    });
    expect(runsOf(drawQuery(wide)).join()).toMatch(/Rows 1 to \d+ of \d+ · 42 more columns in the CSV/);
  });

  it('says nothing of rows where all are there', () => {
    const table = { ...signIns, total: signIns.rows.length };
    const card = drawQuery(
      queryView({ sections: [{ title: '', body: { kind: 'table', table }, more: undefined }] }),
    );
    expect(runsOf(card).filter((text) => /^Rows/.test(text))).toEqual([]);
  });

  it('shows KQL as it was typed, lines and all, and hides a long one behind a button', () => {
    const [code] = findAll(drawQuery(queryView()), 'CodeBlock');
    expect(code).toMatchObject({ language: 'PlainText', codeSnippet: queryView().text });
    expect(findAll(code, 'TextRun')).toMatchObject([{ fontType: 'Monospace' }]);
    const text = Array.from({ length: 12 }, (_, n) => `| where Column${n} > ${n}`).join('\n');
    const long = drawQuery(queryView({ text: `SigninLogs\n${text}` }));
    expect(findAll(long, 'Container').find(({ id }) => id === 'kql')).toMatchObject({ isVisible: false });
    expect(findAll(long, 'Action.ToggleVisibility')).toContainEqual(
      expect.objectContaining({ title: 'KQL', targetElements: ['kql'] }),
    );
    const waiting = drawQuery({ ...waitingView(), text: `SigninLogs\n${text}` });
    expect(findAll(waiting, 'Container').find(({ id }) => id === 'kql')).toMatchObject({ isVisible: true });
  });

  it('points at the place of a fault in letters of even width', () => {
    const card = drawQuery(faultyView());
    expect(card.body).toMatchObject({ 0: { style: 'attention' }, 1: { style: 'attention' } });
    expect(findAll(card, 'CodeBlock').map(({ codeSnippet }) => codeSnippet)).toEqual([
      '2 | wher ResultType != 0\n    ^^^^',
      'SigninLogs\n| wher ResultType != 0',
    ]);
  });

  it('warns in a box of its own before anything is trusted or paid', () => {
    const [, box] = findAll(drawQuery(costlyView()), 'Container').filter(({ style }) => style === 'warning');
    expect(runsOf(box)).toEqual([costlyView().warning]);
  });

  it('carries a query and a verb in its buttons, never rows or rights', () => {
    const card = drawQuery(queryView());
    const about = { query: queryId, argument: '' };
    expect(findAll(card, 'Action.Execute')[0]).toMatchObject({
      title: 'Next page',
      style: 'positive',
      verb: 'watchfloor/query/next',
      data: about,
      fallback: { type: 'Action.Submit', data: { verb: 'query/next', ...about } },
    });
    const [narrow, pin] = findAll(card, 'Action.Submit').filter(({ data }) => 'msteams' in (data as object));
    expect(narrow).toMatchObject({
      data: { msteams: { type: 'task/fetch' }, verb: 'query/narrow', query: queryId },
    });
    expect(pin).toMatchObject({ title: 'Pin as evidence' });
  });

  it('shows at most five buttons in a row, and loses none', () => {
    const rows = findAll(drawQuery(queryView()), 'ActionSet').map(({ actions }) =>
      (actions as { title: string }[]).map(({ title }) => title),
    );
    expect(rows).toEqual([
      ['Next page', 'Chart', 'CSV', 'Narrow', 'More actions'],
      ['Re-run', 'Pin as evidence'],
    ]);
  });

  it('shows several answers, each with its own way to more', () => {
    const card = drawQuery(entityView());
    const more = findAll(card, 'Action.Execute').filter(({ verb }) => verb === 'watchfloor/query/more');
    expect(more.map(({ data }) => data)).toEqual(
      ['0', '2', '3'].map((argument) => ({ query: queryId, argument })),
    );
    expect(findAll(card, 'TextRun')).toContainEqual(
      expect.objectContaining({ text: '1,422', size: 'ExtraLarge' }),
    );
    expect(findAll(card, 'Chart.Line')).toHaveLength(1);
    expect(runsOf(card)).toContain('Nothing on any host names it.');
  });

  it('tells the presser alone what is told to them', () => {
    expect(runsOf(drawQuery(queryView(), 'Pinned to INC-1042.'))).toContain('Pinned to INC-1042.');
    expect(runsOf(drawQuery(queryView()))).not.toContain('Pinned to INC-1042.');
  });
});

describe('a chart in Teams', () => {
  const chartOf = (change: Partial<ChartView>) => {
    const { sections } = drawnSections(chartView(change));
    return sections.find(({ type }) => type.startsWith('Chart.'));
  };

  it.each([
    ['line', failures.series, 'Chart.Line'],
    ['column', failures.series, 'Chart.VerticalBar.Grouped'],
    ['column', oneSeries, 'Chart.VerticalBar'],
    ['bar', oneSeries, 'Chart.HorizontalBar'],
    ['bar', failures.series, 'Chart.VerticalBar.Grouped'],
    ['pie', oneSeries, 'Chart.Pie'],
  ] as const)('of shape %s with these series is Teams’ own', (shape, series, type) => {
    const chart = chartOf({ shape, series: [...series] });
    expect(chart).toMatchObject({ type, title: failures.title, fallback: { type: 'Table' } });
  });

  it('has its values, and none where there is none', () => {
    const chart = chartOf({});
    expect(chart?.data).toMatchObject([
      { legend: 'NL', values: expect.arrayContaining([{ x: '14:00', y: 1_208 }]) },
      { legend: 'GB', values: expect.not.arrayContaining([expect.objectContaining({ x: '13:00' })]) },
    ]);
    expect(chart).toMatchObject({ xAxisTitle: 'TimeGenerated', yAxisTitle: 'count_' });
  });

  it('stands upright where a bar would grow to the left, and is a table where there is nothing to draw', () => {
    const values = failures.labels.map((_, n) => n - 3);
    expect(chartOf({ shape: 'bar', series: [{ name: 'x', values }] })).toMatchObject({
      type: 'Chart.VerticalBar',
    });
    const nothing = chartView({ series: [{ name: 'x', values: failures.labels.map(() => Number.NaN) }] });
    expect(drawnSections(nothing).sections.map(({ type }) => type)).toContain('Table');
    expect(chartOf({ series: [] })).toBeUndefined();
  });

  it('shows the same figures as a table in a client that has no charts', () => {
    const fallback = chartOf({})?.fallback;
    const rows = findAll(fallback, 'TableRow').map((row) => runsOf(row));
    expect(rows[0]).toEqual(['TimeGenerated', 'NL', 'GB']);
    expect(rows[7]).toEqual(['14:00', '1,208', '13']);
    expect(rows[6]).toEqual(['13:00', '214']);
  });
});

describe('whatever a row holds', () => {
  it('fits into 25 kB, however much there is, and says what is left out', () => {
    const units = ['x', '漢', '😀', '"', '\\', '<', '{{', 'İ', '\n'];
    for (const unit of units) {
      const card = drawQuery(everywhereIn(unit.repeat(1_500 / unit.length)));
      expect(sizeOf(card)).toBeLessThanOrEqual(cardLimit);
      expect(findCardFaults(card)).toEqual([]);
      expect(runsOf(card).join(' ')).toMatch(/of 20 columns fit here/);
    }
  });

  it('keeps every row of a page before every column', () => {
    const columns = Array.from({ length: 20 }, (_, n) => ({ name: `Column${n}`, isNumber: false }));
    const rows = Array.from({ length: 20 }, () =>
      columns.map(() => 'a value of about forty letters, or so, yes'),
    );
    const table = { columns, rows, from: 21, total: 214 };
    const card = drawQuery(
      queryView({ sections: [{ title: '', body: { kind: 'table', table }, more: undefined }] }),
    );
    expect(findAll(card, 'TableRow')).toHaveLength(21);
    expect(runsOf(card).at(-1)).toMatch(/^Rows 21 to 40 of 214 · \d+ of 20 columns fit here$/);
  });

  it('is text, and no mention, link, date or template', () => {
    const hostile = fc.constantFrom(
      '<at>SOC</at>',
      '[press](https://evil.example)',
      '{{DATE(2026-01-01T00:00:00Z)}}',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what attackers write looks like templates.
      '${string(actions)}',
      '"}],"actions":[',
      '**b** `c` https://evil.example',
      '\u202Egnp.exe',
    );
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 4 }), (parts) => {
        const card = drawQuery(everywhereIn(parts.join(' ')), parts.join());
        for (const { text } of findAll(card, 'TextBlock'))
          expect(text).toMatch(/^\{\{DATE\([\d:TZ-]+, COMPACT\)\}\} \{\{TIME\([\d:TZ-]+\)\}\}$/);
        for (const text of textsIn(card))
          expect(text).not.toMatch(/\{\{(?!(DATE|TIME)\(2026-11-21T10)|<\s*at\b|\u202E/);
        expect(findAll(card, 'FactSet')).toEqual([]);
        expect(findAll(card, 'Action.OpenUrl')).toEqual([]);
        expect(card).not.toHaveProperty('msteams.entities');
      }),
      { numRuns: 60 },
    );
  });
});

describe('hunts to choose from', () => {
  const card = () => {
    const message = drawReply(huntsReply());
    return 'attachments' in message ? message.attachments[0]?.content : undefined;
  };

  it('have a button where nothing is left to be filled in, and what to type where something is', () => {
    expect(findAll(card(), 'Action.Execute')).toMatchObject([
      { title: 'Run', verb: 'watchfloor/hunt', data: { hunt: '0f1e2d3c-0000-4000-8000-00000000000a' } },
    ]);
    expect(runsOf(card())).toContain('hunt "Rare process on a host" --host <name>');
    expect(runsOf(card())).not.toContain('hunt "Password spray" --ip 203.0.113.9');
    expect(runsOf(card())).toContain('and 3 more');
  });

  it('are ten at most, and the rest is counted', () => {
    const [row] = huntsReply().rows;
    const rows = Array.from({ length: 14 }, () => ({ ...row, name: 'x'.repeat(100) })) as (typeof row)[];
    const message = drawReply({ ...huntsReply(), rows: rows.filter((one) => one !== undefined) });
    expect(findAll(message, 'Action.Execute')).toHaveLength(10);
    expect(runsOf(message)).toContain('and 7 more');
  });
});

describe('a dialog of a query', () => {
  it('carries the query, and offers the hunts that fit before anything is typed', () => {
    const drawn = drawDialog(narrowDialog(), []);
    expect(findCardFaults(drawn)).toEqual([]);
    expect(findAll(drawn, 'Action.Submit')).toMatchObject([
      { data: { verb: 'query/narrow', query: queryId } },
    ]);
    expect(findAll(drawn, 'Input.ChoiceSet')).toMatchObject([
      {
        id: 'hunt',
        style: 'filtered',
        choices: [{ title: 'Password spray' }],
        'choices.data': { type: 'Data.Query', dataset: 'watchfloor/hunts' },
      },
    ]);
  });
});

function drawnSections(view: QueryView): { sections: (Record<string, unknown> & { type: string })[] } {
  const { body } = drawQuery(view) as { body: { items?: { type: string }[] }[] };
  return { sections: body.flatMap(({ items }) => items ?? []) };
}

function runsOf(node: unknown): string[] {
  return findAll(node, 'TextRun').map(({ text }) => String(text));
}

/** Every text of a card that a client may read for marks, whatever it is called. */
function textsIn(node: unknown): string[] {
  const found: string[] = [];
  JSON.stringify(node, (key, value) => {
    if (typeof value === 'string' && key !== 'type') found.push(value);
    return value;
  });
  return found;
}
