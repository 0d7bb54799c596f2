import { people } from '../people.ts';
import { isObject, type JsonObject, objectsIn, textIn } from './json.ts';
import { ControlRefusal } from './refusal.ts';

export interface Found {
  blockId: string;
  element: JsonObject;
  /** Set where the element stands in an attachment. */
  attachmentId?: number;
}

/** The interactive element with this action id. Throws a 404 that names what there is. */
export function findElement(
  shown: { blocks?: unknown; attachments?: unknown },
  actionId: string,
  blockId?: string,
): Found {
  const all = [
    ...elementsOf(shown.blocks),
    ...objectsIn(shown.attachments).flatMap((attachment) =>
      elementsOf(attachment.blocks).map((found) => ({ ...found, attachmentId: Number(attachment.id) })),
    ),
  ];
  const found = all.find(
    (one) => one.element.action_id === actionId && (!blockId || one.blockId === blockId),
  );
  if (found) return found;
  const there = all.map((one) => textIn(one.element.action_id)).join(', ') || 'none';
  throw new ControlRefusal(`No action_id "${actionId}" there. There are: ${there}.`, 404);
}

export const elementsOf = (blocks: unknown): Found[] =>
  objectsIn(blocks).flatMap((block) => [
    ...[block.accessory, block.element, ...objectsIn(block.elements), ...objectsIn(block.actions)]
      .filter(isObject)
      .filter((element) => typeof element.action_id === 'string')
      .map((element) => ({ blockId: textIn(block.block_id), element })),
    ...elementsOf(block.child_blocks),
  ]);

/**
 * What Slack says a control holds, from what the person gave: a text, an option's value, a list of values, a
 * person. Something that already has the Slack shape (`{selected_user: …}`) passes.
 * @param suggested options the product offered for an external select
 */
export function stateFor(element: JsonObject, given: unknown, suggested: JsonObject[] = []): JsonObject {
  const type = textIn(element.type);
  if (type === 'rich_text_input' && isObject(given) && given.type === 'rich_text')
    return { type, rich_text_value: given };
  const options = [...offered(element), ...suggested];
  if (isObject(given)) {
    const { selected_option: chosen } = given;
    if (!isObject(chosen) || type.endsWith('external_select')) return { ...given, type };
    return { type, selected_option: pick(options, chosen.value) };
  }
  if (type.startsWith('multi_') && /static|external/.test(type))
    return { type, selected_options: pickAll(options, given) };
  if (type === 'checkboxes') return { type, selected_options: pickAll(options, given) };
  if (/(static|external)_select$|^overflow$|^radio_buttons$/.test(type))
    return { type, selected_option: given === null ? null : pick(options, given) };
  if (type === 'multi_users_select') return { type, selected_users: textsIn(given).map(slackIdOf) };
  if (type === 'users_select')
    return { type, selected_user: given === null ? null : slackIdOf(String(given)) };
  if (type === 'conversations_select') return { type, selected_conversation: given };
  if (type === 'channels_select') return { type, selected_channel: given };
  if (type === 'datepicker') return { type, selected_date: given };
  if (type === 'timepicker') return { type, selected_time: given };
  if (type === 'datetimepicker') return { type, selected_date_time: given };
  return { type, value: given === '' || given === undefined ? null : given };
}

/** What a control holds before anybody touches it. */
export function initialStateFor(element: JsonObject): JsonObject | undefined {
  const type = textIn(element.type);
  if (type === 'button' || type === 'overflow' || type === 'image') return undefined;
  for (const [key, value] of Object.entries(element)) {
    if (!key.startsWith('initial_')) continue;
    if (key === 'initial_value') return { type, value };
    return { type, [key.replace('initial_', 'selected_')]: value };
  }
  return stateFor(element, /select|radio/.test(type) && !type.startsWith('multi_') ? null : undefined);
}

export function isEmpty(value: JsonObject | undefined): boolean {
  const { type: _type, ...held } = value ?? {};
  return Object.values(held).every(
    (one) => one === null || one === undefined || one === '' || (Array.isArray(one) && one.length === 0),
  );
}

const offered = (element: JsonObject): JsonObject[] => [
  ...objectsIn(element.options),
  ...objectsIn(element.option_groups).flatMap((group) => objectsIn(group.options)),
  ...[element.initial_option].filter(isObject),
  ...objectsIn(element.initial_options),
];

function pick(options: JsonObject[], given: unknown): JsonObject {
  const found = options.find((option) => option.value === given);
  if (found) return found;
  const there = options.map((option) => textIn(option.value)).join(', ') || 'none';
  throw new ControlRefusal(`No option "${String(given)}". There are: ${there}.`);
}

const pickAll = (options: JsonObject[], given: unknown): JsonObject[] =>
  textsIn(given).map((value) => pick(options, value));

const textsIn = (given: unknown): string[] =>
  Array.isArray(given) ? given.map(String) : given ? [String(given)] : [];

const slackIdOf = (given: string): string =>
  people.find((person) => person.id === given || person.slackId === given)?.slackId ?? given;
