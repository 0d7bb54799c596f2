/** At most 12 series of 20 points each; `labels` name the points of all. A pie has one series and no negative value. */
export interface ChartView {
  shape: 'line' | 'column' | 'bar' | 'pie';
  title: string;
  xTitle: string;
  yTitle: string;
  labels: string[];
  series: { name: string; values: number[] }[];
}
