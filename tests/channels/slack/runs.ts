import type { RunDialogView, RunVerb, RunView } from '../../../src/channels/run-view.ts';

export const RUN = '3b9f0c52-6d1e-4f6a-8a43-9c1d2e7f5a60';

/** A run that waits for a lead's yes, unless `more` says otherwise. */
export function runView(more: Partial<RunView> = {}): RunView {
  return {
    id: RUN,
    revision: 3,
    tone: 'asks',
    headline: 'RUN-7 · Isolate vm-pay-web-01 · waits for a lead’s yes',
    effect: 'Cuts vm-pay-web-01 off the network, save for Microsoft Defender.',
    facts: [
      { label: 'Asked by', value: 'Adam Keller' },
      { label: 'Why', value: 'Reverse shell to 203.0.113[.]9', long: true },
      { label: 'Now', value: 'not isolated, last seen 2 minutes ago' },
      { label: 'Taken back by', value: 'Release: it is back on the network' },
      { label: 'Stands for', value: '4 hours' },
      { label: 'Decide before', at: '2026-11-21T10:14:00.000Z' },
    ],
    warning: 'vm-pay-web-01 is a crown jewel: payments stop while it is isolated.',
    progress: '',
    outputs: [],
    buttons: [
      { verb: 'approve', label: 'Approve', style: 'danger', dialog: false },
      { verb: 'refuse', label: 'Refuse', style: 'plain', dialog: true },
      { verb: 'change', label: 'Change', style: 'plain', dialog: true },
      { verb: 'break-glass', label: 'Break glass', style: 'plain', dialog: true },
    ],
    fallback: 'RUN-7 asks a lead to approve: Adam Keller wants to isolate vm-pay-web-01 for 4 hours.',
    ...more,
  };
}

/** It was done, gave something back, and can be taken back. */
export const standing = runView({
  tone: 'standing',
  headline: 'RUN-7 · Isolate vm-pay-web-01 · isolated',
  facts: [
    { label: 'Asked by', value: 'Adam Keller' },
    { label: 'Approved by', value: 'Lena Fischer' },
    { label: 'Ends', at: '2026-11-21T14:14:00.000Z' },
  ],
  warning: '',
  progress: 'Isolated after 40 seconds.',
  outputs: [
    { label: 'Action', text: 'Isolate\n  Succeeded  2026-11-21T10:15:02Z' },
    { label: 'Machine in Defender', url: 'https://security.microsoft.com/machines/1' },
  ],
  buttons: [
    { verb: 'extend', label: 'Extend', style: 'plain', dialog: true },
    { verb: 'undo', label: 'Release', style: 'primary', dialog: false },
  ],
  fallback: 'RUN-7 isolated vm-pay-web-01 until 14:14 UTC.',
});

export const runDialog = (run: string, revision: number, verb: RunVerb): RunDialogView => ({
  run,
  revision,
  verb,
  title: 'Refuse RUN-7',
  about: 'RUN-7 Isolate vm-pay-web-01',
  submit: 'Refuse it',
  fields: [
    { kind: 'says', id: 'effect', label: 'What follows', text: 'vm-pay-web-01 stays on the network.' },
    { kind: 'text', id: 'note', label: 'Why', required: true, maxLength: 500, placeholder: 'A sentence' },
    {
      kind: 'text',
      id: 'minutes',
      label: 'Ask again in (minutes)',
      required: false,
      maxLength: 4,
      placeholder: '',
      filled: '60',
    },
  ],
});
