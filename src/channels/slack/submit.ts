import type { ModalView } from '@slack/types';
import { z } from 'zod';
import { untilDue } from './deadline.ts';
import { drawRefusal } from './dialog.ts';
import { type Rooms, type Told, tellAll, toldOf } from './press.ts';
import { readSubject, type Subject } from './subject.ts';
import { sentenceOf, type Whereabouts } from './tell.ts';
import { tidy } from './text.ts';

export type SubmitAck = (
  answer?:
    | { response_action: 'errors'; errors: Record<string, string> }
    | { response_action: 'update'; view: ModalView },
) => Promise<void>;

/** Somebody submitted a dialog. What is wrong with it is shown beside the fields and nothing typed is lost. */
export async function submit(rooms: Rooms, body: unknown, ack: SubmitAck, context: object): Promise<void> {
  const submitted = readSubmission(body);
  const work = decide(rooms, submitted);
  const result = await untilDue(work, context);
  if (result && 'faults' in result) return ack(answerTo(result.faults, submitted.inputs));
  await ack();
  const final = await work;
  const told = 'faults' in final ? { said: `Not done: ${Object.values(final.faults).join(' ')}` } : final;
  await tellAll(rooms, submitted.where, told);
}

type Result = Told | { faults: Record<string, string> };

async function decide({ desk, users, log }: Rooms, submitted: Submission): Promise<Result> {
  const { subject, fields } = submitted;
  try {
    // The one who submits is asked about anew: it need not be the one who opened.
    const user = await users.find(submitted.where.userId, submitted.teamId);
    if ('query' in subject) {
      const outcome = await desk.submitQuery(user, subject.verb, subject.query, fields);
      return 'faults' in outcome ? outcome : { said: outcome.told };
    }
    const outcome = await desk.submit(user, subject.verb, subject.incident, subject.version, fields);
    return 'faults' in outcome ? outcome : toldOf(outcome);
  } catch (error) {
    return { faults: { '': sentenceOf(error, log) } };
  }
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
  const thread = 'query' in subject ? subject.thread : undefined;
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
