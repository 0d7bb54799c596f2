// Not the package's index: it loads planners, tokenizers and an OpenAI client, 50 MB and most of a second.
import { Application } from '@microsoft/teams-ai/lib/Application.js';
import { ActivityTypes, type TurnContext } from 'botbuilder';
import { describe, Malformed, Refused } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { ChatUser, Desk, Reply } from '../channel.ts';
import { readTurn, type Turn } from './activity.ts';
import { answerByMessage, answerQuestion, isAnswer } from './answer-question.ts';
import { drawPage } from './draw-page.ts';
import { handOver } from './file.ts';
import { inTime } from './in-time.ts';
import { openDialog, press, pressByMessage, submitDialog, suggest } from './interact.ts';
import {
  isOfHunt,
  isOfQuery,
  openQueryDialog,
  pressQuery,
  pressQueryByMessage,
  runHunt,
  submitQueryDialog,
} from './interact-query.ts';
import { isOfRun, openRunDialog, pressRun, pressRunByMessage, submitRunDialog } from './interact-run.ts';
import {
  isOfForm,
  isOfWords,
  isToReplace,
  openWordsForm,
  sayPressed,
  submitWordsForm,
} from './interact-words.ts';
import { type InvokeResponse, type InvokeResult, toInvokeResponse } from './invoke-response.ts';
import { type Message, textMessage } from './message.ts';
import { readSpot } from './place.ts';
import { replyMessage } from './reply-message.ts';
import { isBot, readUser } from './user.ts';
import { readCard, readWords } from './words.ts';

export interface BotOptions {
  tenantId: string;
  /** The configured one; its origin is trusted with files beside SharePoint. */
  serviceUrl: string;
  desk: Desk;
  log: Log;
  /** Sends an answer into the conversation or thread that was written in. */
  answer(turn: Turn, message: Message): Promise<void>;
  /** Sends an answer into the direct chat with whoever asked, by their object id. */
  answerAlone(userId: string, message: Message): Promise<void>;
  /** Takes the message away that something was pressed in. */
  remove(turn: Turn): Promise<void>;
}

/**
 * What Teams can ask of us, each with the one function that answers it. teams-ai finds the route and does
 * nothing else: its own answers to pressed cards replace the card for everybody once one has `refresh`.
 */
