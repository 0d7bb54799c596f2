import { constant, constantOf, type Frame, type Scalar } from '../relation.ts';
import { emptyOf, keyOf, type Value } from '../value.ts';
import { type BuiltIn, special } from './define.ts';

/** The value of an expression at a row so far away, or the default where there is no such row. */
const neighbour = (sign: 1 | -1) =>
  special(1, 3, ([value, by, otherwise], { frame }) => {
    const of = value ?? constant('dynamic', null);
    const distance = sign * (by ? Number(constantOf(by)) : 1);
    return {
      type: of.type,
      isConstant: false,
      get: () =>
        at(frame, frame.index + distance, of) ?? (otherwise ? constantOf(otherwise) : emptyOf(of.type)),
    };
  });

function at(frame: Frame, index: number, of: Scalar): Value {
  const row = frame.rows[index];
  if (!row) return null;
  // What looks around within the expression looks from there.
  const here = frame.index;
  frame.index = index;
  const value = of.get(row);
  frame.index = here;
  return value;
}

/** A value that goes on from row to row and starts anew with the rows. */
function running(
  type: Scalar['type'],
  frame: Frame,
  next: (row: Value[], so: Value | undefined) => Value,
): Scalar {
  let so: Value | undefined;
  return {
    type,
    isConstant: false,
    get(row) {
      so = next(row, frame.index === 0 ? undefined : so);
      return so;
    },
  };
}

const rowNumber = special(0, 2, ([from, restart], { frame }) => {
  const first = from ? Number(constantOf(from)) : 1;
  return running('long', frame, (row, so) =>
    so === undefined || restart?.get(row) === true ? first : Number(so) + 1,
  );
});

const cumulated = special(1, 2, ([value, restart], { frame }) =>
  running(value?.type === 'int' ? 'long' : (value?.type ?? 'long'), frame, (row, so) => {
    const held = value?.get(row) ?? null;
    const before = so === undefined || restart?.get(row) === true ? 0 : Number(so ?? 0);
    return before + (typeof held === 'number' ? held : 0);
  }),
);

/** Counts how often the value has changed. */
const rank = special(1, 2, ([value, restart], { frame }) => {
  let last: unknown;
  return running('long', frame, (row, so) => {
    const key = keyOf(value?.get(row) ?? null);
    const isNew = so === undefined || restart?.get(row) === true;
    const place = isNew ? 1 : key === last ? Number(so) : Number(so) + 1;
    last = key;
    return place;
  });
});

/** Where the session of a row began: a new one begins too far from its first row or from the row before. */
const session = special(3, 4, ([value, fromFirst, fromLast, restart], { frame }) => {
  const [long, pause] = [fromFirst, fromLast].map((each) => (each ? Number(constantOf(each)) : 0));
  let last = 0;
  return running(value?.type ?? 'datetime', frame, (row, so) => {
    const held = value?.get(row) ?? null;
    if (typeof held !== 'number') return so ?? null;
    const isNew =
      typeof so !== 'number' ||
      restart?.get(row) === true ||
      held - so > (long ?? 0) ||
      held - last > (pause ?? 0);
    last = held;
    return isNew ? held : so;
  });
});

/** Functions that look beyond their own row; the rows should be sorted. */
export const windows: Record<string, BuiltIn> = {
  prev: neighbour(-1),
  next: neighbour(1),
  row_number: rowNumber,
  row_cumsum: cumulated,
  row_rank_dense: rank,
  row_rank: rank,
  row_window_session: session,
};
