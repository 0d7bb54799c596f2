import type { Context } from '../context.ts';
import type { Syntax } from '../kusto.ts';
import { constantOf, frameOf, type Relation } from '../relation.ts';
import { emptyOf, keyOf, type Row, type Type, type Value } from '../value.ts';

/** A value in some columns; the others may hold anything. */
interface Segment {
  fixed: [place: number, value: Value][];
  rows: Row[];
}

// A pattern of more columns tells little more, and their number doubles with each.
const mostColumns = 5;
const mostSegments = 2000;

/**
 * Combinations of values that many rows share, by widening those that are frequent column by column (Apriori).
 * `autocluster` keeps the few that tell most: each takes its rows away from those that come after.
 * Kusto's own choice differs; what is found here is frequent there too.
 */
export function basket(given: Syntax[], input: Relation, context: Context, isCluster: boolean): Relation {
  const first = given[0] ? constantOf(context.scalar(given[0], frameOf(input))) : null;
  const threshold = !isCluster && typeof first === 'number' && first > 0.015 ? first : 0.05;
  const columns = input.columns.map((column, place) => ({ column, place }));
  const discrete = columns.flatMap(({ column, place }) => (isDiscrete(column.type) ? [place] : []));
  return {
    columns: [
      { name: 'SegmentId', type: 'long' },
      { name: 'Count', type: 'long' },
      { name: 'Percent', type: 'real' },
      ...columns.map(({ column }) => column),
    ],
    ...(input.isOpen ? { isOpen: true } : {}),
    rows() {
      const rows = input.rows();
      const least = Math.max(1, Math.ceil(rows.length * threshold));
      const all = frequent(rows, discrete, least, context);
      const chosen = isCluster
        ? clusters(all, rows.length, least)
        : all.toSorted((a, b) => b.rows.length - a.rows.length);
      return chosen.map((segment, id) => [
        id,
        segment.rows.length,
        (segment.rows.length * 100) / rows.length,
        ...columns.map(
          ({ column, place }) => segment.fixed.find(([at]) => at === place)?.[1] ?? emptyOf(column.type),
        ),
      ]);
    },
  };
}

const isDiscrete = (type: Type) =>
  type === 'string' || type === 'bool' || type === 'long' || type === 'int' || type === 'guid';

function frequent(rows: Row[], places: number[], least: number, context: Context): Segment[] {
  let level: Segment[] = [{ fixed: [], rows }];
  const found: Segment[] = [];
  for (let width = 1; width <= mostColumns && level.length > 0; width += 1) {
    const next: Segment[] = [];
    for (const segment of level) {
      const last = segment.fixed.at(-1)?.[0] ?? -1;
      for (const place of places.filter((each) => each > last)) next.push(...split(segment, place, least));
      context.holds(0);
      if (found.length + next.length > mostSegments) return [...found, ...next];
    }
    found.push(...next);
    level = next;
  }
  return found;
}

function split(segment: Segment, place: number, least: number): Segment[] {
  const byValue = Map.groupBy(segment.rows, (row) => keyOf(row[place] ?? null));
  return [...byValue.values()].flatMap((rows) => {
    const value = rows[0]?.[place] ?? null;
    return rows.length < least || value === null || value === ''
      ? []
      : [{ fixed: [...segment.fixed, [place, value]] as Segment['fixed'], rows }];
  });
}

/** By rows covered times columns told, until nothing frequent is left. */
function clusters(all: Segment[], total: number, least: number): Segment[] {
  const chosen: Segment[] = [];
  const covered = new Set<Row>();
  const worth = ({ fixed, rows }: Segment) => rows.length * Math.sqrt(fixed.length);
  for (const segment of all.toSorted((a, b) => worth(b) - worth(a))) {
    const fresh = segment.rows.filter((row) => !covered.has(row));
    if (fresh.length < least || fresh.length * 2 < segment.rows.length) continue;
    chosen.push(segment);
    for (const row of segment.rows) covered.add(row);
    if (covered.size >= total) break;
  }
  return chosen;
}
