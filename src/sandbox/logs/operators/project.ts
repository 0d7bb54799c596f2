import type { Context, Operator } from '../context.ts';
import { lift } from '../expressions/lift.ts';
import { elementOf } from '../expressions/paths.ts';
import { multiColumn } from '../functions/several.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { constant, type Frame, frameOf, type Relation, type Scalar } from '../relation.ts';
import type { Column, Row } from '../value.ts';
import { columnOf, givenName, Naming, wildcard } from './names.ts';

interface Made {
  given: string | undefined;
  scalar: Scalar;
}

/** One expression, or the several columns of one that has many: `(a, b) = …`. */
function made(node: Syntax, frame: Frame, context: Context): Made[] {
  const inner =
    node.kind === 'SimpleNamedExpression' || node.kind === 'CompoundNamedExpression'
      ? node.at('Expression')
      : node;
  const several = multiColumn(inner, frame, context);
  if (several) {
    const wanted =
      node.kind === 'CompoundNamedExpression'
        ? node
            .at('Names')
            .all('Names')
            .map(({ name }) => name)
        : [];
    const first = givenName(node);
    return several.map((scalar, place) => ({
      given: wanted[place] ?? (place === 0 ? first : undefined),
      scalar,
    }));
  }
  if (node.kind === 'CompoundNamedExpression') {
    const list = context.scalar(inner, frame);
    return node
      .at('Names')
      .all('Names')
      .map(({ name }, place) => ({
        given: name,
        scalar: lift('dynamic', [list, constant('long', place)], elementOf),
      }));
  }
  return [{ given: givenName(node), scalar: context.scalar(node, frame) }];
}

export const project: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const naming = new Naming();
  const all = node
    .all('Expressions')
    .flatMap((each) => (each.kind === 'StarExpression' ? everything(frame) : made(each, frame, context)));
  // What people name stays so; what names itself gives way.
  for (const { given } of all) if (given !== undefined) naming.claim(given);
  const columns = all.map(({ given, scalar }) => columnOf(given ?? naming.next(scalar.name), scalar));
  return computed(
    input,
    frame,
    columns,
    all.map(({ scalar }) => scalar),
  );
};

const everything = (frame: Frame): Made[] =>
  frame.columns.map(({ name, type }, place) => ({
    given: undefined,
    scalar: { type, name, isConstant: false, get: (row) => row[place] ?? null },
  }));

function computed(input: Relation, frame: Frame, columns: Column[], scalars: Scalar[]): Relation {
  return {
    columns,
    rows() {
      const rows: Row[] = [];
      frame.walk(input.rows(), (row) => {
        const next: Row = new Array(scalars.length);
        for (let place = 0; place < scalars.length; place += 1)
          next[place] = (scalars[place] as Scalar).get(row);
        rows.push(next);
      });
      return rows;
    },
  };
}

/** Puts columns beside those there are; one of a name that is there takes its place. */
export const extend: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const naming = new Naming(input.columns.map(({ name }) => name));
  const columns = [...input.columns];
  const changes: [number, Scalar][] = [];
  for (const each of node.all('Expressions')) {
    for (const { given, scalar } of made(each, frame, context)) {
      const own =
        given ??
        (scalar.name !== undefined && frame.place(scalar.name) >= 0 && isBare(each)
          ? scalar.name
          : naming.next(scalar.name));
      const at = columns.findIndex(({ name }) => name === own);
      const place = at < 0 ? columns.length : at;
      columns[place] = columnOf(own, scalar);
      naming.claim(own);
      changes.push([place, scalar]);
    }
  }
  const width = columns.length;
  return {
    columns,
    ...(input.isOpen ? { isOpen: true } : {}),
    rows() {
      const rows: Row[] = [];
      frame.walk(input.rows(), (row) => {
        const next = row.slice();
        next.length = width;
        for (const [place, scalar] of changes) next[place] = scalar.get(row);
        rows.push(next);
      });
      return rows;
    },
  };
};

const isBare = (node: Syntax) => node.kind === 'NameReference';

/** Columns that a list of names and wildcards means, in their own order. */
function placesOf(nodes: Syntax[], input: Relation): Set<number> {
  const places = new Set<number>();
  for (const node of nodes) {
    const pattern = wildcard(node);
    const before = places.size;
    input.columns.forEach(({ name }, place) => {
      if (pattern ? pattern.test(name) : name === node.name) places.add(place);
    });
    const isThere = pattern || places.size > before || input.columns.some(({ name }) => name === node.name);
    if (!isThere && !input.isOpen) throw missing(node);
  }
  return places;
}

const missing = (node: Syntax) =>
  new KqlError(`Failed to resolve column named '${node.name || node.text}'`, node.start);

function only(input: Relation, places: number[]): Relation {
  return {
    columns: places.map((place) => input.columns[place] as Column),
    rows: () => input.rows().map((row) => places.map((place) => row[place] ?? null)),
  };
}

export const projectAway: Operator = (node, input) => {
  const away = placesOf(node.all('Expressions'), input);
  const rest = only(
    input,
    input.columns.map((_, place) => place).filter((place) => !away.has(place)),
  );
  return input.isOpen ? { ...rest, isOpen: true } : rest;
};

export const projectKeep: Operator = (node, input) => {
  const kept = placesOf(node.all('Expressions'), input);
  return only(
    input,
    input.columns.map((_, place) => place).filter((place) => kept.has(place)),
  );
};

export const projectRename: Operator = (node, input) => {
  const columns = [...input.columns];
  for (const each of node.all('Expressions')) {
    const from = each.at('Expression');
    const place = input.columns.findIndex(({ name }) => name === from.name);
    const column = input.columns[place];
    if (!column && input.isOpen) continue;
    if (!column) throw missing(from);
    columns[place] = { ...column, name: each.at('Name').name };
  }
  return { ...input, columns };
};

/** Those named come first; stars stand for the rest, sorted where it says so. */
export const projectReorder: Operator = (node, input) => {
  const places: number[] = [];
  for (const each of node.all('Expressions')) {
    const isOrdered = each.kind === 'OrderedExpression';
    const name = isOrdered ? each.at('Expression') : each;
    const found = [...placesOf([name], input)].filter((place) => !places.includes(place));
    if (isOrdered) {
      const sign = each.maybe('Ordering')?.text.startsWith('asc') ? 1 : -1;
      found.sort((a, b) => sign * ((input.columns[a]?.name ?? '') < (input.columns[b]?.name ?? '') ? -1 : 1));
    }
    places.push(...found);
  }
  const rest = input.columns.map((_, place) => place).filter((place) => !places.includes(place));
  const made = only(input, [...places, ...rest]);
  return input.isOpen ? { ...made, isOpen: true } : made;
};
