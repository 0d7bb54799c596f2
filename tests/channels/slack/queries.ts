import type { TableView } from '../../../src/channels/body-view.ts';
import type { ChartView } from '../../../src/channels/chart-view.ts';
import type { QueryView, SectionView } from '../../../src/channels/query-view.ts';

export const QUERY = '7d3c1f5e-4a52-4c1a-9b5e-0f6f3a1c2d4e';

/** A query that was answered with one table, unless `more` says otherwise. */
export function queryView(more: Partial<QueryView> = {}): QueryView {
  return {
    id: QUERY,
    revision: 3,
    state: 'answered',
    headline: 'Query · 214 rows · 0.8 s',
    text: 'SigninLogs\n| where ResultType != 0\n| summarize Failures = count() by UserPrincipalName, IPAddress\n| top 214 by Failures',
    facts: [
      { label: 'Time range', value: 'last 4 hours' },
      { label: 'Workspace', value: 'soc' },
      { label: 'Asked by', value: 'Olivia Marsh' },
    ],
    warning: '',
    fault: undefined,
    sections: [only({ kind: 'table', table: tableView() })],
    buttons: [
      { verb: 'next', label: 'Next page', primary: false, dialog: false },
      { verb: 'chart', label: 'Chart', primary: false, dialog: false },
      { verb: 'csv', label: 'CSV', primary: false, dialog: false },
      { verb: 'narrow', label: 'Narrow', primary: false, dialog: true },
      { verb: 'rerun', label: 'Re-run', primary: false, dialog: false },
      { verb: 'pin', label: 'Pin as evidence', primary: true, dialog: true },
    ],
    fallback: 'The query of Olivia Marsh found 214 rows in SigninLogs of the last 4 hours.',
    ...more,
  };
}

export const only = (body: SectionView['body']): SectionView => ({ title: '', body, more: undefined });

export function tableView(more: Partial<TableView> = {}): TableView {
  return {
    columns: [
      { name: 'UserPrincipalName', isNumber: false },
      { name: 'IPAddress', isNumber: false },
      { name: 'Failures', isNumber: true },
    ],
    rows: Array.from({ length: 10 }, (_, n) => [
      `person${n}@contoso.com`,
      `203.0.113[.]${n}`,
      String(1_000 - 37 * n),
    ]),
    from: 1,
    total: 214,
    ...more,
  };
}

export function chartView(more: Partial<ChartView> = {}): ChartView {
  return {
    shape: 'line',
    title: 'Failed sign-ins an hour',
    xTitle: 'TimeGenerated',
    yTitle: 'Failures',
    labels: ['02:00', '03:00', '04:00', '05:00'],
    series: [
      { name: 'SOC', values: [3, 41, 7, 0] },
      { name: 'Payments', values: [1, 0.5, 2, 9] },
    ],
    ...more,
  };
}

/** What is known of an address: several glances. */
export const glances: SectionView[] = [
  {
    title: 'Sign-ins',
    body: {
      kind: 'facts',
      facts: [
        { label: 'Succeeded', value: '3' },
        { label: 'Failed', value: '214' },
        { label: 'Last', value: '2026-11-21 09:14' },
      ],
    },
    more: '0',
  },
  {
    title: 'Accounts',
    body: {
      kind: 'table',
      table: tableView({
        rows: [
          ['adam@contoso.com', 'DE', '12'],
          ['priya@contoso.com', 'IN', '2'],
        ],
        total: 2,
      }),
    },
    more: '1',
  },
  { title: 'Network flows', body: { kind: 'number', value: '12,404', label: 'flows' }, more: '2' },
  { title: 'Our incidents', body: { kind: 'sentence', text: 'INC-1042 names it.' }, more: undefined },
];
