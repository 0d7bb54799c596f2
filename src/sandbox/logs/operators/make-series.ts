import type { Aggregated } from '../aggregates/aggregate.ts';
import type { Context, Operator } from '../context.ts';
import { convert, dynamicOf } from '../convert.ts';
import { binOf } from '../functions/dates.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { constantOf, type Frame, frameOf, type Scalar } from '../relation.ts';
import type { Column, Row, Value } from '../value.ts';
import { givenName, Naming } from './names.ts';
import { grouping, measure } from './summarize.ts';

interface Axis {
  from: number | undefined;
  /** Not itself within, unless `isInclusive`. */
  to: number | undefined;
  step: number;
  isInclusive: boolean;
}

/** One row a group: a list of values for each aggregate, and the list of times or numbers that they stand at. */
export const makeSeries: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const naming = new Naming();
  const by = (node.maybe('ByClause')?.all('Expressions') ?? []).map((each) => {
    const scalar = context.scalar(each, frame);
    return { name: naming.next(givenName(each) ?? scalar.name), scalar };
  });
  const measures = node.all('Aggregates').map((each) => {
    const made = measure(each.at('Expression'), frame, context, new Set());
    const otherwise = each.maybe('DefaultExpression')?.at('Expression');
    return {
      made,
      name: naming.next(made.given[0] ?? made.columns[0]?.name),
      missing: otherwise ? constantOf(context.scalar(otherwise, frame)) : 0,
    };
  });
  const on = node.at('OnClause').at('Expression');
  const axisOf = context.scalar(on, frame);
  const axis = axisIn(node.at('RangeClause'), frame, context, axisOf);
  const list = (name: string): Column => ({ name, type: 'dynamic' });
  const columns: Column[] = [
    ...by.map(({ name, scalar }) => ({ name, type: scalar.type })),
    ...measures.map(({ name }) => list(name)),
    list(naming.next(givenName(on) ?? axisOf.name)),
  ];
  return {
    columns,
    rows() {
      const rows = input.rows();
      if (rows.length === 0) return [];
      return grouping(
        rows,
        frame,
        by.map(({ scalar }) => scalar),
      ).map(({ key, rows: own }) => {
        const places = placesOf(own, axisOf, axis);
        context.holds(places.length);
        const cells = inCells(own, axisOf, places, axis.step);
        const lists = measures.map(({ made, missing }) => cells.map((cell) => valueIn(cell, made, missing)));
        return [...key, ...lists, places.map((place) => dynamicOf(place, axisOf.type))];
      });
    },
  };
};

const valueIn = (cell: Row[] | undefined, made: Aggregated, missing: Value): Value => {
  const value = cell ? (made.of(cell)[0] ?? null) : null;
  return value === null ? missing : dynamicOf(value, made.columns[0]?.type ?? 'dynamic');
};

function axisIn(clause: Syntax, frame: Frame, context: Context, axis: Scalar): Axis {
  const read = (node: Syntax | undefined, isStep = false) => {
    if (!node) return undefined;
    const scalar = context.scalar(node, frame);
    const value =
      isStep && axis.type === 'datetime'
        ? constantOf(scalar)
        : convert(
            constantOf(scalar),
            scalar.type,
            axis.type === 'datetime' && scalar.type === 'string' ? 'datetime' : scalar.type,
          );
    return typeof value === 'number' ? value : undefined;
  };
  const isInclusive = clause.kind === 'MakeSeriesInRangeClause';
  const listed = isInclusive ? clause.at('Arguments').all('Expressions') : [];
  const [from, to, step] = isInclusive
    ? listed
    : [
        clause.maybe('MakeSeriesFromClause')?.at('Expression'),
        clause.maybe('MakeSeriesToClause')?.at('Expression'),
        clause.maybe('MakeSeriesStepClause')?.at('Expression'),
      ];
  const size = read(step, true) ?? 0;
  if (size <= 0) throw new KqlError("'make-series' operator: 'step' must be above 0", clause.start);
  return { from: read(from), to: read(to), step: size, isInclusive };
}

/** Where values stand: from the start, or the step in which a group's first value lies. */
function placesOf(rows: Row[], axis: Scalar, { from, to, step, isInclusive }: Axis): number[] {
  const held = rows.flatMap((row) => {
    const value = axis.get(row);
    return typeof value === 'number' ? [value] : [];
  });
  if (held.length === 0 && (from === undefined || to === undefined)) return [];
  const start =
    from ??
    binOf(
      held.reduce((a, b) => Math.min(a, b)),
      step,
    );
  const last =
    to ??
    binOf(
      held.reduce((a, b) => Math.max(a, b)),
      step,
      start,
    ) + step;
  const count =
    Math.ceil((last - start) / step - 1e-9) + (isInclusive && (last - start) % step === 0 ? 1 : 0);
  return Array.from({ length: Math.max(0, Math.min(count, 1_048_576)) }, (_, place) => start + place * step);
}

function inCells(rows: Row[], axis: Scalar, places: number[], step: number): (Row[] | undefined)[] {
  const cells: (Row[] | undefined)[] = Array.from({ length: places.length });
  const start = places[0] ?? 0;
  for (const row of rows) {
    const at = axis.get(row);
    if (typeof at !== 'number') continue;
    const place = Math.floor((at - start) / step);
    if (place < 0 || place >= places.length) continue;
    const cell = cells[place];
    if (cell) cell.push(row);
    else cells[place] = [row];
  }
  return cells;
}
