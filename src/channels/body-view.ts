import type { ChartView } from './chart-view.ts';

/** What one part of an answer or of a page holds. */
export type BodyView =
  | { kind: 'sentence'; text: string }
  | { kind: 'number'; value: string; label: string }
  | { kind: 'facts'; facts: { label: string; value: string }[] }
  | { kind: 'table'; table: TableView }
  | { kind: 'chart'; chart: ChartView };

/** One page of rows. At most 20 columns and 20 rows; a cell at most 200 code points. */
export interface TableView {
  columns: { name: string; isNumber: boolean }[];
  rows: string[][];
  /** Number of the first row shown, from 1. */
  from: number;
  total: number;
  /** Columns that hold something and are not among these; the CSV has them. Absent where there are none. */
  hiddenColumns?: number;
}
