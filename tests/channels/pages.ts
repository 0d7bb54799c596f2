import type { PageBody, PageButton, PageView } from '../../src/channels/page-view.ts';

const button = (label: string, words: string, more: Partial<PageButton> = {}): PageButton => ({
  label,
  words,
  primary: false,
  form: false,
  ...more,
});

/** A reminder: short, urgent, with a button that says something and one that asks first. */
export function pageView(more: Partial<PageView> = {}): PageView {
  return {
    title: 'INC-1042 waits for somebody',
    subtitle: 'Nobody has acknowledged it for 15 minutes.',
    tone: 'urgent',
    facts: [
      { label: 'Incident', value: 'Reverse shell on vm-pay-web-01' },
      { label: 'Limit', at: '2026-11-21T09:29:00.000Z' },
    ],
    sections: [{ title: '', body: { kind: 'sentence', text: 'Take it, or say who should.' } }],
    buttons: [
      button('Take it', 'take INC-1042', { primary: true }),
      button('Silence', 'silence INC-1042', { form: true }),
    ],
    fallback: 'INC-1042 waits: nobody has acknowledged it for 15 minutes.',
    ...more,
  };
}

const table = (cell = ''): PageBody => ({
  kind: 'table',
  table: {
    columns: [
      { name: cell || 'Rule', isNumber: false },
      { name: cell || 'Closed', isNumber: true },
    ],
    rows: Array.from({ length: 8 }, (_, n) => [cell || `Rule ${n + 1}`, cell || `${40 - n}`]),
    from: 1,
    total: 8,
  },
});

const chart = (name = '', shape: 'line' | 'column' | 'pie' = 'column'): PageBody => ({
  kind: 'chart',
  chart: {
    shape,
    title: name || 'Opened and closed',
    xTitle: name || 'Day',
    yTitle: name || 'Incidents',
    labels: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'].map((day) => name || day),
    series: ['Opened', 'Closed'].map((one) => ({ name: name || one, values: [12, 9, 14, 8, 11, 3, 2] })),
  },
});

const lines = (text = '', count = 3): PageBody => ({
  kind: 'lines',
  lines: Array.from({ length: count }, (_, n) => ({
    lead: text || `INC-${1040 + n}`,
    text: text || 'high · active · Adam Keller has it',
    ...(n % 2 === 0 && { at: '2026-11-21T08:00:00.000Z' }),
  })),
  more: 4,
});

/** A week in numbers: long, of every kind of section. */
export function digestView(more: Partial<PageView> = {}): PageView {
  return pageView({
    title: 'The week of 16 November',
    subtitle: 'Median and 90th percentile of 59 incidents; drills are not counted.',
    tone: 'plain',
    facts: [{ label: 'From', at: '2026-11-16T00:00:00.000Z' }],
    sections: [
      { title: 'Still open', body: { kind: 'number', value: '12', label: 'three more than a week ago' } },
      { title: 'Each day', body: chart() },
      { title: 'Noisiest rules', body: table() },
      {
        title: 'How fast',
        body: {
          kind: 'facts',
          facts: [
            { label: 'To acknowledge', value: '4 min, 90 % within 19 min' },
            { label: 'To close', value: '2 h 10 min, 90 % within 9 h' },
          ],
        },
      },
      { title: 'Need a decision', body: lines() },
      { title: 'In short', body: { kind: 'sentence', text: 'One rule makes a third of all alerts.' } },
    ],
    buttons: Array.from({ length: 7 }, (_, n) => button(`Decide ${n + 1}`, `show INC-${1040 + n}`)),
    fallback: 'The week of 16 November: 12 incidents are still open.',
    ...more,
  });
}

/** The fullest page that there can be, of one text wherever others choose it. */
export function fullPage(text: string): PageView {
  const bodies = [
    chart(text),
    chart(text, 'line'),
    chart(text, 'pie'),
    table(text),
    table(text),
    lines(text, 30),
    lines(text, 30),
    { kind: 'sentence', text },
    { kind: 'number', value: text, label: text },
    { kind: 'facts', facts: Array.from({ length: 20 }, () => ({ label: text, value: text })) },
    { kind: 'facts', facts: [] },
    { kind: 'table', table: { columns: [], rows: [], from: 1, total: 0 } },
  ] satisfies PageBody[];
  return {
    title: text,
    subtitle: text,
    tone: 'warning',
    facts: Array.from({ length: 8 }, () => ({ label: text, value: text })),
    sections: bodies.map((body) => ({ title: text, body })),
    buttons: Array.from({ length: 8 }, (_, n) => ({
      label: text,
      words: text.slice(0, 150),
      primary: n === 0,
      form: n % 2 === 1,
    })),
    fallback: text,
  };
}
