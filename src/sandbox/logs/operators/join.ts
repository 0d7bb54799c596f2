import type { Context, Operator } from '../context.ts';
import { alike } from '../expressions/compare.ts';
import { KqlError, notSupported } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { type Frame, frameOf, type Relation, type Scalar } from '../relation.ts';
import { type Column, emptyOf, keyOf, keyOfAll, type Row } from '../value.ts';
import { Naming } from './names.ts';

const kinds = new Set([
  'innerunique',
  'inner',
  'leftouter',
  'rightouter',
  'fullouter',
  'leftanti',
  'anti',
  'leftantisemi',
  'rightanti',
  'rightantisemi',
  'leftsemi',
  'rightsemi',
]);

export const join: Operator = (node, input, context) => {
  const kind = parameter(node, 'kind') ?? 'innerunique';
  if (!kinds.has(kind)) throw new KqlError(`'join' operator: unknown kind '${kind}'`, node.start);
  return joined(input, context.table(node.at('Expression')), kind, node.maybe('ConditionClause'), context);
};

/** Like a left outer join that does not tell the keys twice. */
export const lookup: Operator = (node, input, context) => {
  const kind = parameter(node, 'kind') ?? 'leftouter';
  const right = context.table(node.at('Expression'));
  const clause = node.maybe('LookupClause');
  const made = joined(input, right, kind, clause, context);
  const keys = new Set(conditionsOf(clause).map(([, name]) => name));
  const places = made.columns.flatMap((_, place) => {
    const own = right.columns[place - input.columns.length];
    return own && keys.has(own.name) ? [] : [place];
  });
  const naming = new Naming();
  return {
    columns: places.map((place) => {
      const own = right.columns[place - input.columns.length] ?? (made.columns[place] as Column);
      return { ...own, name: naming.next(own.name) };
    }),
    rows: () => made.rows().map((row) => places.map((place) => row[place] ?? null)),
  };
};

export function parameter(node: Syntax, name: string): string | undefined {
  const found = node
    .all('Parameters')
    .find((each) => each.at('Name').name === name || each.at('Name').text === name);
  const value = found?.at('Expression');
  return value ? (value.literal ?? (value.name || value.text)) : undefined;
}

/** `on a, $left.b == $right.c` → pairs of names. */
function conditionsOf(clause: Syntax | undefined): [string, string, Syntax][] {
  return (clause?.all('Expressions') ?? []).flatMap((each) => pairsIn(each));
}

function pairsIn(node: Syntax): [string, string, Syntax][] {
  if (node.kind === 'ParenthesizedExpression') return pairsIn(node.at('Expression'));
  if (node.kind === 'AndExpression') return [...pairsIn(node.at('Left')), ...pairsIn(node.at('Right'))];
  if (node.kind === 'NameReference') return [[node.name, node.name, node]];
  if (node.kind !== 'EqualExpression') throw notSupported("'join' on anything but equality", node.start);
  const [a, b] = [sided(node.at('Left')), sided(node.at('Right'))];
  if (a.side === b.side)
    throw new KqlError("join: use '$left' and '$right' to tell the sides apart", node.start);
  return [a.side === '$left' ? [a.name, b.name, node] : [b.name, a.name, node]];
}

function sided(node: Syntax): { side: string; name: string } {
  const side = node.kind === 'PathExpression' ? node.at('Expression').name : '';
  if (side !== '$left' && side !== '$right') {
    throw new KqlError(
      `join: only column names may stand beside '==', as in $left.a == $right.b`,
      node.start,
    );
  }
  return { side, name: node.at('Selector').name };
}

function joined(
  left: Relation,
  right: Relation,
  kind: string,
  clause: Syntax | undefined,
  context: Context,
): Relation {
  const [leftFrame, rightFrame] = [frameOf(left), frameOf(right)];
  const keys = conditionsOf(clause).map(([a, b, node]) => {
    const sides = [keyColumn(a, leftFrame, node), keyColumn(b, rightFrame, node)] as const;
    return alike(...sides, node);
  });
  const idOf = (side: 0 | 1) => (row: Row) => {
    const values = keys.map((key) => key[side].get(row));
    // Null joins nothing; an empty text joins an empty text.
    if (values.includes(null)) return undefined;
    return values.length === 1 ? keyOf(values[0] ?? null) : keyOfAll(values);
  };
  const [leftId, rightId] = [idOf(0), idOf(1)];
  const naming = new Naming(left.columns.map(({ name }) => name));
  const both = [
    ...left.columns,
    ...right.columns.map((column) => ({ ...column, name: naming.next(column.name) })),
  ];
  const isOpen = left.isOpen || right.isOpen;
  const open = isOpen ? { isOpen: true } : {};
  const side = kind.startsWith('right') ? right : left;
  switch (kind) {
    case 'leftsemi':
    case 'rightsemi':
    case 'leftanti':
    case 'anti':
    case 'leftantisemi':
    case 'rightanti':
    case 'rightantisemi': {
      const [own, other] = side === left ? [leftId, rightId] : [rightId, leftId];
      const opposite = side === left ? right : left;
      const isWanted = kind.endsWith('semi') && !kind.includes('anti');
      return {
        columns: side.columns,
        ...open,
        rows() {
          const known = new Set(opposite.rows().map(other));
          known.delete(undefined);
          return side.rows().filter((row) => known.has(own(row)) === isWanted);
        },
      };
    }
  }
  return { columns: both, ...open, rows: () => pairs(left, right, kind, leftId, rightId, context) };
}

function keyColumn(name: string, frame: Frame, node: Syntax): Scalar {
  const place = frame.place(name);
  const column = frame.columns[place];
  if (column) return { type: column.type, isConstant: false, get: (row) => row[place] ?? null };
  if (frame.isOpen) return { type: 'dynamic', isConstant: false, get: () => null };
  throw new KqlError(`Failed to resolve column named '${name}'`, node.start);
}

type IdOf = (row: Row) => unknown;

function pairs(
  left: Relation,
  right: Relation,
  kind: string,
  leftId: IdOf,
  rightId: IdOf,
  context: Context,
): Row[] {
  const byId = new Map<unknown, Row[]>();
  for (const row of right.rows()) {
    const id = rightId(row);
    const same = byId.get(id);
    if (same) same.push(row);
    else byId.set(id, [row]);
  }
  const noRight: Row = right.columns.map(({ type }) => emptyOf(type));
  const noLeft: Row = left.columns.map(({ type }) => emptyOf(type));
  const isLeftKept = kind === 'leftouter' || kind === 'fullouter';
  const isRightKept = kind === 'rightouter' || kind === 'fullouter';
  const used = new Set<unknown>();
  const found: Row[] = [];
  const leftRows = left.rows();
  const ids = leftRows.map(leftId);
  // Counted beforehand: what would be too many is never made.
  if (kind !== 'innerunique')
    context.holds(ids.reduce<number>((sum, id) => sum + (byId.get(id)?.length ?? 0), 0));
  for (const [at, row] of leftRows.entries()) {
    const id = ids[at];
    // One row a key is enough for `innerunique`: the first that is met.
    if (kind === 'innerunique' && used.has(id)) continue;
    const matches = id === undefined ? undefined : byId.get(id);
    if (!matches && isLeftKept) found.push(row.concat(noRight));
    if (!matches) continue;
    used.add(id);
    if (kind === 'innerunique') context.holds(matches.length);
    for (const other of matches) found.push(row.concat(other));
  }
  if (!isRightKept) return found;
  for (const [id, rows] of byId) {
    if (used.has(id)) continue;
    for (const row of rows) found.push(noLeft.concat(row));
  }
  return found;
}
