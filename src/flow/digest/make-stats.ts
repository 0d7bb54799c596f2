import type { FileView } from '../../channels/channel.ts';
import { showTo } from '../../channels/digest.ts';
import { type Counts, type Figures, type Part, partOf, parts, type Span } from '../../incident/figures.ts';
import type { Cell, LogTable } from '../../kql/logs.ts';
import type { Db } from '../../store/database.ts';
import { readFigures } from '../../store/figures.ts';
import type { StoredAudience } from '../../store/queries.ts';
import { toCsv } from '../queries/csv.ts';

/** Which numbers a file holds. */
export interface StatsWish {
  span: Span;
  by: Part | undefined;
  format: 'csv' | 'json';
}

/** `stats/csv/rule/2026-11-01T00:00:00.000Z/2026-12-01T00:00:00.000Z`: all that it takes to make the file anew. */
export function keyOf({ span: { from, to }, by, format }: StatsWish): string {
  return ['stats', format, by ?? 'all', from, to].join('/');
}

/** `undefined` where the key is of another kind of file, or of none. */
export function readKey(key: string): StatsWish | undefined {
  const [kind, format, by, from = '', to = ''] = key.split('/');
  const part = parts.find((known) => known === by);
  const isFormat = format === 'csv' || format === 'json';
  if (kind !== 'stats' || !isFormat || (!part && by !== 'all')) return undefined;
  if (![from, to].every((at) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(at))) return undefined;
  return { span: { from, to }, by: part, format };
}

export async function makeStats(db: Db, wish: StatsWish, audience: StoredAudience): Promise<FileView> {
  const figures = veiled(await readFigures(db, wish.span), audience);
  const of = wish.by ? [wish.by] : [...parts];
  const { from, to } = wish.span;
  const day = (at: string) => at.slice(0, 10);
  const content =
    wish.format === 'csv'
      ? toCsv([toTable(figures, of)]).content
      : new TextEncoder().encode(toJson(figures, of));
  return {
    key: keyOf(wish),
    name: `numbers-${day(from)}-to-${day(to)}.${wish.format}`,
    type: wish.format === 'csv' ? 'text/csv' : 'application/json',
    content,
    about: `Numbers from ${from} to ${to}.`,
  };
}

/** Names as their reader may read them; where that is none at all, severities alone. */
function veiled(figures: Figures, audience: StoredAudience): Figures {
  const show = showTo(audience);
  const named = (all: Figures['byRule']) =>
    audience.shows === 'existence' ? [] : all.map((one) => ({ ...one, name: show(one.name, 300) }));
  return { ...figures, byProduct: named(figures.byProduct), byRule: named(figures.byRule) };
}

function toJson({ span, all, restricted, ...figures }: Figures, of: Part[]): string {
  const told = Object.fromEntries(
    of.map((part) => [part, partOf({ span, all, restricted, ...figures }, part)]),
  );
  return `${JSON.stringify({ span, all, restricted, by: told }, undefined, 2)}\n`;
}

const columns: [name: string, value: (counts: Counts) => number | undefined][] = [
  ['new', ({ opened }) => opened],
  ['silenced', ({ silenced }) => silenced],
  ['closed', ({ closed }) => closed],
  ['reopened', ({ reopened }) => reopened],
  ['open', ({ open }) => open],
  ['open under a day', ({ backlog }) => backlog[0]],
  ['open 1 to 7 days', ({ backlog }) => backlog[1]],
  ['open 7 to 30 days', ({ backlog }) => backlog[2]],
  ['open over 30 days', ({ backlog }) => backlog[3]],
  ['acknowledged', ({ acknowledge }) => acknowledge.count],
  ['seconds to acknowledge, median', ({ acknowledge }) => acknowledge.median],
  ['seconds to acknowledge, p90', ({ acknowledge }) => acknowledge.p90],
  ['seconds to acknowledge, mean', ({ acknowledge }) => acknowledge.mean],
  ['remediated', ({ remediate }) => remediate.count],
  ['seconds to remediate, median', ({ remediate }) => remediate.median],
  ['seconds to remediate, p90', ({ remediate }) => remediate.p90],
  ['seconds to remediate, mean', ({ remediate }) => remediate.mean],
  ['acknowledge limits kept', ({ limits }) => limits.acknowledge.kept],
  ['acknowledge limits missed', ({ limits }) => limits.acknowledge.missed],
  ['remediate limits kept', ({ limits }) => limits.remediate.kept],
  ['remediate limits missed', ({ limits }) => limits.remediate.missed],
  ['true positives', ({ truePositives }) => truePositives],
  ['false positives', ({ falsePositives }) => falsePositives],
  ['analyst minutes', ({ minutes }) => minutes],
];

/** Rules are named by whoever wrote them. */
function toTable(figures: Figures, of: Part[]): LogTable & { title: string } {
  const line = (part: string, name: string, counts: Counts): Cell[] => [
    part,
    name,
    ...columns.map(([, value]) => rounded(value(counts))),
  ];
  return {
    title: '',
    columns: ['by', 'name', ...columns.map(([name]) => name)].map((name) => ({ name, type: 'string' })),
    rows: [
      line('all', '', figures.all),
      ...of.flatMap((part) => partOf(figures, part).map(({ name, ...counts }) => line(part, name, counts))),
    ],
  };
}

function rounded(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 10) / 10;
}
