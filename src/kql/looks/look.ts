/**
 * One thing that logs can say of an entity: a few numbers at a glance, and the rows behind them. Written and reviewed here;
 * the only thing of a person's or an alert's in it is a `let` before it.
 */
export interface Look {
  title: string;
  /** Tables that it reads; where one is not there, it is left out. */
  needs: string[];
  /** Which rows: the table and its conditions. */
  rows: string;
  /** From rows to a glance: a few lines at most. */
  glance: string;
  /** What is shown of the rows themselves. */
  columns: string;
}

/** What looks say by name: `let who = "adam@contoso.com";`. Values are literals already. */
export type Names = Record<string, string>;
