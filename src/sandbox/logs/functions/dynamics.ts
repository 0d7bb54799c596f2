import { dynamicOf, textOf } from '../convert.ts';
import { as, lift } from '../expressions/lift.ts';
import { constant, constantOf, type Scalar } from '../relation.ts';
import { type Bag, isBag, keyOf, order, type Value } from '../value.ts';
import { type BuiltIn, of, special } from './define.ts';

const asDynamic = (scalar: Scalar) => as('dynamic', scalar);
const listOf = (value: Value): Value[] => (Array.isArray(value) ? value : []);

/** `bag_pack("a", x, "b", y)` */
const pack = special(0, undefined, (given) =>
  lift(
    'dynamic',
    given.map((scalar, place) => (place % 2 === 0 ? as('string', scalar) : asDynamic(scalar))),
    (...all) => {
      const bag: Bag = {};
      for (let place = 0; place + 1 < all.length; place += 2)
        bag[String(all[place])] = all[place + 1] ?? null;
      return bag;
    },
  ),
);

/** All columns as one bag; without those that are empty where asked so. */
const packAll = special(0, 1, ([ignoresEmpty], { frame }) => {
  const isShort = ignoresEmpty ? constantOf(ignoresEmpty) === true : false;
  const { columns } = frame;
  return {
    type: 'dynamic',
    isConstant: false,
    get(row) {
      const bag: Bag = {};
      columns.forEach(({ name, type }, place) => {
        const value = dynamicOf(row[place] ?? null, type);
        if (!isShort || (value !== null && value !== '')) bag[name] = value;
      });
      return bag;
    },
  };
});

const packArray = special(0, undefined, (given) => lift('dynamic', given.map(asDynamic), (...all) => all));

const slice = of(['dynamic', 'number', 'number'], 'dynamic', (list, from, to) => {
  if (!Array.isArray(list)) return null;
  const at = (place: number) => (place < 0 ? list.length + place : place);
  return list.slice(Math.max(0, at(from)), at(to) + 1);
});

const indexIn = of(['dynamic', 'any', 'number?'], 'long', (list, wanted, from = 0) =>
  Array.isArray(list)
    ? list.findIndex((each, place) => place >= from && keyOf(each) === keyOf(wanted))
    : null,
);

/** Nulls stand last, however the rest is sorted. */
const sorted = (sign: 1 | -1) =>
  special(1, undefined, (given) =>
    lift('dynamic', [asDynamic(given[0] ?? constant('dynamic', null))], (list) => {
      if (!Array.isArray(list)) return null;
      return list.toSorted((a, b) =>
        a === null ? (b === null ? 0 : 1) : b === null ? -1 : order(a, b) * sign,
      );
    }),
  );

const distinct = (all: Value[]): Value[] => [...new Map(all.map((each) => [keyOf(each), each])).values()];

const union = of(['dynamic*'], 'dynamic', (...lists) => distinct(lists.flatMap(listOf)));
const intersect = of(['dynamic*'], 'dynamic', (first = null, ...others) => {
  const keys = others.map((list) => new Set(listOf(list).map(keyOf)));
  return distinct(listOf(first).filter((each) => keys.every((known) => known.has(keyOf(each)))));
});
const subtract = of(['dynamic*'], 'dynamic', (first = null, ...others) => {
  const known = new Set(others.flatMap(listOf).map(keyOf));
  return distinct(listOf(first).filter((each) => !known.has(keyOf(each))));
});
const hasElement = of(['dynamic', 'any'], 'bool', (list, wanted) =>
  Array.isArray(list) ? list.some((each) => keyOf(each) === keyOf(wanted)) : null,
);

const zip = of(['dynamic*'], 'dynamic', (...lists) => {
  const all = lists.map(listOf);
  const length = Math.max(0, ...all.map((list) => list.length));
  return Array.from({ length }, (_, place) => all.map((list) => list[place] ?? null));
});

/** Every way into a value, as `extractjson` would take it. */
function pathsOf(value: Value, way: string): string[] {
  if (Array.isArray(value)) return value.flatMap((each) => [`${way}[0]`, ...pathsOf(each, `${way}[0]`)]);
  if (!isBag(value)) return [];
  return Object.entries(value).flatMap(([key, held]) => {
    const next = way === '' ? `['${key}']` : `${way}['${key}']`;
    return [next, ...pathsOf(held, next)];
  });
}

const merge = of(['dynamic*'], 'dynamic', (...bags) => {
  const merged: Bag = {};
  // What stands further left wins.
  for (const bag of bags.toReversed()) if (isBag(bag)) Object.assign(merged, bag);
  return bags.some(isBag) ? merged : null;
});

const shift = (isRotation: boolean, sign: 1 | -1) =>
  of(['dynamic', 'number', 'dynamic?'], 'dynamic', (list, by, fill = null) => {
    if (!Array.isArray(list)) return null;
    const length = list.length;
    return list.map((_, place) => {
      const from = place + sign * by;
      if (isRotation) return list[((from % length) + length) % length] ?? null;
      return from >= 0 && from < length ? (list[from] ?? null) : fill;
    });
  });