export function createBot(options: BotOptions): Application {
  const { tenantId, serviceUrl, desk, log, answer, answerAlone, remove } = options;
  const app = new Application({ startTypingTimer: false, removeRecipientMention: false });

  app.adaptiveCards.actionExecute(/./, (context) =>
    respond(context, 'told', async (user, turn) => {
      if (isAnswer(turn.value)) return answerQuestion(desk, user, turn.value);
      if (isOfQuery(turn.value)) return pressQuery(desk, user, turn.value);
      if (isOfRun(turn.value)) return pressRun(desk, user, turn.value);
      if (isOfHunt(turn.value)) return offerHunt(user, turn);
      if (isOfWords(turn.value)) return sayForPresser(user, turn);
      return press(desk, user, turn.value);
    }),
  );
  app.taskModules.fetch(/./, (context) =>
    respond(context, 'dialog-told', (user, turn) =>
      isOfForm(turn.value) ? openWordsForm(desk, user, turn) : opened(turn.value)(desk, user, turn.value),
    ),
  );
  app.taskModules.submit(/./, (context) =>
    respond(context, 'dialog-told', (user, turn) =>
      isOfForm(turn.value) ? submitForPresser(user, turn) : submitted(turn.value)(desk, user, turn.value),
    ),
  );
  app.adaptiveCards.search(/./, async (context) => {
    await respond(context, 'choices', (user, turn) => suggest(desk, user, turn.value));
    return [];
  });
  // An upload takes longer than an answer may: what becomes of it is told in the chat.
  app.fileConsentAccept(async (context) => {
    const turn = readTurn(context.activity);
    await inTime(takeFile(turn), { answer: () => undefined, failed: logFailure });
  });
  app.fileConsentDecline(async (context) => {
    await removeQuietly(readTurn(context.activity));
  });
  app.activity(ActivityTypes.Message, async (context) => {
    const turn = readTurn(context.activity);
    // Two bots that answer each other never end.
    if (isBot(turn.from)) return;
    await inTime(hear(turn), { answer: () => undefined, failed: logFailure });
  });
  // Which person came or went matters not: what is remembered of people is asked anew.
  app.activity(ActivityTypes.ConversationUpdate, async ({ activity }) => {
    const members = [...(activity.membersAdded ?? []), ...(activity.membersRemoved ?? [])];
    if (members.some((member) => !isBot(member))) desk.peopleChanged();
  });

  type Respond = (user: ChatUser, turn: Turn) => Promise<InvokeResult>;

  async function respond(context: TurnContext, tell: Telling, make: Respond): Promise<string> {
    const turn = readTurn(context.activity);
    const work = answerInvoke(turn, tell, make);
    const late = telling(tell, 'This takes longer than usual. The card changes when it is done.');
    const value = await inTime(work, { answer: () => toInvokeResponse(late), failed: logFailure });
    await context.sendActivity({ type: ActivityTypes.InvokeResponse, value });
    // teams-ai answers a dialog in our place where a handler gives it nothing.
    return 'answered';
  }

  async function answerInvoke(turn: Turn, tell: Telling, make: Respond): Promise<InvokeResponse> {
    try {
      const result = await make(readUser(turn, tenantId), turn);
      if (result.kind === 'told' && result.aside) await sayAside(turn, result.aside);
      if (result.kind === 'dialog-told' && result.aside) {
        const isTold = await sayAside(turn, result.aside);
        const where = isTold ? 'I have answered in our own chat.' : writeToMe;
        return toInvokeResponse({ kind: 'dialog-told', text: `${result.text} ${where}` });
      }
      return toInvokeResponse(result);
    } catch (error) {
      return toInvokeResponse(telling(tell, explain(error)));
    }
  }

  async function hear(turn: Turn): Promise<void> {
    const words = readWords(turn);
    if (words === '' && turn.value !== undefined) return hearPress(turn);
    // A file, a picture: nothing that was said to us.
    if (turn.text === undefined) return;
    try {
      const spot = readSpot(turn);
      const user = readUser(turn, tenantId);
      await giveReply(turn, await desk.say(user, words, spot.conversation, readCard(turn), spot));
    } catch (error) {
      await give(turn, refusal(error));
    }
  }

  async function hearPress(turn: Turn): Promise<void> {
    try {
      const user = readUser(turn, tenantId);
      const told = isOfWords(turn.value)
        ? await sayPressed(desk, user, turn)
        : isOfHunt(turn.value)
          ? await runHunt(desk, user, turn)
          : await pressedBy(turn.value)(desk, user, turn.value);
      if (typeof told === 'string') await answer(turn, textMessage(told));
      else if (told) await giveReply(turn, told);
    } catch (error) {
      await give(turn, refusal(error));
    }
  }

  /** A hunt runs as a message of its own; the presser alone is told that it does. */
  async function offerHunt(user: ChatUser, turn: Turn): Promise<InvokeResult> {
    const { view, private: isPrivate } = await runHunt(desk, user, turn);
    if (view.kind === 'none') return { kind: 'told', text: 'It runs. The answer follows here.' };
    if (view.kind === 'text') return { kind: 'told', text: view.text };
    await give(turn, { message: await replyMessage(view), isPrivate });
    return { kind: 'told', text: 'I have answered.' };
  }

  async function sayForPresser(user: ChatUser, turn: Turn): Promise<InvokeResult> {
    const reply = await sayPressed(desk, user, turn);
    if (isToReplace(turn.value) && reply.view.kind === 'page')
      return { kind: 'card', card: drawPage(reply.view.page) };
    const told = await giveToPresser(turn, reply);
    return { kind: 'told', text: told ?? 'The answer follows here.' };
  }

  async function submitForPresser(user: ChatUser, turn: Turn): Promise<InvokeResult> {
    const result = await submitWordsForm(desk, user, turn);
    if ('again' in result) return result.again;
    const told = await giveToPresser(turn, result);
    return told === undefined ? { kind: 'dialog-closed' } : { kind: 'dialog-told', text: told };
  }

  /** As to one who typed; the sentence that they alone are to read of it, `undefined` where all stands in the chat. */
  async function giveToPresser(turn: Turn, { view, private: isPrivate }: Reply): Promise<string | undefined> {
    if (view.kind === 'none') return undefined;
    if (!isPrivate || turn.conversation.conversationType === 'personal') {
      await answer(turn, await replyMessage(view));
      return undefined;
    }
    if (view.kind === 'text') return view.text;
    const isTold = await sayAside(turn, await replyMessage(view));
    return isTold ? 'I have answered in our own chat.' : writeToMe;
  }

  async function takeFile(turn: Turn): Promise<void> {
    try {
      await answer(turn, await handOver(desk, readUser(turn, tenantId), turn.value, serviceUrl));
      await removeQuietly(turn);
    } catch (error) {
      await answer(turn, textMessage(explain(error)));
    }
  }

  /** A consent that is answered asks no more; where it stays it does no harm. */
  async function removeQuietly(turn: Turn): Promise<void> {
    await remove(turn).catch((error) =>
      log.warn({ channel: 'teams', error: describe(error) }, 'an answered consent was not removed'),
    );
  }

  /** Why they are refused is for them alone: it can name those who may, or tell of what others may not read. */
  function refusal(error: unknown): Answer {
    return { message: textMessage(explain(error)), isPrivate: error instanceof Refused };
  }

  async function giveReply(turn: Turn, { view, private: isPrivate }: Reply): Promise<void> {
    if (view.kind !== 'none') await give(turn, { message: await replyMessage(view), isPrivate });
  }

  /** What nobody else may read goes to the direct chat, and the room reads that it did. */
  async function give(turn: Turn, { message, isPrivate }: Answer): Promise<void> {
    if (!isPrivate || turn.conversation.conversationType === 'personal') return answer(turn, message);
    const isTold = await sayAside(turn, message);
    await answer(turn, textMessage(isTold ? 'I have answered you privately.' : writeToMe));
  }

  async function sayAside(turn: Turn, message: Message): Promise<boolean> {
    try {
      if (turn.from.aadObjectId === undefined) return false;
      await answerAlone(turn.from.aadObjectId, message);
      return true;
    } catch (error) {
      log.warn(
        { channel: 'teams', error: describe(error) },
        'could not answer a person in their direct chat',
      );
      return false;
    }
  }

  function explain(error: unknown): string {
    if (error instanceof Refused) return error.message;
    logFailure(error);
    if (error instanceof Malformed) return 'This card is not one that Watchfloor knows. Open a newer one.';
    return 'That did not work, and the fault is on our side. It is logged. Try again in a minute.';
  }

  function logFailure(error: unknown): void {
    log.error({ channel: 'teams', error: describe(error) }, 'request from Teams failed');
  }

  return app;
}

function pressedBy(value: unknown) {
  if (isAnswer(value)) return answerByMessage;
  if (isOfRun(value)) return pressRunByMessage;
  return isOfQuery(value) ? pressQueryByMessage : pressByMessage;
}

function opened(value: unknown) {
  if (isOfRun(value)) return openRunDialog;
  return isOfQuery(value) ? openQueryDialog : openDialog;
}

function submitted(value: unknown) {
  if (isOfRun(value)) return submitRunDialog;
  return isOfQuery(value) ? submitQueryDialog : submitDialog;
}

interface Answer {
  message: Message;
  isPrivate: boolean;
}

const writeToMe =
  'I may not say that here, and cannot open a chat with you. Add the Watchfloor app, then write to me directly.';

/** In which form a sentence reaches the person, by what was asked. */
type Telling = 'told' | 'dialog-told' | 'choices';

function telling(kind: Telling, text: string): InvokeResult {
  return kind === 'choices' ? { kind, choices: [] } : { kind, text };
}
