import { z } from 'zod';
import { Malformed, Refused } from '../../errors.ts';
import { safeParse } from '../../safe-parse.ts';
import type { ChatUser, Desk, Reply } from '../channel.ts';
import { clean } from '../clean.ts';
import { type ButtonVerb, buttonVerbs, type Choice, type DialogView } from '../views.ts';
import { about, choice, dialogRequest, pressed, pressedByMessage, typed } from './activity.ts';
import { drawCard } from './draw-card.ts';
import { datasets, drawDialog, type Typed } from './draw-dialog.ts';
import type { InvokeResult } from './invoke-response.ts';
import { replyMessage } from './reply-message.ts';

/** A button that acts at once. */
export async function press(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { action } = parse(pressed, value);
  const verb = readVerb(action.verb.replace(/^watchfloor\//, ''));
  const { incident, version } = readAbout(verb, action.data);
  const { card, told, reply, changed } = await desk.press(user, verb, incident, version);
  // A summary stays one for whoever pressed: what it shows gets a message of its own.
  const isSummary = verb === 'show' && choiceIn(action.data) !== undefined;
  if (reply?.kind === 'incident' && !isSummary) return { kind: 'card', card: drawCard(reply.card, told) };
  if (reply && reply.kind !== 'none') return { kind: 'told', text: told, aside: await replyMessage(reply) };
  if (!changed || verb === 'show') return { kind: 'told', text: told };
  return { kind: 'card', card: drawCard(card, told) };
}

/**
 * The same button in a client without `Action.Execute`: it comes as a message, and what is told is an answer
 * that the whole conversation reads, so success is left to the card. `undefined` where nothing is to be said.
 */
export async function pressByMessage(
  desk: Desk,
  user: ChatUser,
  value: unknown,
): Promise<string | Reply | undefined> {
  const verb = readVerb(parse(pressedByMessage, value).verb);
  const { incident, version } = readAbout(verb, value);
  const outcome = await desk.press(user, verb, incident, version);
  if (outcome.reply && outcome.reply.kind !== 'none') return { view: outcome.reply, private: true };
  return outcome.changed ? undefined : outcome.told;
}

/** A button that opens a dialog. */
export async function openDialog(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { data } = parse(dialogRequest, value);
  if (readVerb(data.verb) === 'details') return showDetails(desk, user, data);
  const view = await desk.open(user, readVerb(data.verb), data.incident, data.version);
  return showDialog(desk, user, view);
}

/** Nothing is filled in there: what is known is shown in place of a form. */
async function showDetails(
  desk: Desk,
  user: ChatUser,
  { incident, version }: { incident: number; version: number },
): Promise<InvokeResult> {
  const { reply, told } = await desk.press(user, 'details', incident, version);
  if (!reply || reply.kind === 'none') return { kind: 'dialog-told', text: told };
  const message = await replyMessage(reply);
  const [card] = 'attachments' in message ? message.attachments : [];
  return card
    ? { kind: 'dialog', title: 'Details', card: card.content }
    : { kind: 'dialog-told', text: told };
}

/** A filled dialog: closed when all is well, otherwise shown again with what was typed and what to mend, or gone on with. */
export async function submitDialog(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { verb: said, incident, version, carried, ...inputs } = parse(dialogRequest, value).data;
  const verb = readVerb(said);
  const values = { ...carried, ...readFields(inputs) };
  const result = await desk.submit(user, verb, incident, version, values);
  if ('page' in result) return showDialog(desk, user, result.page);
  if ('faults' in result) {
    const view = result.form ?? (await desk.open(user, verb, incident, version));
    return showDialog(desk, user, view, { values, faults: result.faults });
  }
  const { reply, told, changed } = result;
  if (reply && reply.kind !== 'none')
    return { kind: 'dialog-told', text: told, aside: await replyMessage(reply) };
  return changed ? { kind: 'dialog-closed' } : { kind: 'dialog-told', text: told };
}

/** Typing in a field that is searched. */
export async function suggest(desk: Desk, user: ChatUser, value: unknown): Promise<InvokeResult> {
  const { dataset, queryText } = parse(typed, value);
  return { kind: 'choices', choices: await desk.suggest(user, queryText, readList(dataset)) };
}

function readList(dataset: string): 'people' | 'hunts' {
  if (dataset === datasets.people) return 'people';
  if (dataset === datasets.hunts) return 'hunts';
  throw new Malformed(`There is no list "${clean(dataset, 60)}" to search.`);
}

async function showDialog(
  desk: Desk,
  user: ChatUser,
  view: DialogView,
  typed?: Typed,
): Promise<InvokeResult> {
  const asksPerson = view.fields.some((field) => field.kind === 'person');
  const people: Choice[] = asksPerson ? await desk.suggest(user, '', 'people') : [];
  return { kind: 'dialog', title: view.title, card: drawDialog(view, people, typed) };
}

/** Inputs come as text; `msteams` and whatever else a client adds is no field. */
function readFields(inputs: Record<string, unknown>): Record<string, string> {
  const texts = Object.entries(inputs).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

/** Which incident is meant: that of the button or, in a summary, the one chosen beside it. */
function readAbout(verb: ButtonVerb, data: unknown): { incident: number; version: number } {
  const chosen = verb === 'show' ? choiceIn(data) : undefined;
  if (chosen === undefined) return parse(about, data);
  if (chosen === '') throw new Refused('Pick an incident in the list first, then press Show its card.');
  const [incident, version] = chosen.split(':').map(Number);
  return parse(about, { incident, version });
}

/** What is chosen in a summary, empty where nothing is; `undefined` where the button is an incident's own. */
function choiceIn(data: unknown): string | undefined {
  return about.safeParse(data).success ? undefined : parse(choice, data).chosen;
}

const buttonVerb = z.enum(buttonVerbs);

function readVerb(verb: string): ButtonVerb {
  return parse(buttonVerb, verb);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, error } = safeParse(schema, value);
  if (!error) return data;
  throw new Malformed(`Teams sent an answer that is not of our cards: ${z.prettifyError(error)}`);
}
