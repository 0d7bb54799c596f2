import { setTimeout as sleep } from 'node:timers/promises';
import type { SandboxPerson } from '../people.ts';
import { type Found, findElement, stateFor } from './elements.ts';
import { actingAs, type FarSide, roomFor, viewFor } from './far-side.ts';
import { type JsonObject, objectsIn } from './json.ts';
import { channelOf, envelope } from './payload.ts';
import { asForm, FORM } from './product.ts';
import { ControlRefusal } from './refusal.ts';
import { fillIn } from './view-state.ts';
import type { Conversation, OpenView } from './workspace.ts';

/** How long a press waits, after its answer, for the view that the product opens with it. */
const VIEW_MS = 300;

/**
 * `value` is what is chosen in a select, an overflow menu or a picker; a button needs none. The choice may also
 * come as Slack itself would hold it: `selected_option`, `selected_user` and so on beside the rest.
 * `values` is what else stands in an open view, or in the inputs of a message.
 */
export interface Press extends PressedIn {
  as: string;
  action_id: string;
  block_id?: string;
  value?: unknown;
  values?: Record<string, Record<string, unknown>>;
  [selected: string]: unknown;
}

/** A message (or an ephemeral one) by channel and ts, or an open view. */
export interface PressedIn {
  channel?: string;
  ts?: string;
  view_id?: string;
}

/** A person presses a button, or chooses in a menu, of a message or an open view: block_actions. */
export async function press(
  far: FarSide,
  asked: Press,
): Promise<{ status: number; body: unknown; view?: JsonObject }> {
  const person = actingAs(asked.as);
  const given = chosenIn(asked);
  if (asked.view_id) keepChoices(far, viewFor(far.workspace, asked.view_id, person), asked, given);
  const { place, shown, key, room } = placeOf(far, asked, person);
  const found = findElement(shown, asked.action_id, asked.block_id);
  const trigger = far.triggers.issue(person.slackId);
  const { attachmentId } = found;
  const payload = {
    ...envelope('block_actions', person),
    ...place,
    ...(attachmentId !== undefined && {
      container: { ...place.container, type: 'message_attachment', attachment_id: attachmentId },
    }),
    ...(room && {
      state: { values: valuesIn(far, shown, key, asked) },
      response_url: far.responseUrls.issue({ user: person.slackId, room, ts: key }),
    }),
    trigger_id: trigger.id,
    actions: [actionOf(far, found, given, key)],
  };
  const opened = trigger.used.then(() => far.workspace.topView(person.slackId)?.view);
  const { status, body } = await far.product.ask(
    `Pressing ${asked.action_id}`,
    asForm({ payload: JSON.stringify(payload) }),
    FORM,
  );
  const view = status === 200 ? await Promise.race([opened, sleep(VIEW_MS, undefined)]) : undefined;
  return { status, body, ...(view && { view }) };
}

interface Pressed {
  place: JsonObject & { container: JsonObject };
  shown: { blocks?: unknown; attachments?: unknown };
  /** Id of the view or ts of the message. */
  key: string;
  /** Absent in a view, which is in no room. */
  room?: Conversation;
}

/** What stands in a payload about where it happened. */
export function placeOf(far: FarSide, asked: PressedIn, person: SandboxPerson): Pressed {
  if (asked.view_id) {
    const { id, view } = viewFor(far.workspace, asked.view_id, person);
    return { place: { container: { type: 'view', view_id: id }, view }, shown: view, key: id };
  }
  const room = roomFor(far.workspace, asked.channel ?? '', person);
  const ts = asked.ts ?? '';
  const message = far.workspace.message(room.id, ts)?.message;
  const shown =
    message ?? far.workspace.ephemerals.find((one) => one.ts === ts && one.user === person.slackId);
  if (!shown) throw new ControlRefusal(`No message "${ts}" in ${room.name}.`, 404);
  const container = {
    type: 'message',
    message_ts: ts,
    ...(shown.thread_ts && { thread_ts: shown.thread_ts }),
    channel_id: room.id,
    is_ephemeral: !message,
    is_app_unfurl: false,
  };
  // Slack does not send the content of an ephemeral message back.
  return {
    place: { container, channel: channelOf(room), ...(message && { message }) },
    shown,
    key: ts,
    room,
  };
}

/** What stands in the inputs of a message goes along with every press; Slack itself keeps none of it. */
function valuesIn(far: FarSide, shown: Pressed['shown'], key: string, asked: Press) {
  const blocks = [
    ...objectsIn(shown.blocks),
    ...objectsIn(shown.attachments).flatMap((one) => objectsIn(one.blocks)),
  ];
  return fillIn(far, { id: key, view: { blocks } }, asked.values ?? {});
}

/** Slack keeps what was chosen in a view, and sends it along from then on. */
function keepChoices(far: FarSide, open: OpenView, asked: Press, given: unknown): void {
  const { element, blockId } = findElement(open.view, asked.action_id, asked.block_id);
  const choices = asked.values ?? {};
  // Buttons and overflow menus are pressed, not filled in.
  const held = given !== undefined && element.type !== 'button' && element.type !== 'overflow';
  const pressed = held ? { [blockId]: { ...choices[blockId], [asked.action_id]: given } } : {};
  open.view = { ...open.view, state: { values: fillIn(far, open, { ...choices, ...pressed }) } };
}

function chosenIn(asked: Press): unknown {
  const selected = Object.entries(asked).filter(([key]) => key.startsWith('selected_'));
  return selected.length > 0 ? Object.fromEntries(selected) : asked.value;
}

function actionOf(far: FarSide, { element, blockId }: Found, given: unknown, key: string): JsonObject {
  const at = { action_id: element.action_id, block_id: blockId, action_ts: far.workspace.nextTs() };
  if (element.type !== 'button') {
    const suggested = far.suggested.get(`${key} ${String(element.action_id)}`);
    return { ...stateFor(element, given, suggested), ...at };
  }
  const { text, value, style, url } = element;
  return {
    ...at,
    type: 'button',
    text,
    ...(value !== undefined && { value }),
    ...(style !== undefined && { style }),
    ...(url !== undefined && { url }),
  };
}
