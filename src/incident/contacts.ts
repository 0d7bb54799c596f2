/** Whom Defender for Cloud writes to about a subscription, as Azure tells it. */
export interface SecurityContact {
  emails: string[];
  /** Empty where there is none. */
  phone: string;
  isEnabled: boolean;
  /** Roles on the subscription whose holders are written to, too: `Owner`. */
  roles: string[];
  /** The least severity of alerts that is written of; `undefined` where alerts are not. */
  alertsFrom: string | undefined;
}

/** Something that would be missed in an emergency, and how to mend it. */
export interface Shortcoming {
  what: 'no-contact' | 'switched-off' | 'nobody-written-to' | 'no-alerts' | 'only-high' | 'no-phone';
  /** One sentence with its cure. */
  text: string;
}

const where =
  'Azure portal → Defender for Cloud → Environment settings → the subscription → Email notifications';

/** What is wrong with it; of one that writes to nobody the rest does not matter. */
export function shortcomingsOf(contact: SecurityContact | undefined): Shortcoming[] {
  if (!contact) return [{ what: 'no-contact', text: `Nobody is set up to be warned. ${where}.` }];
  if (!contact.isEnabled)
    return [{ what: 'switched-off', text: `Warning people is switched off. ${where}.` }];
  const found: Shortcoming[] = [];
  if (contact.emails.length === 0 && contact.roles.length === 0)
    found.push({ what: 'nobody-written-to', text: `No address and no role is written to. ${where}.` });
  if (contact.alertsFrom === undefined)
    found.push({ what: 'no-alerts', text: `Alerts are not among what is written of. ${where}.` });
  else if (contact.alertsFrom === 'High')
    found.push({
      what: 'only-high',
      text: `Alerts of medium severity are not written of. ${where}.`,
    });
  if (contact.phone === '')
    found.push({ what: 'no-phone', text: `Microsoft has no number to call. ${where}.` });
  return found;
}
