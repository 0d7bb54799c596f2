import type { CardView, DialogView, LogView, ReplyView } from '../../../src/channels/views.ts';

/** A new incident as the product shows it. */
export function cardView(change: Partial<CardView> = {}): CardView {
  return {
    incident: 1042,
    name: 'INC-1042',
    version: 1,
    status: 'new',
    merged: false,
    existsOnly: false,
    severity: 'high',
    headline: 'HIGH · NEW · nobody has it',
    title: 'Reverse shell on vm-pay-web-01',
    url: 'https://portal.azure.com/#view/incident/1042',
    why: ['Crown jewel', 'Production', 'Execution'],
    entities: [
      {
        kind: 'Host',
        name: 'vm-pay-web-01',
        chips: [
          { text: 'crown jewel', tone: 'bad' },
          { text: 'SSH open to all', tone: 'warning' },
          { text: 'backed up', tone: 'good' },
        ],
      },
      { kind: 'Address', name: '203.0.113[.]9', chips: [{ text: 'malicious', tone: 'bad' }] },
      {
        kind: 'Account',
        name: 'svc-pay[@]contoso[.]com',
        chips: [{ text: 'service account', tone: 'neutral' }],
      },
    ],
    moreEntities: 2,
    precedent: 'Seen 9 times in 90 days: 8 benign, 1 true positive',
    deadlines: [],
    facts: [
      { label: 'Product', value: 'Microsoft Defender for Cloud' },
      { label: 'Alerts', value: '3' },
      { label: 'First activity', at: '2026-11-20T22:41:07.120Z' },
      { label: 'Last activity', at: '2026-11-20T22:58:31.000Z' },
    ],
    missing: 'Not answered: Entra ID (throttled). I keep trying.',
    lastChange: { text: 'Opened by Microsoft Defender for Cloud', at: '2026-11-20T22:59:02.000Z' },
    sync: undefined,
    buttons: [
      { verb: 'take', label: 'Take it', primary: true, dialog: false },
      { verb: 'assign', label: 'Assign', primary: false, dialog: true },
      { verb: 'close', label: 'Close', primary: false, dialog: true },
    ],
    more: [
      { verb: 'comment', label: 'Comment', primary: false, dialog: true },
      { verb: 'severity', label: 'Severity', primary: false, dialog: true },
    ],
    fallback: 'High incident INC-1042 is new and nobody has it: Reverse shell on vm-pay-web-01.',
    ...change,
  };
}

export function takenView(owner: string): CardView {
  return cardView({
    version: 2,
    status: 'active',
    headline: `HIGH · ACTIVE · ${owner} has it`,
    lastChange: { text: `Acknowledged by ${owner}`, at: '2026-11-20T23:03:10.000Z' },
    fallback: `High incident INC-1042 is active, ${owner} has it: Reverse shell on vm-pay-web-01.`,
  });
}

export function closedView(): CardView {
  return cardView({
    version: 3,
    status: 'closed',
    headline: 'HIGH · CLOSED · true positive',
    lastChange: { text: 'Closed by Olivia Marsh', at: '2026-11-21T01:12:44.000Z' },
    buttons: [{ verb: 'reopen', label: 'Reopen', primary: false, dialog: false }],
    more: [],
    fallback: 'High incident INC-1042 is closed: Reverse shell on vm-pay-web-01.',
  });
}

/** Part of another incident now. */
export function mergedView(): CardView {
  return cardView({
    version: 4,
    status: 'closed',
    merged: true,
    headline: 'HIGH · CLOSED · merged into INC-1041',
    lastChange: { text: 'Merged by Watchfloor', at: '2026-11-21T01:15:00.000Z' },
    buttons: [],
    more: [],
    fallback: 'High incident INC-1042 is merged into INC-1041: Reverse shell on vm-pay-web-01.',
  });
}

export function logView(...lines: string[]): LogView {
  return {
    lines: lines.map((text) => ({ at: '2026-11-20T23:03:10.000Z', text })),
    fallback: lines.at(-1) ?? 'Nothing has happened.',
  };
}

export function closeDialog(): DialogView {
  return {
    incident: 1042,
    version: 2,
    verb: 'close',
    title: 'Close INC-1042',
    about: 'INC-1042 Reverse shell on vm-pay-web-01',
    submit: 'Close',
    fields: [
      {
        kind: 'choice',
        id: 'classification',
        label: 'What was it?',
        required: true,
        choices: [
          { value: 'true-positive', label: 'True positive', description: 'It was what the alert says' },
          { value: 'benign-positive', label: 'Benign positive', description: 'It happened and was expected' },
          { value: 'false-positive', label: 'False positive', description: 'It did not happen' },
          { value: 'undetermined', label: 'Undetermined', description: 'Nobody can tell' },
        ],
      },
      { kind: 'person', id: 'reviewer', label: 'Reviewed by', required: false },
      {
        kind: 'text',
        id: 'comment',
        label: 'Comment',
        required: true,
        maxLength: 1_000,
        placeholder: 'What was found, what was done',
      },
    ],
  };
}

export function incidentsReply(): Extract<ReplyView, { kind: 'incidents' }> {
  return {
    kind: 'incidents',
    title: 'Open incidents, most urgent first',
    more: 4,
    rows: [
      {
        name: 'INC-1042',
        existsOnly: false,
        severity: 'high',
        status: 'new',
        owner: '',
        title: 'Reverse shell on vm-pay-web-01',
        openedAt: '2026-11-20T22:59:02.000Z',
        url: 'https://portal.azure.com/#view/incident/1042',
      },
      {
        name: 'INC-1039',
        existsOnly: false,
        severity: 'medium',
        status: 'active',
        owner: 'Adam Keller',
        title: 'Impossible travel for Priya Nair, two countries',
        openedAt: '2026-11-20T19:12:00.000Z',
        url: undefined,
      },
    ],
  };
}

export function commandsReply(): Extract<ReplyView, { kind: 'lines' }> {
  return {
    kind: 'lines',
    title: 'What you can ask',
    rows: [
      { lead: 'list', text: 'Open incidents, most urgent first' },
      { lead: 'take INC-1042', text: 'Acknowledge it and own it' },
    ],
  };
}
