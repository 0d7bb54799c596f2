import type { BodyView, TableView } from '../../../src/channels/body-view.ts';
import type { ChartView } from '../../../src/channels/chart-view.ts';
import { type QueryDialogView, type QueryView, queryVerbs } from '../../../src/channels/query-view.ts';
import type { ReplyView } from '../../../src/channels/views.ts';

export const queryId = '5f0c4a3e-7d1b-4a52-93be-4f0ea1c75d2e';

export const signIns: TableView = {
  columns: [
    { name: 'TimeGenerated', isNumber: false },
    { name: 'UserPrincipalName', isNumber: false },
    { name: 'IPAddress', isNumber: false },
    { name: 'Location', isNumber: false },
    { name: 'Attempts', isNumber: true },
  ],
  rows: [
    ['2026-11-21 09:58:12', 'adam.keller@contoso.com', '203.0.113.9', 'NL', '214'],
    ['2026-11-21 09:51:40', 'olivia.marsh@contoso.com', '198.51.100.7', 'GB', '3'],
    ['2026-11-21 09:44:03', 'svc-pay@contoso.com', '203.0.113.9', 'NL', '1,208'],
    ['2026-11-21 09:12:55', '', '2001:db8::9', 'BR', '1'],
  ],
  from: 1,
  total: 214,
};

const hours = Array.from({ length: 12 }, (_, n) => `${String(n + 8).padStart(2, '0')}:00`);
export const failures: ChartView = {
  shape: 'line',
  title: 'Failed sign-ins an hour',
  xTitle: 'TimeGenerated',
  yTitle: 'count_',
  labels: hours,
  series: [
    { name: 'NL', values: [2, 3, 1, 0, 4, 214, 1_208, 96, 8, 2, 0, 1] },
    { name: 'GB', values: [12, 9, 14, 8, 11, Number.NaN, 13, 10, 9, 12, 7, 6] },
  ],
};

/** An answered query as the product shows it. */
export function queryView(change: Partial<QueryView> = {}): QueryView {
  return {
    id: queryId,
    revision: 4,
    state: 'answered',
    headline: 'Query · 214 rows · 0.8 s',
    text: 'SigninLogs\n| where ResultType != 0\n| summarize Attempts = count() by UserPrincipalName, IPAddress, Location',
    facts: [
      { label: 'Last', value: '4 hours' },
      { label: 'Workspace', value: 'contoso-sentinel' },
      { label: 'Asked by', value: 'Olivia Marsh' },
      { label: 'At', at: '2026-11-21T10:02:11.000Z' },
    ],
    warning: '',
    fault: undefined,
    sections: [{ title: '', body: { kind: 'table', table: signIns }, more: undefined }],
    buttons: [
      { verb: 'next', label: 'Next page', primary: true, dialog: false },
      { verb: 'chart', label: 'Chart', primary: false, dialog: false },
      { verb: 'csv', label: 'CSV', primary: false, dialog: false },
      { verb: 'narrow', label: 'Narrow', primary: false, dialog: true },
      { verb: 'rerun', label: 'Re-run', primary: false, dialog: false },
      { verb: 'pin', label: 'Pin as evidence', primary: false, dialog: true },
    ],
    fallback: 'Query by Olivia Marsh: 214 rows in 0.8 seconds.',
    ...change,
  };
}

export function waitingView(): QueryView {
  return queryView({
    revision: 1,
    state: 'waiting',
    headline: 'Query · 3rd in line',
    sections: [],
    buttons: [{ verb: 'cancel', label: 'Cancel', primary: false, dialog: false }],
    fallback: 'Query by Olivia Marsh: 3rd in line.',
  });
}

export function faultyView(): QueryView {
  return queryView({
    state: 'failed',
    headline: 'Query · not answered',
    text: 'SigninLogs\n| wher ResultType != 0',
    sections: [],
    fault: {
      message: "Query operator expected, not 'wher'. Did you mean where?",
      excerpt: '2 | wher ResultType != 0\n    ^^^^',
    },
    buttons: [{ verb: 'narrow', label: 'Change it', primary: false, dialog: true }],
    fallback: 'Query by Olivia Marsh could not be answered.',
  });
}

export function costlyView(): QueryView {
  return queryView({
    state: 'unconfirmed',
    headline: 'Query · it costs something',
    sections: [],
    warning: 'StorageBlobLogs_CL is of the Basic plan: this scans about 41 GB, for about 0.21 €.',
    buttons: [
      { verb: 'confirm', label: 'Run it', primary: true, dialog: false },
      { verb: 'cancel', label: 'Cancel', primary: false, dialog: false },
    ],
    fallback: 'Query by Olivia Marsh waits for a yes.',
  });
}

export function chartView(change: Partial<ChartView> = {}): QueryView {
  const chart = { ...failures, ...change };
  return queryView({
    sections: [{ title: '', body: { kind: 'chart', chart }, more: undefined }],
    buttons: [
      { verb: 'table', label: 'Table', primary: false, dialog: false },
      { verb: 'csv', label: 'CSV', primary: false, dialog: false },
      { verb: 'pin', label: 'Pin as evidence', primary: false, dialog: true },
    ],
  });
}

