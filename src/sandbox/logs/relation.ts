import type { Column, Row, Type, Value } from './value.ts';

/** Rows that are made when asked for; asking again makes them again unless somebody kept them. */
export interface Relation {
  columns: Column[];
  /** A table that nobody described: whatever column one names, it is there and null. */
  isOpen?: boolean;
  rows(): Row[];
  /** Its alias after `as`, or its table's name. */
  name?: string;
}

/** An expression over one row, its names and types settled beforehand. */
export interface Scalar {
  type: Type;
  get(row: Row): Value;
  /** The same for every row. */
  isConstant: boolean;
  /** What its column is called where nobody gives a name. */
  name?: string;
}

/**
 * The row that expressions look at, and where it stands: window functions look around it.
 * Whoever goes through rows keeps `rows` and `index` right.
 */
export class Frame {
  readonly columns: Column[];
  readonly isOpen: boolean;
  rows: Row[] = [];
  index = 0;
  readonly #places: Map<string, number>;

  constructor(columns: Column[], isOpen = false) {
    this.columns = columns;
    this.isOpen = isOpen;
    this.#places = new Map(columns.map(({ name }, place) => [name, place]));
  }

  /** Where a column stands; -1 where there is none. */
  place(name: string): number {
    return this.#places.get(name) ?? -1;
  }

  /** Goes through the rows in order. */
  walk(rows: Row[], visit: (row: Row, index: number) => void): void {
    this.rows = rows;
    for (let index = 0; index < rows.length; index += 1) {
      this.index = index;
      visit(rows[index] as Row, index);
    }
  }
}

export const frameOf = (relation: Relation) => new Frame(relation.columns, relation.isOpen);

export function constant(type: Type, value: Value, name?: string): Scalar {
  return { type, get: () => value, isConstant: true, ...(name === undefined ? {} : { name }) };
}

const nothing: Row = [];
/** What a constant expression is worth. */
export const constantOf = (scalar: Scalar): Value => scalar.get(nothing);

/** Rows that are made once, whoever asks. */
export function kept(relation: Relation): Relation {
  let rows: Row[] | undefined;
  return {
    ...relation,
    rows() {
      rows ??= relation.rows();
      return rows;
    },
  };
}

/** `Name`, `Name1`, `Name2` …: the first that is not taken. */
export function unusedName(name: string, taken: ReadonlySet<string>): string {
  if (!taken.has(name)) return name;
  for (let count = 1; ; count += 1) if (!taken.has(`${name}${count}`)) return `${name}${count}`;
}
