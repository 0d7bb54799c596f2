import { z } from 'zod';
import { Malformed } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { ChatUser, Desk, QueryOutcome, Reply } from '../channel.ts';
import { type QueryVerb, queryVerbs } from '../query-view.ts';
import type { Turn } from './activity.ts';
import { drawDialog, type Typed } from './draw-dialog.ts';
import { drawQuery } from './draw-query.ts';
import type { InvokeResult } from './invoke-response.ts';
import { readSpot } from './place.ts';
import { readCard } from './words.ts';

/** What a query's button carries; never authority. `argument` is of a section's *more*. */
const carried = z.object({ query: z.uuid(), argument: z.string().max(200).default('') });
/** Tells a query's verbs from an incident's: fields of their forms may be called alike. */
const ofQuery = z.templateLiteral(['query/', z.enum(queryVerbs)]);
const ofQueryPressed = z.templateLiteral(['watchfloor/', ofQuery]);

const pressed = z.object({ action: z.object({ verb: ofQueryPressed, data: carried }) });
const pressedByMessage = z.object({ verb: ofQuery, ...carried.shape });
const dialog = z.object({ data: z.looseObject({ verb: ofQuery, query: z.uuid() }) });
const carriesHunt = z.object({ hunt: z.string().min(1).max(100) });
const huntPressed = z.object({ action: z.object({ verb: z.literal('watchfloor/hunt'), data: carriesHunt }) });
const huntByMessage = z.object({ verb: z.literal('hunt'), ...carriesHunt.shape });

/** Whether what was pressed or filled in is about a query, and not about an incident. */
export function isOfQuery(value: unknown): boolean {
  const byMessage = z.object({ verb: z.string().startsWith('query/') });
  const byAction = z.object({ action: z.object({ verb: z.string().startsWith('watchfloor/query/') }) });
  const inDialog = z.object({ data: byMessage });
  return safeParse(z.union([byMessage, byAction, inDialog]), value).error === undefined;
}

/** Whether it is the button of a hunt that was offered. */
export function isOfHunt(value: unknown): boolean {
  return safeParse(z.union([huntPressed, huntByMessage]), value).error === undefined;
}

/** A button that acts at once. */
export async function pressQuery(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { verb, data } = parse(pressed, value).action;
  const { view, told } = await desk.pressQuery(user, verbIn(verb), data.query, data.argument);
  return view ? { kind: 'card', card: drawQuery(view, told) } : { kind: 'told', text: told || 'Done.' };
}

/** The same button in a client without `Action.Execute`; the message itself shows what came of it. */
export async function pressQueryByMessage(
  desk: Desk,
  user: ChatUser,
  value: unknown,
): Promise<string | undefined> {
  const { verb, query, argument } = parse(pressedByMessage, value);
  const { told } = await desk.pressQuery(user, verbIn(verb), query, argument);
  return told || undefined;
}

/** A button that opens a dialog. */
export async function openQueryDialog(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { verb, query } = parse(dialog, value).data;
  return showDialog(desk, user, verbIn(verb), query);
}

/** A filled dialog: closed when all is well, otherwise shown again with what was typed and what to mend. */
export async function submitQueryDialog(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { verb: said, query, ...inputs } = parse(dialog, value).data;
  const verb = verbIn(said);
  const texts = Object.entries(inputs).filter(
    (input): input is [string, string] => typeof input[1] === 'string',
  );
  const values = Object.fromEntries(texts);
  const result = await desk.submitQuery(user, verb, query, values);
  if ('faults' in result) return showDialog(desk, user, verb, query, { values, faults: result.faults });
  return toldInDialog(result);
}

/** Runs a hunt that was offered, where it was offered. */
export function runHunt(desk: Desk, user: ChatUser, turn: Turn): Promise<Reply> {
  const byMessage = safeParse(huntByMessage, turn.value).data;
  const { hunt } = byMessage ?? parse(huntPressed, turn.value).action.data;
  const spot = readSpot(turn);
  return desk.runHunt(user, hunt, spot.conversation, readCard(turn), spot);
}

async function showDialog(
  desk: Desk,
  user: ChatUser,
  verb: QueryVerb,
  query: string,
  typed?: Typed,
): Promise<InvokeResult> {
  const view = await desk.openQuery(user, verb, query);
  const asksPerson = view.fields.some((field) => field.kind === 'person');
  const people = asksPerson ? await desk.suggest(user, '', 'people') : [];
  return { kind: 'dialog', title: view.title, card: drawDialog(view, people, typed) };
}

/** `watchfloor/query/next` and `query/next` are both of `next`. */
function verbIn(verb: z.infer<typeof ofQuery> | z.infer<typeof ofQueryPressed>): QueryVerb {
  return parse(z.enum(queryVerbs), verb.replace(/^(watchfloor\/)?query\//, ''));
}

function toldInDialog({ told }: QueryOutcome): InvokeResult {
  return told === '' ? { kind: 'dialog-closed' } : { kind: 'dialog-told', text: told };
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = safeParse(schema, value);
  if (!error) return data;
  throw new Malformed(`Teams sent an answer that is not of our queries: ${z.prettifyError(error)}`);
}
