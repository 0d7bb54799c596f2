import type { Answer } from '../incident/question.ts';
import type { PageView } from './page-view.ts';
import type { QueryDialogView, QueryVerb, QueryView } from './query-view.ts';
import type { RunDialogView, RunVerb, RunView } from './run-view.ts';
import type {
  ButtonVerb,
  CardView,
  Choice,
  DialogView,
  FormView,
  LogView,
  QuestionView,
  ReplyView,
  SummaryView,
} from './views.ts';

export type ChannelName = 'slack' | 'teams';

/** Where a message is, opaque outside its channel; stored as JSON. */
export interface Ref {
  conversation: string;
  message: string;
}

/** Where a message goes: a conversation, and the thread in it, named by its first message, where there is one. */
export interface Spot {
  conversation: string;
  thread: string | undefined;
}

/** Somebody who is called: Slack's user id or the Entra object id, and the name that is shown. */
export interface Mentioned {
  userId: string;
  name: string;
}

/** A file made by us. `name` is safe as a name of a file. */
export interface FileView {
  /**
   * What `Desk.file` makes the same file anew from, also after a restart and in another replica: of a query's rows, the
   * query's id. It travels through the platform and back, and grants nothing. At most 200 characters.
   */
  key: string;
  name: string;
  /** `text/csv`. */
  type: string;
  content: Uint8Array;
  /** A sentence beside it. */
  about: string;
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
   * The direct chat with one person, as a conversation to post into. `userId` is Slack's user id or the Entra
   * object id. `auth` where the platform lets us open none; `isOurs` where it does not take our own token.
   */
  direct(userId: string): Promise<string>;
  /** Asks somebody in their direct chat. `mark` as for a card. */
  postQuestion(conversation: string, view: QuestionView, mark: string): Promise<Ref>;
  updateQuestion(ref: Ref, view: QuestionView): Promise<void>;
  /** Posts a query, from its place in line to its answer. `mark` as for a card. */
  postQuery(spot: Spot, view: QueryView, mark: string): Promise<Ref>;
  updateQuery(ref: Ref, view: QueryView): Promise<void>;
  /**
   * Posts a run of a playbook. `mark` as for a card. `isLoud` where somebody has to decide: a thread hides it from whoever
   * does not follow it, so Slack shows it in the room as well.
   */
  postRun(spot: Spot, view: RunView, mark: string, isLoud: boolean): Promise<Ref>;
  updateRun(ref: Ref, view: RunView): Promise<void>;
  /** Posts a page, in whose first line people are mentioned. `mark` as for a card. */
  postPage(spot: Spot, page: PageView, mark: string, to: Mentioned[]): Promise<Ref>;
  /** Nobody is called by an edit; the first line stays as it was where `to` is the same. */
  updatePage(ref: Ref, page: PageView, to: Mentioned[]): Promise<void>;
  /**
   * Gives a person a file. Slack: a file in the thread. Teams lets a bot hand over files in a direct chat alone, and
   * asks the person first; there `userId` is the Entra object id of whoever is to get it.
   */
  sendFile(spot: Spot, userId: string, file: FileView): Promise<void>;
  /**
   * Looks for a post that may or may not have happened; `undefined` where it is not there. Absent on a
   * platform that gives a bot no way to look: there a post in doubt is posted again. `card` is given when
   * the message looked for is a log in that card's thread.
   */
  find?(conversation: string, mark: string, card: Ref | undefined): Promise<Ref | undefined>;
}

/**
 * What the platform says of an account: `external` is of another organisation (Slack Connect, another tenant),
 * `guest` a visitor within ours.
 */
export type Standing = 'member' | 'guest' | 'external' | 'bot' | 'deactivated';

