import type { ReplyView } from '../channels/views.ts';

/** Closing what is like an incident that was closed by hand. */
export interface BulkDesk {
  /** What would be closed, and what is left out. */
  preview(precedent: number): Promise<ReplyView>;
  /** Closes what its author saw, or says that it is another list by now. */
  confirm(bulk: number): Promise<ReplyView>;
  /** Opens again what it closed and nobody has touched since. */
  undo(bulk: number): Promise<ReplyView>;
}
