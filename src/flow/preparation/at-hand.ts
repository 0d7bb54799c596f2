import type { SecurityContact } from '../../incident/contacts.ts';
import type { Scenario } from '../../incident/scenario.ts';
import type { PreparationPolicy } from '../../preparation/settings.ts';

/** What is prepared for, and how. */
export interface PreparationAtHand {
  policy: PreparationPolicy;
  /** What can be played, by name. */
  scenarios: Map<string, Scenario>;
  /** Alerts never heard of and older than this many days are left alone. */
  lookbackDays: number;
  contacts: ContactsAtHand;
}

/** Whose security contacts are looked at, and how they are read. */
export interface ContactsAtHand {
  subscriptions: string[];
  /** Throws `FarSideError`. */
  read(subscription: string): Promise<SecurityContact | undefined>;
}
