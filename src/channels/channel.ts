import type { ButtonVerb, CardView, Choice, DialogView, LogView, ReplyView, SummaryView } from './views.ts';

export type ChannelName = 'slack' | 'teams';

/** Where a message is, opaque outside its channel; stored as JSON. */
export interface Ref {
  conversation: string;
  message: string;
}

/**
 * A chat platform as the product sees it. Every call throws `FarSideError`; none retries by itself.
 *
 * `not-found` from `update`, `updateLog` or `updateSummary` means that this one message can never be edited again, because a
 * person deleted it or the platform closed it to edits, while its conversation is still there: it has to be
 * posted anew. A conversation that is out of reach (bot not invited, archived, gone) is `auth`: a person has
 * to mend that, and the message is still where its `Ref` says.
 */
export interface Channel {
  readonly name: ChannelName;
  /** Shortest time between two posts or edits in one conversation, in milliseconds. */
  readonly pace: number;
  /** Posts a card. `mark` is unique to this card and can be looked for afterwards. */
  post(conversation: string, view: CardView, mark: string): Promise<Ref>;
  update(ref: Ref, view: CardView): Promise<void>;
  /** Posts the log into the card's thread. */
  postLog(card: Ref, view: LogView, mark: string): Promise<Ref>;
  updateLog(ref: Ref, view: LogView): Promise<void>;
  /** Posts a storm's summary. `mark` as for a card. */
  postSummary(conversation: string, view: SummaryView, mark: string): Promise<Ref>;
  updateSummary(ref: Ref, view: SummaryView): Promise<void>;
  /**
   * Looks for a post that may or may not have happened; `undefined` where it is not there. Absent on a
   * platform that gives a bot no way to look: there a post in doubt is posted again. `card` is given when
   * the message looked for is a log in that card's thread.
   */
  find?(conversation: string, mark: string, card: Ref | undefined): Promise<Ref | undefined>;
}

/** Who is asking, as the platform vouches for it. Roles are looked up elsewhere. */
export type ChatUser =
  | { channel: 'slack'; id: string; name: string; teamId: string; email: string; member: boolean }
  | { channel: 'teams'; id: string; name: string; tenantId: string };

/**
 * What a channel may ask of the product. Every call throws `Refused` (show its message privately); anything
 * else thrown is our fault: show a neutral sentence and log it.
 */
export interface Desk {
  /** A button that acts at once. `told` is for the presser alone; the cards follow from the queue. */
  press(user: ChatUser, verb: ButtonVerb, incident: number, version: number): Promise<Outcome>;
  /** A button that opens a dialog. */
  open(user: ChatUser, verb: ButtonVerb, incident: number, version: number): Promise<DialogView>;
  /** A filled dialog: field id to text. `FieldFaults` names what to mend. */
  submit(
    user: ChatUser,
    verb: ButtonVerb,
    incident: number,
    version: number,
    fields: Record<string, string>,
  ): Promise<Outcome | FieldFaults>;
  /** Typed words, without the mention; `card` is the message whose thread one is in. */
  say(user: ChatUser, text: string, conversation: string, card: Ref | undefined): Promise<ReplyView>;
  /** People whose name starts like this, for a person field. */
  suggest(user: ChatUser, query: string): Promise<Choice[]>;
}

/** `card` is the incident as it is now, for platforms that answer a press with a card. */
export interface Outcome {
  card: CardView;
  told: string;
  /** False where the incident was like that already. */
  changed: boolean;
}

export interface FieldFaults {
  faults: Record<string, string>;
}
