import type { ModalView } from '@slack/types';
import { z } from 'zod';
import type { NextPage } from '../channel.ts';
import { untilDue } from './deadline.ts';
import { drawDialog, drawRefusal } from './dialog.ts';
import { submitWords } from './form.ts';
import { refuseView } from './limits.ts';
import { type Rooms, type Told, tellAll, toldOf } from './press.ts';
import { giveSaid, type Said } from './press-words.ts';
import { readSubject, type Subject } from './subject.ts';
import { sentenceOf, type Whereabouts } from './tell.ts';
import { tidy } from './text.ts';

export type SubmitAck = (
  answer?:
    | { response_action: 'errors'; errors: Record<string, string> }
    | { response_action: 'update'; view: ModalView },
) => Promise<void>;

/**
 * Somebody submitted a dialog. What is wrong with it is shown beside the fields and nothing typed is lost; where it goes on, the
 * next page is drawn in its place.
 */
export async function submit(rooms: Rooms, body: unknown, ack: SubmitAck, context: object): Promise<void> {
  const submitted = readSubmission(body);
  const work = decide(rooms, submitted);
  const result = await untilDue(work, context);
  if (result && 'faults' in result) return ack(answerTo(result.faults, submitted.inputs));
  if (result && 'page' in result) return ack({ response_action: 'update', view: result.page });
  await ack();
  const done = await work;
  if ('spot' in done) return giveSaid(rooms, submitted.where, done);
  await tellAll(rooms, submitted.where, toldLate(done));
}

type Shown = Told | { faults: Record<string, string> } | { page: ModalView };
type Result = Shown | Said;

/** The dialog is closed: what it would have shown is said. */
function toldLate(result: Shown): Told {
  if ('said' in result) return result;
  if ('faults' in result) return { said: `Not done: ${Object.values(result.faults).join(' ')}` };
  return { said: 'Not done: that took too long for the form to go on. Press the button again.' };
}

async function decide(rooms: Rooms, submitted: Submission): Promise<Result> {
  const { desk, users, log } = rooms;
  const { subject, fields, teamId, where } = submitted;
  try {
    if ('words' in subject)
      return await submitWords(rooms, subject, { userId: where.userId, teamId, fields });
    // The one who submits is asked about anew: it need not be the one who opened.
    const user = await users.find(where.userId, teamId);
    if ('query' in subject) {
      const outcome = await desk.submitQuery(user, subject.verb, subject.query, fields);
      return 'faults' in outcome ? outcome : { said: outcome.told };
    }
    if ('run' in subject) {
      const outcome = await desk.submitRun(user, subject.verb, subject.run, subject.revision, fields);
      return 'faults' in outcome ? outcome : { said: outcome.told };
    }
    const { verb, incident, version, carried } = subject;
    const outcome = await desk.submit(user, verb, incident, version, { ...carried, ...fields });
    if ('faults' in outcome) return outcome;
    return 'page' in outcome ? nextPage(outcome, subject.conversation) : toldOf(outcome);
  } catch (error) {
    return { faults: { '': sentenceOf(error, log) } };
  }
}

/** @throws FarSideError where Slack would refuse it, which an answer to it is not told. */
function nextPage({ page }: NextPage, conversation: string): { page: ModalView } {
  const view = drawDialog(page, conversation);
  refuseView(view);
  return { page: view };
}

// Slack names no limit; longer sentences are cut on phones.
const LONGEST = 300;

function answerTo(faults: Record<string, string>, inputs: string[]): Parameters<SubmitAck>[0] {
  const [first] = inputs;
  if (first === undefined) {
    return { response_action: 'update', view: drawRefusal(Object.values(faults).join(' ')) };
  }
  const errors: Record<string, string> = {};
  for (const [field, sentence] of Object.entries(faults)) {
    // Slack shows nothing at all when an error names a block that is not there.
    const block = inputs.includes(field) ? field : first;
    errors[block] = tidy([errors[block] ?? '', sentence].join(' '), LONGEST) || 'Not accepted.';
  }
  return { response_action: 'errors', errors };
}

type Submission = ReturnType<typeof readSubmission>;

function readSubmission(body: unknown) {
  const { user, view } = payload.parse(body);
  const subject = readSubject(view.private_metadata);
  const fields: Record<string, string> = {};
  for (const [block, elements] of Object.entries(view.state.values)) {
    const [held] = Object.values(elements);
    fields[block] = held?.value ?? held?.selected_option?.value ?? '';
  }
  return {
    subject,
    fields,
    inputs: view.blocks.filter((block) => block.type === 'input').map((block) => block.block_id),
    teamId: user.team_id ?? '',
    where: whereOf(user.id, subject),
  };
}

function whereOf(userId: string, subject: Subject): Whereabouts {
  const { conversation } = subject;
  const thread = 'incident' in subject ? undefined : subject.thread;
  return { userId, conversation, ...(thread && { thread }) };
}

const held = z.object({
  value: z.string().nullish(),
  selected_option: z.object({ value: z.string() }).nullish(),
});
const payload = z.object({
  user: z.object({ id: z.string(), team_id: z.string().nullish() }),
  view: z.object({
    private_metadata: z.string(),
    blocks: z.array(z.object({ type: z.string(), block_id: z.string() })),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), held)) }),
  }),
});
