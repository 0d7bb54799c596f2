import type { FieldFaults } from '../channels/channel.ts';
import type { FormView, ReplyView } from '../channels/views.ts';
import type { Person } from '../people/roster.ts';

/** What somebody may do with handovers between shifts. */
export interface HandoverDesk {
  /** Theirs: the one that is open, with what is open now, or a new one. */
  draft(to: Person | undefined): Promise<ReplyView>;
  show(handover: number): Promise<ReplyView>;
  /** What whoever hands over may change, ten incidents a page, from 1. */
  form(handover: number, page: number): Promise<FormView>;
  change(handover: number, page: number, fields: Record<string, string>): Promise<ReplyView | FieldFaults>;
  sign(handover: number): Promise<ReplyView>;
  accept(handover: number): Promise<ReplyView>;
  declineForm(handover: number): Promise<FormView>;
  decline(handover: number, reason: string): Promise<ReplyView>;
  withdraw(handover: number): Promise<ReplyView>;
}
