import type { Syntax } from '../kusto.ts';
import type { Scalar } from '../relation.ts';
import type { Column } from '../value.ts';

/** `x*` → which names it means; `undefined` where the name has no star. */
export function wildcard(node: Syntax): RegExp | undefined {
  const text = node.text.replace(/^\['?|'?\]$/g, '');
  if (!text.includes('*')) return undefined;
  const escaped = text.replace(/[\\^$.+?()[\]{}|]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${escaped}$`);
}

/** Gives columns names that nobody has: unnamed ones are numbered, doubled ones count on. */
export class Naming {
  readonly #taken: Set<string>;
  #unnamed = 0;

  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /** A name of which a column may be called so by default. */
  next(name: string | undefined): string {
    if (name === undefined || name === '') {
      do this.#unnamed += 1;
      while (this.#taken.has(`Column${this.#unnamed}`));
      return this.claim(`Column${this.#unnamed}`);
    }
    if (!this.#taken.has(name)) return this.claim(name);
    for (let count = 1; ; count += 1)
      if (!this.#taken.has(`${name}${count}`)) return this.claim(`${name}${count}`);
  }

  claim(name: string): string {
    this.#taken.add(name);
    return name;
  }
}

/** What the person calls a column, apart from what it would be called by itself. */
export const givenName = (node: Syntax): string | undefined =>
  node.kind === 'SimpleNamedExpression' ? node.at('Name').name : undefined;

export const columnOf = (name: string, scalar: Scalar): Column => ({
  name,
  type: scalar.type === 'int' ? 'int' : scalar.type,
});