const splitAt = of(['dynamic', 'dynamic'], 'dynamic', (list, places) => {
  if (!Array.isArray(list)) return null;
  const marks = (Array.isArray(places) ? places : [places])
    .map(Number)
    .map((at) => (at < 0 ? list.length + at : at));
  return [0, ...marks].map((from, part) => list.slice(from, marks[part] ?? list.length));
});

const chooseEach = of(['dynamic', 'dynamic', 'dynamic'], 'dynamic', (tests, yes, no) =>
  Array.isArray(tests)
    ? tests.map((test, place) => {
        const from = test ? yes : no;
        return (Array.isArray(from) ? from[place] : from) ?? null;
      })
    : null,
);

/** From, to and step as numbers, times or lengths of time; at most so many as Kusto makes. */
const range = special(2, 3, ([from, to, step]) => {
  const type = from?.type ?? 'long';
  const by = step ?? constant('long', type === 'datetime' || type === 'timespan' ? 3_600_000 : 1);
  return lift(
    'dynamic',
    [from, to].flatMap((each) => (each ? [each] : [])).concat(by),
    (first, last, each) => {
      if (typeof first !== 'number' || typeof last !== 'number' || typeof each !== 'number' || each === 0)
        return null;
      const count = Math.min(1_048_576, Math.floor((last - first) / each + 1e-9) + 1);
      return Array.from({ length: Math.max(0, count) }, (_, place) => dynamicOf(first + place * each, type));
    },
  );
});

/** Lists and bags. */
export const dynamics: Record<string, BuiltIn> = {
  pack,
  bag_pack: pack,
  pack_dictionary: pack,
  pack_all: packAll,
  pack_array: packArray,
  array_length: of(['dynamic'], 'long', (list) => (Array.isArray(list) ? list.length : null)),
  arraylength: of(['dynamic'], 'long', (list) => (Array.isArray(list) ? list.length : null)),
  array_concat: of(['dynamic*'], 'dynamic', (...lists) => lists.flat()),
  array_slice: slice,
  array_split: splitAt,
  array_index_of: indexIn,
  array_sort_asc: sorted(1),
  array_sort_desc: sorted(-1),
  array_reverse: of(['dynamic'], 'dynamic', (list) => (Array.isArray(list) ? list.toReversed() : null)),
  array_sum: of(['dynamic'], 'real', (list) =>
    Array.isArray(list)
      ? list.reduce<number>((sum, each) => sum + (typeof each === 'number' ? each : 0), 0)
      : null,
  ),
  array_iff: chooseEach,
  array_iif: chooseEach,
  array_rotate_left: shift(true, 1),
  array_rotate_right: shift(true, -1),
  array_shift_left: shift(false, 1),
  array_shift_right: shift(false, -1),
  bag_keys: of(['dynamic'], 'dynamic', (bag) => (isBag(bag) ? Object.keys(bag) : null)),
  bag_has_key: of(['dynamic', 'string'], 'bool', (bag, key) => (isBag(bag) ? Object.hasOwn(bag, key) : null)),
  bag_merge: merge,
  bag_set_key: of(['dynamic', 'string', 'dynamic'], 'dynamic', (bag, key, value) =>
    isBag(bag) ? { ...bag, [key]: value } : null,
  ),
  bag_remove_keys: of(['dynamic', 'dynamic'], 'dynamic', (bag, keys) =>
    isBag(bag)
      ? Object.fromEntries(Object.entries(bag).filter(([key]) => !listOf(keys).includes(key)))
      : null,
  ),
  bag_zip: of(['dynamic', 'dynamic'], 'dynamic', (keys, values) =>
    Object.fromEntries(
      listOf(keys).map((key, place) => [textOf(key, 'dynamic'), listOf(values)[place] ?? null]),
    ),
  ),
  set_union: union,
  set_intersect: intersect,
  set_difference: subtract,
  set_has_element: hasElement,
  set_equals: of(['dynamic', 'dynamic'], 'bool', (a, b) => {
    const [x, y] = [new Set(listOf(a).map(keyOf)), new Set(listOf(b).map(keyOf))];
    return x.size === y.size && x.isSubsetOf(y);
  }),
  jaccard_index: of(['dynamic', 'dynamic'], 'real', (a, b) => {
    const [x, y] = [new Set(listOf(a).map(keyOf)), new Set(listOf(b).map(keyOf))];
    return x.intersection(y).size / x.union(y).size;
  }),
  zip,
  treepath: of(['dynamic'], 'dynamic', (value) => [...new Set(pathsOf(value, ''))]),
  range,
  dynamic_to_json: of(['dynamic'], 'string', (value) => JSON.stringify(value)),
};
