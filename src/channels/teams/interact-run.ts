import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { ChatUser, Desk } from '../channel.ts';
import { type RunVerb, runVerbs } from '../run-view.ts';
import { drawDialog, type Typed } from './draw-dialog.ts';
import { drawRun } from './draw-run.ts';
import type { InvokeResult } from './invoke-response.ts';

/** What a run's button carries; never authority. `revision` is that of the message it stands in. */
const carried = z.object({ run: z.uuid(), revision: z.int().nonnegative() });
/** Tells a run's verbs from an incident's: both can be cancelled. */
const ofRun = z.templateLiteral(['run/', z.enum(runVerbs)]);
const ofRunPressed = z.templateLiteral(['watchfloor/', ofRun]);

const pressed = z.object({ action: z.object({ verb: ofRunPressed, data: carried }) });
const pressedByMessage = z.object({ verb: ofRun, ...carried.shape });
const dialog = z.object({ data: z.looseObject({ verb: ofRun, ...carried.shape }) });

/** Whether what was pressed or filled in is about a run. */
export function isOfRun(value: unknown): boolean {
  const byMessage = z.object({ verb: z.string().startsWith('run/') });
  const byAction = z.object({ action: z.object({ verb: z.string().startsWith('watchfloor/run/') }) });
  const inDialog = z.object({ data: byMessage });
  return safeParse(z.union([byMessage, byAction, inDialog]), value).error === undefined;
}

/** A button that acts at once. */
export async function pressRun(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { verb, data } = parse(pressed, value).action;
  const { view, told } = await desk.pressRun(user, verbIn(verb), data.run, data.revision);
  return view ? { kind: 'card', card: drawRun(view, told) } : { kind: 'told', text: told || 'Done.' };
}

/** The same button in a client without `Action.Execute`; the message itself shows what came of it. */
export async function pressRunByMessage(
  desk: Desk,
  user: ChatUser,
  value: unknown,
): Promise<string | undefined> {
  const { verb, run, revision } = parse(pressedByMessage, value);
  const { told } = await desk.pressRun(user, verbIn(verb), run, revision);
  return told || undefined;
}

/** A button that opens a dialog. */
export async function openRunDialog(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { verb, run, revision } = parse(dialog, value).data;
  return showDialog(desk, user, verbIn(verb), { run, revision });
}

/** A filled dialog: closed when all is well, otherwise shown again with what was typed and what to mend. */
export async function submitRunDialog(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { verb: said, run, revision, ...inputs } = parse(dialog, value).data;
  const verb = verbIn(said);
  const texts = Object.entries(inputs).filter(
    (input): input is [string, string] => typeof input[1] === 'string',
  );
  const values = Object.fromEntries(texts);
  const result = await desk.submitRun(user, verb, run, revision, values);
  if ('faults' in result) {
    return showDialog(desk, user, verb, { run, revision }, { values, faults: result.faults });
  }
  return result.told === '' ? { kind: 'dialog-closed' } : { kind: 'dialog-told', text: result.told };
}

async function showDialog(
  desk: Desk,
  user: ChatUser,
  verb: RunVerb,
  { run, revision }: z.infer<typeof carried>,
  typed?: Typed,
): Promise<InvokeResult> {
  const view = await desk.openRun(user, verb, run, revision);
  const asksPerson = view.fields.some((field) => field.kind === 'person');
  const people = asksPerson ? await desk.suggest(user, '', 'people') : [];
  return { kind: 'dialog', title: view.title, card: drawDialog(view, people, typed) };
}

/** `watchfloor/run/approve` and `run/approve` are both of `approve`. */
function verbIn(verb: z.infer<typeof ofRun> | z.infer<typeof ofRunPressed>): RunVerb {
  return parse(z.enum(runVerbs), verb.replace(/^(watchfloor\/)?run\//, ''));
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = safeParse(schema, value);
  if (!error) return data;
  throw new Malformed(`Teams sent an answer that is not of our runs: ${z.prettifyError(error)}`);
}