/** Who is asking, as the platform vouches for it. Roles are looked up elsewhere. `email` is verified, or empty. */
export type ChatUser = {
  id: string;
  name: string;
  standing: Standing;
  /** Of the clock that they see: `Europe/Berlin`; absent where the platform does not say. */
  zone?: string;
} & ({ channel: 'slack'; teamId: string; email: string } | { channel: 'teams'; tenantId: string });

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
  ): Promise<Outcome | FieldFaults | NextPage>;
  /**
   * Typed words, without the mention; `card` is the message whose thread one is in. `spot` is where an answer goes that
   * follows as a message of its own; `undefined` where the person alone sees answers (`/soc`).
   */
  say(user: ChatUser, text: string, conversation: string, card: Ref | undefined, spot?: Spot): Promise<Reply>;
  /** People, or hunts, that fit what was typed so far, for a field that is searched. */
  suggest(user: ChatUser, query: string, list?: 'people' | 'hunts'): Promise<Choice[]>;
  /** A button of a query's message. `argument` is that of a section's `more`. */
  pressQuery(user: ChatUser, verb: QueryVerb, query: string, argument: string): Promise<QueryOutcome>;
  openQuery(user: ChatUser, verb: QueryVerb, query: string): Promise<QueryDialogView>;
  submitQuery(
    user: ChatUser,
    verb: QueryVerb,
    query: string,
    fields: Record<string, string>,
  ): Promise<QueryOutcome | FieldFaults>;
  /** A button of a run's message; `revision` is the one that it was drawn at. */
  pressRun(user: ChatUser, verb: RunVerb, run: string, revision: number): Promise<RunOutcome>;
  openRun(user: ChatUser, verb: RunVerb, run: string, revision: number): Promise<RunDialogView>;
  submitRun(
    user: ChatUser,
    verb: RunVerb,
    run: string,
    revision: number,
    fields: Record<string, string>,
  ): Promise<RunOutcome | FieldFaults>;
  /** The button of a hunt that was offered, by the hunt's id, in the thread of an incident or elsewhere. */
  runHunt(
    user: ChatUser,
    hunt: string,
    conversation: string,
    card: Ref | undefined,
    spot: Spot,
  ): Promise<Reply>;
  /** A button of words that asks for more first: the form of their command. */
  openForm(user: ChatUser, words: string, conversation: string): Promise<WordsFormView>;
  /** That form, filled. `spot` as after typed words. */
  submitForm(
    user: ChatUser,
    words: string,
    fields: Record<string, string>,
    conversation: string,
    spot?: Spot,
  ): Promise<Reply | FieldFaults>;
  /**
   * The file that was offered by `Channel.sendFile`, once more: Teams asks the person first, and the bytes may be wanted
   * days later. Throws `Refused` where they may not have it, or it is no longer kept.
   */
  file(user: ChatUser, key: string): Promise<FileView>;
  /** "Was this you?": a button of a question's message, or what was written beside it. */
  answer(user: ChatUser, question: string, answer: Answer, note: string): Promise<Answered>;
  /** What one person comes for, for them alone. Throws `Refused` where they may see nothing. */
  home(user: ChatUser): Promise<PageView>;
  /** Somebody's account or membership changed: nothing remembered of people is good any more. */
  peopleChanged(): void;
}

/** The answer to words. What is private only the one who asked may see, wherever they asked. */
export interface Reply {
  view: ReplyView;
  private: boolean;
}

/** A form that words opened; they come back with what is filled, and are worth no more than typed ones. */
export interface WordsFormView extends FormView {
  words: string;
}

/** `view` is the question as it is now, for the message that was answered. */
export interface Answered {
  told: string;
  view: QuestionView;
  /** The page where the person signs in anew; the answer counts once they have. Good once, for ten minutes. */
  signIn?: string;
}

/** `card` is the incident as it is now, for platforms that answer a press with a card. */
export interface Outcome {
  card: CardView;
  told: string;
  /** Shown to the presser alone, after `told`. */
  reply?: ReplyView;
  /** False where the incident was like that already. */
  changed: boolean;
}

/** `view` is the query as it is now, for platforms that answer a press with a message; `told` may be empty. */
export interface QueryOutcome {
  told: string;
  view: QueryView | undefined;
}

/** `view` is the run as it is now, for platforms that answer a press with a message; `told` may be empty. */
export interface RunOutcome {
  told: string;
  view: RunView | undefined;
}

/** The form goes on: what was chosen decides what has to be said further. Drawn in the place of the one that was filled. */
export interface NextPage {
  page: DialogView;
}

/** What to mend, by field id. `form` is the page that was filled, where it is not the first: Teams has to draw it anew. */
export interface FieldFaults {
  faults: Record<string, string>;
  form?: DialogView;
}
