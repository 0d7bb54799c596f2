import type { Classification, Instant, Severity, Status } from '../incident/alert.ts';

/** What our own incidents tell, as far as enrichers ask; the store keeps it. */
export interface OurIncidents {
  /**
   * Incidents of so many days before this one that were raised by one of its rules or concern one of its entities, each once,
   * newest first, at most 500. Merged and restricted ones are left out.
   */
  alike(incident: number, days: number): Promise<AlikeIncident[]>;
  /** Open incidents that concern a subject, by its key, most important first, at most 20; restricted ones are left out. */
  openWith(subject: string): Promise<OpenIncident[]>;
}

export interface AlikeIncident {
  id: number;
  openedAt: Instant;
  isOpen: boolean;
  /** How it ended, and who decided so; absent while it is open. */
  ending?: { classification: Classification; by: string; at: Instant };
  /** It was raised by one of the rules. */
  byRule: boolean;
  /** Names of the entities that both concern, as their keys say them: `adam@contoso.com`. */
  shared: string[];
}

export interface OpenIncident {
  id: number;
  severity: Severity;
  status: Status;
  /** Empty where nobody has it. */
  owner: string;
  title: string;
  openedAt: Instant;
}

/** The most that `alike` returns: who has seen more has no need of a precise number. */
export const mostAlike = 500;
