import type { Check } from './check.ts';
import { isObject, type JsonObject, objectsIn, textIn } from './json.ts';
import { limits } from './limits.ts';

const selects = ['static', 'external', 'users', 'conversations', 'channels'].flatMap((kind) => [
  `${kind}_select`,
  `multi_${kind}_select`,
]);
const choices = ['checkboxes', 'radio_buttons', 'datepicker', 'timepicker', 'datetimepicker'];
const typed = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input', 'rich_text_input'];

/** Which elements each place takes. */
export const places = {
  section: [...selects, ...choices, 'button', 'overflow', 'image', 'workflow_button'],
  actions: [...selects, ...choices, 'button', 'overflow', 'workflow_button', 'rich_text_input'],
  input: [...selects, ...choices, ...typed, 'file_input'],
  context_actions: ['feedback_buttons', 'icon_button'],
  card: ['button'],
} as const;

export function checkElement(check: Check, element: unknown, at: string, place: keyof typeof places) {
  if (!isObject(element))
    return element === undefined ? check.missing(at) : check.complain(at, 'should be an object');
  const type = textIn(element.type);
  const allowed: readonly string[] = places[place];
  if (!allowed.includes(type)) return check.complain(`${at}/type`, `unsupported type: ${type || 'none'}`);
  check.string(element.action_id, `${at}/action_id`, limits.id);
  if (element.confirm !== undefined) checkConfirm(check, element.confirm, `${at}/confirm`);
  if (element.placeholder !== undefined)
    check.text(element.placeholder, `${at}/placeholder`, limits.select.placeholder, true);

  if (type === 'button') checkButton(check, element, at);
  else if (type === 'image') checkImage(check, element, at);
  else if (type === 'overflow') checkOptions(check, element.options, `${at}/options`, limits.overflow);
  else if (type === 'checkboxes' || type === 'radio_buttons')
    checkOptions(check, element.options, `${at}/options`, limits.choices);
  else if (type.endsWith('static_select')) checkStaticSelect(check, element, at);
  else if (type === 'plain_text_input') checkTextInput(check, element, at);
  else if (type === 'number_input' && typeof element.is_decimal_allowed !== 'boolean')
    check.missing(`${at}/is_decimal_allowed`);
}

function checkButton(check: Check, button: JsonObject, at: string): void {
  check.text(button.text, `${at}/text`, limits.button.text, true);
  check.string(button.value, `${at}/value`, limits.button.value);
  check.string(button.url, `${at}/url`, limits.button.url);
  check.string(button.accessibility_label, `${at}/accessibility_label`, limits.button.label);
  check.oneOf(button.style, `${at}/style`, ['primary', 'danger']);
}

export function checkImage(check: Check, image: JsonObject, at: string): void {
  check.string(image.alt_text, `${at}/alt_text`, limits.image.alt, true);
  check.string(image.image_url, `${at}/image_url`, limits.image.url, !isObject(image.slack_file));
}

function checkTextInput(check: Check, input: JsonObject, at: string): void {
  const max = input.max_length;
  if (max !== undefined && (typeof max !== 'number' || max < 1 || max > limits.input.maxLength))
    check.complain(`${at}/max_length`, `must be between 1 and ${limits.input.maxLength}`);
  check.string(
    input.initial_value,
    `${at}/initial_value`,
    typeof max === 'number' ? max : limits.input.maxLength,
  );
}

function checkStaticSelect(check: Check, select: JsonObject, at: string) {
  if ((select.options === undefined) === (select.option_groups === undefined))
    return check.complain(at, 'must define either `options` or `option_groups`');
  if (select.options === undefined) checkGroups(check, select.option_groups, `${at}/option_groups`);
  else checkOptions(check, select.options, `${at}/options`, limits.select.options);
  const offered = [
    ...objectsIn(select.options),
    ...objectsIn(select.option_groups).flatMap((group) => objectsIn(group.options)),
  ];
  const initial = select.initial_option;
  if (isObject(initial) && !offered.some((option) => option.value === initial.value))
    check.complain(`${at}/initial_option`, 'must be one of the options');
}

export function checkGroups(check: Check, groups: unknown, at: string): void {
  for (const [n, group] of check.list(groups, at, limits.select.groups).entries()) {
    check.text(group.label, `${at}/${n}/label`, limits.select.groupLabel, true);
    checkOptions(check, group.options, `${at}/${n}/options`, limits.select.options);
  }
}

export function checkOptions(check: Check, options: unknown, at: string, max: number, min = 1): void {
  for (const [n, option] of check.list(options, at, max, min).entries()) {
    check.text(option.text, `${at}/${n}/text`, limits.option.text);
    check.string(option.value, `${at}/${n}/value`, limits.option.value, true);
    check.string(option.url, `${at}/${n}/url`, limits.option.url);
    if (option.description !== undefined)
      check.text(option.description, `${at}/${n}/description`, limits.option.description);
  }
}

function checkConfirm(check: Check, confirm: unknown, at: string) {
  if (!isObject(confirm)) return check.complain(at, 'should be an object');
  check.text(confirm.title, `${at}/title`, limits.confirm.title, true);
  check.text(confirm.text, `${at}/text`, limits.confirm.text);
  check.text(confirm.confirm, `${at}/confirm`, limits.confirm.button, true);
  check.text(confirm.deny, `${at}/deny`, limits.confirm.button, true);
  check.oneOf(confirm.style, `${at}/style`, ['primary', 'danger']);
}
