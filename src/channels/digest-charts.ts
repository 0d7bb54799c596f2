import type { Digest } from '../incident/digest.ts';
import { ages } from '../incident/figures.ts';
import type { PageSection } from './page-view.ts';

/** New ones by day and severity, what is open by age, how soon people came. Slack draws two, so the last is told in words there. */
export function chartsOf({ series, now, timeZone }: Digest): PageSection[] {
  const { labels, opened, acknowledge, unit } = series;
  const per = `per ${unit}`;
  const sections: PageSection[] = [];
  if (opened.length > 0) {
    const title = `New ${per} by severity`;
    sections.push({
      title: '',
      body: {
        kind: 'chart',
        chart: {
          shape: 'column',
          stacked: true,
          title,
          xTitle: `${unit === 'week' ? 'week from' : 'day'} (${timeZone})`,
          yTitle: 'incidents',
          labels,
          series: opened,
        },
      },
    });
  }
  if (now.all.open > 0) {
    sections.push({
      title: '',
      body: {
        kind: 'chart',
        chart: {
          shape: 'bar',
          title: 'Open at the end, by age',
          xTitle: 'age',
          yTitle: 'incidents',
          labels: [...ages],
          series: [{ name: 'open', values: now.all.backlog }],
        },
      },
    });
  }
  if (acknowledge.filter(Number.isFinite).length > 1) {
    sections.push({
      title: '',
      body: {
        kind: 'chart',
        chart: {
          shape: 'line',
          title: 'Minutes to acknowledge, median',
          xTitle: unit,
          yTitle: 'minutes',
          labels: labels.filter((_, n) => Number.isFinite(acknowledge[n])),
          series: [{ name: 'median', values: acknowledge.filter(Number.isFinite) }],
        },
      },
    });
  }
  return sections;
}
