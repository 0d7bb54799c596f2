import type { ReplyView } from '../channels/views.ts';
import type { Instant } from '../incident/alert.ts';
import type { Matcher } from '../incident/match.ts';

/** What of an incident a silence made from it matches. */
export const silenceScopes = ['both', 'rule', 'entity'] as const;
export type SilenceScope = (typeof silenceScopes)[number];

/** What a command about silences may do. */
export interface SilenceDesk {
  now: Date;
  /** In which the hours are meant that people type. */
  timeZone: string;
  /** Shows what it would have hidden and would hide now; nothing is silenced by that. */
  preview(wish: {
    /** What is matched, or an incident of whose kind it is to be. */
    what: { matcher: Matcher } | { incident: number; scope: SilenceScope };
    until: Instant;
    reason: string;
    /** Azure is to hold it, too. */
    writeBack: boolean;
  }): Promise<ReplyView>;
  /** Creates what somebody was shown; `withOpen` silences open incidents that nobody has taken, too. */
  confirm(number: number, withOpen: boolean): Promise<ReplyView>;
  /** Active ones and those that are over. */
  list(): Promise<ReplyView>;
  extend(number: number, until: Instant): Promise<ReplyView>;
  end(number: number): Promise<ReplyView>;
}
