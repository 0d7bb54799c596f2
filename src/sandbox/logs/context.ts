import type { Syntax } from './kusto.ts';
import type { Frame, Relation, Scalar } from './relation.ts';
import type { Type } from './value.ts';

/** What a name stands for beside columns: by `let`, as a parameter, or by `as`. */
export type Binding =
  | { kind: 'scalar'; scalar: Scalar }
  | { kind: 'table'; relation: Relation }
  | { kind: 'function'; declared: DeclaredFunction };

export interface DeclaredFunction {
  name: string;
  parameters: Parameter[];
  body: Syntax;
  /** Names that it sees: those of where it was written, not of where it is called. */
  names: Names;
}

export interface Parameter {
  name: string;
  /** Columns of a table, or the type of a scalar; `*` is a table of any columns. */
  type: Type | 'table';
  default: Scalar | undefined;
}

/** Names in force, inner ones first. */
export class Names {
  readonly #own = new Map<string, Binding>();
  readonly #outer: Names | undefined;

  constructor(outer?: Names) {
    this.#outer = outer;
  }

  find(name: string): Binding | undefined {
    return this.#own.get(name) ?? this.#outer?.find(name);
  }

  set(name: string, binding: Binding): void {
    this.#own.set(name, binding);
  }

  /** All in force, for unions by wildcard. */
  all(): Map<string, Binding> {
    return new Map([...(this.#outer?.all() ?? []), ...this.#own]);
  }
}

/** A call of a function: what was written, and what it may ask for. */
export interface Call {
  node: Syntax;
  name: string;
  frame: Frame;
  context: Context;
  /** Columns by which the rows of an aggregate are grouped. */
  grouped?: ReadonlySet<string>;
}

/** What every construct may ask of the whole. Operators and functions know it, and not each other. */
export interface Context {
  /** Milliseconds since 1970: the `now()` of the whole query. */
  readonly now: number;
  readonly names: Names;
  /** The same context with names of its own. */
  within(names: Names): Context;
  /** An expression over the columns of a frame. Throws `KqlError` for names that are not there. */
  scalar(node: Syntax, frame: Frame): Scalar;
  /** An expression that is a table. */
  table(node: Syntax): Relation;
  /** The same context, in which calls of aggregates are answered so. */
  aggregating(answer: (node: Syntax) => Scalar | undefined): Context;
  readonly aggregate?: (node: Syntax) => Scalar | undefined;
  /** A pipeline that starts from the relation: `top 1 by x`, or several with bars between. */
  pipe(node: Syntax, from: Relation): Relation;
  /** Whether the expression is a table rather than a scalar; over a frame, a name may be a column too. */
  isTable(node: Syntax, frame?: Frame): boolean;
  /** A table of the store; `undefined` where there is none and unknown ones are refused. */
  stored(name: string): Relation | undefined;
  /** Whether a table was asked that nobody described, so that types may be guesses. */
  isGuessing(): boolean;
  /** Names of all stored tables. */
  tableNames(): string[];
  /** A call of a function that the query or the store declares; `undefined` where there is none of that name. */
  call(node: Syntax, frame: Frame, first?: Relation): Scalar | Relation | undefined;
  /** Says that so many more rows are held. Throws where they are too many, or time is over. */
  holds(rows: number): void;
  /** Between 0 and 1, the same sequence for every query. */
  random(): number;
  /** Keeps what `render` says. */
  render(hint: { visualization: string; title?: string }): void;
}

/** Says what the rows of a table operator are. */
export type Operator = (node: Syntax, input: Relation, context: Context) => Relation;

export const isRelation = (found: Scalar | Relation): found is Relation => 'rows' in found;
