import type { Relation } from './relation.ts';

/** What a query stands on, apart from its own words. */
export interface Ground {
  now: number;
  stored(name: string): Relation | undefined;
  isGuessing(): boolean;
  isStored(name: string): boolean;
  tableNames(): string[];
  /** KQL of a saved function. */
  saved(name: string): string | undefined;
  holds(rows: number): void;
  random(): number;
  render(hint: { visualization: string; title?: string }): void;
}
