import type { FieldFaults } from '../channels/channel.ts';
import type { FormView, ReplyView } from '../channels/views.ts';

/** Who is on call, and how that is changed. Everything throws `Refused` with one helpful line, `Denied` where they may not. */
export interface OnCallDesk {
  /** Who is on call and who is next; of every rota where none is named, now where `at` says nothing. */
  tell(rota: string | undefined, at: string | undefined): Promise<ReplyView>;
  /** Gaps, overlaps and people who cannot be called, in the days to come. */
  gaps(rota: string | undefined): Promise<ReplyView>;
  /** Asks somebody to take one's own turn, for one of theirs: `words` begin with whom, and go on with when. */
  swap(wish: {
    words: readonly string[];
    /** When one wants to be on call for it; their next turn where it says nothing. */
    forWhen: string | undefined;
    /** Nothing is wanted in return. */
    only: boolean;
    rota: string | undefined;
  }): Promise<ReplyView>;
  answerSwap(number: number, agrees: boolean): Promise<ReplyView>;
  /** Puts somebody on call: `words` begin with whom, and go on with from when to when. */
  override(wish: {
    words: readonly string[];
    rota: string | undefined;
    layer: string | undefined;
    reason: string;
  }): Promise<ReplyView>;
  drawOverride(rota: string | undefined): FormView;
  readOverride(fields: Record<string, string>, rota: string | undefined): Promise<ReplyView | FieldFaults>;
  undo(number: number): Promise<ReplyView>;
  /** Where one's own calendar subscribes to a rota, or to one's own turns in all of them: `mine`. */
  calendar(rota: string | undefined): Promise<ReplyView>;
}