/** What is asked of an address: several glances, each with a button for the rows behind it. */
export function entityView(): QueryView {
  return queryView({
    headline: 'ip 203.0.113.9 · 4 answers · 1.9 s',
    text: '',
    warning: 'AuditLogs did not answer in time: that part is missing.',
    sections: [
      {
        title: 'Failed sign-ins',
        body: { kind: 'number', value: '1,422', label: 'from this address, of 2 accounts' },
        more: '0',
      },
      {
        title: 'First and last seen',
        body: {
          kind: 'facts',
          facts: [
            { label: 'First', value: '2026-11-20 22:41 UTC' },
            { label: 'Last', value: '2026-11-21 09:58 UTC' },
            { label: 'Country', value: 'NL' },
          ],
        },
        more: undefined,
      },
      { title: 'Failures an hour', body: { kind: 'chart', chart: { ...failures, title: '' } }, more: '2' },
      {
        title: 'Accounts',
        body: { kind: 'table', table: { ...signIns, rows: signIns.rows.slice(0, 3), total: 3 } },
        more: '3',
      },
      {
        title: 'Processes',
        body: { kind: 'sentence', text: 'Nothing on any host names it.' },
        more: undefined,
      },
    ],
    buttons: [
      { verb: 'rerun', label: 'Re-run', primary: false, dialog: false },
      { verb: 'pin', label: 'Pin as evidence', primary: false, dialog: true },
    ],
    fallback: 'ip 203.0.113.9: 1,422 failed sign-ins from this address.',
  });
}

export function narrowDialog(): QueryDialogView {
  return {
    query: queryId,
    verb: 'narrow',
    title: 'Narrow the query',
    about: 'Query · 214 rows',
    submit: 'Ask again',
    fields: [
      {
        kind: 'text',
        id: 'text',
        label: 'KQL',
        required: true,
        maxLength: 3_000,
        placeholder: 'SigninLogs | take 10',
      },
      { kind: 'hunt', id: 'hunt', label: 'Or a hunt', required: false, suggested: [passwordSpray] },
    ],
  };
}

const passwordSpray = { value: '0f1e2d3c-0000-4000-8000-00000000000a', label: 'Password spray' };

export function huntsReply(): Extract<ReplyView, { kind: 'hunts' }> {
  return {
    kind: 'hunts',
    title: 'Hunts that fit INC-1042',
    more: 3,
    rows: [
      {
        id: passwordSpray.value,
        name: passwordSpray.label,
        about: 'Many accounts fail from one address. Suggested: 203.0.113.9 is in this incident.',
        tags: 'CredentialAccess · T1110 · SigninLogs',
        usage: 'hunt "Password spray" --ip 203.0.113.9',
        isReady: true,
      },
      {
        id: '0f1e2d3c-0000-4000-8000-00000000000b',
        name: 'Rare process on a host',
        about: 'A process that no other host has run in thirty days.',
        tags: 'Execution · T1059 · SecurityEvent',
        usage: 'hunt "Rare process on a host" --host <name>',
        isReady: false,
      },
    ],
  };
}

/** As large as a view may be, with the same text wherever somebody else's may stand. */
export function everywhereIn(text: string): QueryView {
  const cell = text.slice(0, 200);
  const columns = Array.from({ length: 20 }, (_, n) => ({ name: cell, isNumber: n % 2 === 1 }));
  const table = {
    columns,
    rows: Array.from({ length: 20 }, () => columns.map(() => cell)),
    from: 21,
    total: 90,
  };
  const values = Array.from({ length: 20 }, (_, n) => n * 1_000);
  const chart = {
    title: cell,
    xTitle: cell,
    yTitle: cell,
    labels: values.map(() => cell),
    series: Array.from({ length: 12 }, () => ({ name: cell, values })),
  };
  const bodies: BodyView[] = [
    { kind: 'table', table },
    { kind: 'chart', chart: { ...chart, shape: 'line' } },
    { kind: 'chart', chart: { ...chart, shape: 'column' } },
    { kind: 'chart', chart: { ...chart, shape: 'bar', series: chart.series.slice(0, 1) } },
    { kind: 'chart', chart: { ...chart, shape: 'pie', series: chart.series.slice(0, 1) } },
    { kind: 'facts', facts: Array.from({ length: 20 }, () => ({ label: cell, value: cell })) },
    { kind: 'number', value: cell, label: cell },
    { kind: 'sentence', text },
  ];
  return queryView({
    headline: cell,
    text,
    facts: Array.from({ length: 6 }, () => ({ label: cell, value: cell })),
    warning: text,
    fault: { message: text, excerpt: text },
    sections: bodies.map((body, n) => ({ title: cell, body, more: String(n) })),
    buttons: queryVerbs
      .slice(0, 8)
      .map((verb) => ({ verb, label: text.slice(0, 20), primary: false, dialog: false })),
    fallback: text,
  });
}
