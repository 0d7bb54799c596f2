import { type RunDialogView, type RunView, runVerbs } from '../../../src/channels/run-view.ts';
import type { DialogView } from '../../../src/channels/views.ts';

export const runId = '7d9c3c52-6a41-4d2e-9a76-0c4f0a9b1e58';

/** A run that waits for a lead's yes, as the product shows it. */
export function runView(change: Partial<RunView> = {}): RunView {
  return {
    id: runId,
    revision: 3,
    tone: 'asks',
    headline: 'RUN-7 · Isolate vm-pay-web-01 · waits for a lead’s yes',
    effect: 'vm-pay-web-01 reaches nothing but Defender for Endpoint.',
    facts: [
      { label: 'Asked by', value: 'Adam Keller' },
      { label: 'Why', value: 'Reverse shell to 203.0.113[.]9, still open', long: true },
      { label: 'Now', value: 'Not isolated, last seen 2 minutes ago' },
      { label: 'Taken back', value: 'Released after 4 hours' },
      { label: 'Decide by', at: '2026-11-20T23:34:00.000Z' },
    ],
    warning: 'vm-pay-web-01 is a crown jewel.',
    progress: '',
    outputs: [],
    buttons: [
      { verb: 'approve', label: 'Approve', style: 'danger', dialog: false },
      { verb: 'refuse', label: 'Refuse', style: 'plain', dialog: true },
      { verb: 'change', label: 'Change', style: 'plain', dialog: true },
      { verb: 'cancel', label: 'Cancel', style: 'plain', dialog: false },
      { verb: 'break-glass', label: 'Break glass', style: 'plain', dialog: true },
    ],
    fallback: 'RUN-7, isolate vm-pay-web-01, waits for a lead’s yes. Adam Keller asked for it.',
    ...change,
  };
}

/** What stands until somebody takes it back, or its time is over. */
export function standingView(): RunView {
  return runView({
    revision: 6,
    tone: 'standing',
    headline: 'RUN-7 · Isolate vm-pay-web-01 · done, until it is released',
    warning: '',
    progress: 'Isolated after 41 seconds.',
    outputs: [
      { label: 'Machines', text: 'vm-pay-web-01   isolated\n\tlast seen 23:04 UTC' },
      { label: 'Investigation package', url: 'https://watchfloor.contoso.com/files/7d9c3c52' },
    ],
    buttons: [
      { verb: 'extend', label: 'Extend', style: 'primary', dialog: true },
      { verb: 'undo', label: 'Release', style: 'danger', dialog: false },
    ],
    fallback: 'RUN-7: vm-pay-web-01 is isolated until it is released.',
  });
}

export function failedView(): RunView {
  return runView({
    tone: 'failed',
    headline: 'RUN-7 · Isolate vm-pay-web-01 · failed',
    warning: '',
    progress: 'Defender for Endpoint refused it: the machine is not onboarded.',
    buttons: [],
    fallback: 'RUN-7, isolate vm-pay-web-01, failed.',
  });
}

export function refuseDialog(): RunDialogView {
  return {
    run: runId,
    revision: 3,
    verb: 'refuse',
    title: 'Refuse RUN-7',
    about: 'RUN-7 Isolate vm-pay-web-01',
    submit: 'Refuse',
    fields: [
      { kind: 'says', id: 'says', label: 'What follows', text: 'Adam Keller is told why.' },
      {
        kind: 'text',
        id: 'reason',
        label: 'Why',
        required: true,
        maxLength: 500,
        placeholder: 'What speaks against it',
      },
    ],
  };
}

/** What is to be done, and on the next page what has to be said with it. */
export function actDialog(): DialogView {
  return {
    incident: 1042,
    version: 1,
    verb: 'act',
    title: 'Act on INC-1042',
    about: 'INC-1042 Reverse shell on vm-pay-web-01',
    submit: 'Next',
    fields: [
      {
        kind: 'choice',
        id: 'play',
        label: 'What is to be done?',
        required: true,
        choices: [
          { value: 'isolate-machine', label: 'Isolate a machine' },
          { value: 'block-ip', label: 'Block an address' },
        ],
      },
    ],
  };
}

export function actPage(change: Partial<DialogView> = {}): DialogView {
  return {
    ...actDialog(),
    submit: 'Ask for it',
    carried: { play: 'isolate-machine' },
    fields: [
      {
        kind: 'says',
        id: 'effect',
        label: 'What follows',
        text: 'vm-pay-web-01 reaches nothing but Defender for Endpoint.',
      },
      {
        kind: 'text',
        id: 'minutes',
        label: 'For how many minutes',
        required: true,
        maxLength: 5,
        placeholder: '',
        filled: '240',
      },
      {
        kind: 'text',
        id: 'reason',
        label: 'Why',
        required: true,
        maxLength: 500,
        placeholder: 'What it is for',
      },
    ],
    ...change,
  };
}

/** As large as a view may be, with the same text wherever somebody else's may stand. */
export function runEverywhereIn(text: string): RunView {
  const points = Array.from(text);
  const first = (count: number) => points.slice(0, count).join('');
  return runView({
    headline: first(150),
    effect: first(300),
    facts: Array.from({ length: 20 }, () => ({ label: text, value: text })),
    warning: text,
    progress: text,
    outputs: [
      { label: text, text: first(1_500) },
      { label: text, text: first(1_500) },
      { label: text, url: text },
    ],
    buttons: runVerbs.slice(0, 6).map((verb) => ({ verb, label: first(20), style: 'danger', dialog: false })),
    fallback: text,
  });
}
