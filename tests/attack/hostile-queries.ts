import fc from 'fast-check';
import type { BodyView } from '../../src/channels/body-view.ts';
import { bound } from '../../src/channels/clean.ts';
import { type QueryView, queryVerbs, type SectionView } from '../../src/channels/query-view.ts';
import type { ReplyView } from '../../src/channels/views.ts';

const id = '5f0c4a3e-7d1b-4a52-93be-4f0ea1c75d2e';
const figure = fc.oneof(fc.double(), fc.integer(), fc.constantFrom(Number.NaN, Infinity, -Infinity, 0, -1));

/** A query all of whose words, rows and names of columns somebody else wrote; long, but no longer than views are. */
export function queryOf(text: fc.Arbitrary<string>): fc.Arbitrary<QueryView> {
  const short = (limit: number) => text.map((one) => bound(one, limit));
  const table = fc
    .tuple(
      fc.array(short(120), { minLength: 1, maxLength: 20 }),
      fc.array(short(200), { minLength: 1, maxLength: 60 }),
    )
    .map(([names, cells]): BodyView => {
      const columns = names.map((name, n) => ({ name, isNumber: n % 2 === 1 }));
      const rows = Array.from({ length: 20 }, (_, r) =>
        columns.map((_column, c) => cells[(r * 7 + c) % cells.length] ?? ''),
      );
      return { kind: 'table', table: { columns, rows, from: 1, total: 214 } };
    });
  const chart = fc
    .record({
      shape: fc.constantFrom('line' as const, 'column' as const, 'bar' as const, 'pie' as const),
      title: short(120),
      xTitle: short(120),
      yTitle: short(120),
      labels: fc.array(short(200), { maxLength: 20 }),
      series: fc.array(fc.record({ name: short(120), values: fc.array(figure, { maxLength: 20 }) }), {
        maxLength: 12,
      }),
    })
    .map((view): BodyView => ({ kind: 'chart', chart: view }));
  const body: fc.Arbitrary<BodyView> = fc.oneof(
    table,
    chart,
    text.map((said): BodyView => ({ kind: 'sentence', text: said })),
    fc.record({ kind: fc.constant('number' as const), value: short(40), label: short(150) }),
    fc.record({
      kind: fc.constant('facts' as const),
      facts: fc.array(fc.record({ label: short(80), value: short(200) }), { maxLength: 20 }),
    }),
  );
  const section: fc.Arbitrary<SectionView> = fc.record({
    title: short(120),
    body,
    more: fc.constantFrom('0', '7', undefined),
  });
  return fc.record({
    id: fc.constant(id),
    revision: fc.constant(3),
    state: fc.constantFrom('waiting', 'running', 'unconfirmed', 'answered', 'failed', 'cancelled'),
    headline: short(150),
    text: short(1_500),
    facts: fc.array(
      fc.oneof(
        fc.record({ label: short(40), value: short(200) }),
        fc.record({ label: short(40), at: fc.constant('2026-11-21T10:02:11.000Z') }),
      ),
      { maxLength: 6 },
    ),
    warning: short(500),
    fault: fc.option(fc.record({ message: short(500), excerpt: short(400) }), { nil: undefined }),
    sections: fc.array(section, { maxLength: 8 }),
    buttons: short(20).map((label) =>
      queryVerbs.slice(0, 8).map((verb, n) => ({ verb, label, primary: n === 0, dialog: n % 3 === 2 })),
    ),
    fallback: text,
  });
}

export function huntsOf(text: fc.Arbitrary<string>): fc.Arbitrary<ReplyView> {
  const row = fc.record({
    id: fc.constant(id),
    name: text,
    about: text,
    tags: text,
    usage: text,
    isReady: fc.boolean(),
  });
  return fc.record({
    kind: fc.constant('hunts' as const),
    title: text,
    rows: fc.array(row, { maxLength: 12 }),
    more: fc.nat({ max: 9_000 }),
  });
}
