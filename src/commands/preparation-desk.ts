import type { ReplyView } from '../channels/views.ts';

/** What a command may see of what is proven and looked after by itself. Everything throws `Refused`. */
export interface PreparationDesk {
  /** The last proofs that alerts arrive, with the time of each step. */
  proofs(): Promise<ReplyView>;
  /** What was open at each source and here when it was compared last, and what was done about differences. */
  reconciled(): Promise<ReplyView>;
  /** Whom Azure warns, subscription by subscription, and where nobody is. */
  contacts(): Promise<ReplyView>;
}
