import { elementsOf, initialStateFor, isEmpty, stateFor } from './elements.ts';
import type { FarSide } from './far-side.ts';
import { isObject, type JsonObject, lengthOf, objectsIn, textIn } from './json.ts';
import { ControlRefusal } from './refusal.ts';
import type { OpenView } from './workspace.ts';

type Values = Record<string, Record<string, JsonObject>>;

/** The state of a view: what the person gives now, or gave before, or the view came with. Refuses what the view does not have. */
export function fillIn(
  far: FarSide,
  open: Pick<OpenView, 'id' | 'view'>,
  given: Record<string, Record<string, unknown>>,
): Values {
  const values: Values = {};
  const state = isObject(open.view.state) && isObject(open.view.state.values) ? open.view.state.values : {};
  for (const { blockId, element } of elementsOf(open.view.blocks)) {
    const action = textIn(element.action_id);
    const kept = isObject(state[blockId]) ? state[blockId][action] : undefined;
    const typed = given[blockId]?.[action];
    const value =
      typed !== undefined
        ? stateFor(element, typed, far.suggested.get(`${open.id} ${action}`))
        : isObject(kept)
          ? kept
          : initialStateFor(element);
    if (value) values[blockId] = { ...values[blockId], [action]: value };
  }
  for (const [block, actions] of Object.entries(given))
    for (const action of Object.keys(actions))
      if (!values[block]?.[action])
        throw new ControlRefusal(`The view has no "${action}" in block "${block}".`, 404);
  return values;
}

/** Slack's own client stops a form that is incomplete; the product never sees it. */
export function refuseIncomplete(open: OpenView, values: Values): void {
  for (const block of objectsIn(open.view.blocks)) {
    if (block.type !== 'input' || !isObject(block.element)) continue;
    const { element } = block;
    const value = values[textIn(block.block_id)]?.[textIn(element.action_id)];
    const label = isObject(block.label) ? textIn(block.label.text) : 'field';
    if (isEmpty(value)) {
      if (block.optional !== true) throw new ControlRefusal(`Slack does not submit: "${label}" is empty.`);
      continue;
    }
    const length = lengthOf(textIn(value?.value));
    if (element.type !== 'plain_text_input') continue;
    if (typeof element.max_length === 'number' && length > element.max_length)
      throw new ControlRefusal(`Slack does not submit: "${label}" is longer than ${element.max_length}.`);
    if (typeof element.min_length === 'number' && length < element.min_length)
      throw new ControlRefusal(`Slack does not submit: "${label}" is shorter than ${element.min_length}.`);
  }
}
