import { accountsIn } from '../incident/account.ts';
import type { Incident } from '../incident/incident.ts';
import type { ButtonView, CardView } from './views.ts';

/**
 * What may be pressed on the card of an incident at this moment; who may is looked at when they press. `failed` where a
 * source could not be written, `hid` where the card masks something that can be revealed, `isLate` where a far side should
 * have answered by now.
 */
export function buttonsOf(
  incident: Incident,
  failed: boolean,
  hid: boolean,
  isLate: boolean,
): Pick<CardView, 'buttons' | 'more'> {
  const retry: ButtonView[] = failed
    ? [{ verb: 'retry', label: 'Retry sync', primary: false, dialog: false }]
    : [];
  const press = (verb: ButtonView['verb'], label: string, primary = false): ButtonView => ({
    verb,
    label,
    primary,
    dialog: false,
  });
  const ask = (verb: ButtonView['verb'], label: string, primary = false): ButtonView => ({
    verb,
    label,
    primary,
    dialog: true,
  });

  // Chooses a playbook first.
  const act = ask('act', 'Act');
  // Opens what is known, where the channel has a place for it.
  const details = ask('details', 'Details');
  const wasThisYou = accountsIn(incident.alerts).length > 0 ? [ask('ask', 'Was this you?')] : [];

  const again = isLate ? [press('enrich', 'Ask again')] : [];
  const reveal = hid ? [press('reveal', 'Reveal')] : [];
  const lift = incident.restrictedTo ? [press('unrestrict', 'Lift restriction')] : [];
  const whoSees = [...reveal, ask('restrict', 'Restrict'), ...lift];

  if (incident.mergedInto !== undefined) return { buttons: [], more: [] };
  switch (incident.status) {
    case 'new':
      return {
        buttons: [
          press('take', 'Take it', true),
          ask('assign', 'Assign'),
          ask('investigate', 'Investigate'),
          act,
          ...retry,
        ],
        more: [
          details,
          ask('close', 'Close'),
          press('acknowledge', 'Acknowledge'),
          ask('comment', 'Comment'),
          ask('note', 'How it stands'),
          ...wasThisYou,
          ask('severity', 'Set severity'),
          ask('escalate', 'Escalate'),
          ask('silence', 'Silence'),
          ...whoSees,
          ...again,
        ],
      };
    case 'active':
      return {
        buttons: incident.owner
          ? [
              ask('close', 'Close', true),
              ask('investigate', 'Investigate'),
              act,
              ask('assign', 'Hand over'),
              ...retry,
            ]
          : [
              press('take', 'Take it', true),
              ask('investigate', 'Investigate'),
              act,
              ask('close', 'Close'),
              ...retry,
            ],
        more: [
          ...(incident.owner ? [] : [ask('assign', 'Assign')]),
          details,
          ask('comment', 'Comment'),
          ask('note', 'How it stands'),
          ...wasThisYou,
          ask('severity', 'Set severity'),
          ask('escalate', 'Escalate'),
          ask('silence', 'Silence'),
          ...whoSees,
          ...again,
        ],
      };
    case 'closed': {
      // It was real: then a law may count.
      const clock =
        incident.closing?.classification === 'true-positive' ? [ask('clock', 'Start a clock')] : [];
      return { buttons: [press('reopen', 'Reopen'), ...clock, ...retry, ...reveal, ...lift], more: [] };
    }
  }
}
