import type { ActionsBlock, Button, InputBlock, KnownBlock } from '@slack/types';
import { z } from 'zod';
import { type Answer, answers } from '../../incident/question.ts';
import type { Answered } from '../channel.ts';
import type { Fact } from '../fact.ts';
import type { QuestionView } from '../views.ts';
import { untilDue } from './deadline.ts';
import { fitting } from './limits.ts';
import { type Message, message } from './message.ts';
import type { Rooms } from './press.ts';
import { drawReply, drawSentence } from './reply.ts';
import { sentenceOf } from './tell.ts';
import { bold, line, moment, own, plain, richText, small, words } from './text.ts';

/** Slack's largest text input is 3,000; a note is a sentence or two. */
const longestNote = 500;

/** "Was this you?" in a direct chat: what happened, room for a note, three buttons; or how it ended. */
export function drawQuestion(view: QuestionView): Message {
  return fitting((scale) => draw(view, (limit) => Math.max(8, Math.floor(limit * scale))));
}

type Limit = (limit: number) => number;

function draw(view: QuestionView, limit: Limit): Message {
  const isOpen = view.answers.length > 0;
  // What has changed needs a new block id, or clients keep what they showed before.
  const id = (part: string) => `${part}:${isOpen ? 'open' : 'over'}`;
  const blocks: KnownBlock[] = [
    richText(id('headline'), [line(bold(view.headline, limit(150))), line(words(view.why, limit(900)))]),
    richText(
      id('facts'),
      view.facts.map((fact) => drawFact(fact, limit)),
    ),
  ];
  if (!isOpen)
    return message(view.fallback, [
      ...blocks,
      richText(id('outcome'), [line(bold(view.outcome, limit(300)))]),
    ]);
  const until = {
    type: 'context',
    block_id: id('until'),
    elements: small('An answer counts until', 60, view.dueAt),
  } as const;
  return message(view.fallback, [...blocks, drawNote(view), drawButtons(view), until]);
}

function drawFact(fact: Fact, limit: Limit) {
  const value = 'at' in fact ? moment(fact.at) : words(fact.value, limit(300));
  return line(bold(fact.label, limit(40)), own('  '), value);
}

function drawNote({ id }: QuestionView): InputBlock {
  return {
    type: 'input',
    block_id: `note:${id}`,
    optional: true,
    label: plain('Anything to add?', 60),
    element: {
      type: 'plain_text_input',
      action_id: 'note',
      max_length: longestNote,
      placeholder: plain('Travelling, a new phone, on leave …', 100),
    },
  };
}

function drawButtons({ id, answers: offered }: QuestionView): ActionsBlock {
  const elements = offered.map(({ answer, label }): Button => {
    const style =
      answer === 'yes' ? { style: 'primary' as const } : answer === 'no' ? { style: 'danger' as const } : {};
    return {
      type: 'button',
      action_id: `question:${answer}`,
      text: plain(label, 75),
      value: `${id}:${answer}`,
      ...style,
    };
  });
  return { type: 'actions', block_id: 'answers', elements };
}

/** Somebody pressed a button of a question. The message itself changes from the queue. */
export async function answerQuestion(
  rooms: Rooms,
  body: unknown,
  ack: () => Promise<void>,
  context: object,
): Promise<void> {
  const pressed = readAnswer(body);
  const work = carryOut(rooms, pressed);
  await untilDue(work, context);
  await ack();
  await rooms.tell(pressed.where, await work);
}

async function carryOut({ desk, users, log }: Rooms, pressed: Pressed): Promise<Message> {
  try {
    const user = await users.find(pressed.where.userId, pressed.teamId);
    return drawAnswered(await desk.answer(user, pressed.question, pressed.answer, pressed.note));
  } catch (error) {
    return drawSentence(sentenceOf(error, log));
  }
}

/** What the person is told, with the page where they sign in anew where the answer needs it. */
function drawAnswered({ told, signIn }: Answered): Message {
  return drawReply(
    signIn ? { kind: 'link', text: told, label: 'Sign in', url: signIn } : { kind: 'text', text: told },
  );
}

type Pressed = ReturnType<typeof readAnswer>;

/** Which question, which answer, by whom. The button carries the question's id and no authority. */
function readAnswer(body: unknown) {
  const told = payload.parse(body);
  const [action] = told.actions;
  const [question, answer] = (action.value ?? '').split(':');
  const carried: { question: string; answer: Answer } = parsed.parse({ question, answer });
  return {
    ...carried,
    note: told.state?.values?.[`note:${carried.question}`]?.note?.value?.slice(0, longestNote) ?? '',
    teamId: told.user.team_id ?? '',
    where: {
      userId: told.user.id,
      conversation: told.container?.channel_id ?? told.channel?.id ?? '',
      ...(told.response_url ? { responseUrl: told.response_url } : {}),
    },
  };
}

const parsed = z.object({ question: z.uuid(), answer: z.enum(answers) });
const action = z.object({ value: z.string().optional() });
const typedNote = z.object({ value: z.string().nullish() });
const payload = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  response_url: z.string().optional(),
  channel: z.object({ id: z.string() }).nullish(),
  container: z.object({ channel_id: z.string().optional() }).nullish(),
  state: z
    .object({ values: z.record(z.string(), z.object({ note: typedNote.optional() })).optional() })
    .nullish(),
  actions: z.tuple([action], action),
});
