/** At most 12 series of 20 points each; `labels` name the points of all. A pie has one series and no negative value. */
export interface ChartView {
  shape: 'line' | 'column' | 'bar' | 'pie';
  /** Of columns: one on top of the other, where they are parts of a whole. */
  stacked?: true;
  title: string;
  xTitle: string;
  yTitle: string;
  labels: string[];
  series: { name: string; values: number[] }[];
}
