import { Check } from './check.ts';
import { checkGroups, checkOptions } from './check-elements.ts';
import { findElement } from './elements.ts';
import { actingAs, type FarSide } from './far-side.ts';
import { isObject, type JsonObject, objectsIn } from './json.ts';
import { limits } from './limits.ts';
import { envelope } from './payload.ts';
import { type PressedIn, placeOf } from './press.ts';
import { asForm, FORM } from './product.ts';

/** Typing in an external select of a message or an open view: block_suggestion, answered with options. */
export async function suggest(
  far: FarSide,
  asked: PressedIn & { as: string; block_id: string; action_id: string; value: string },
): Promise<{ options: JsonObject[] }> {
  const person = actingAs(asked.as);
  const { place, shown, key } = placeOf(far, asked, person);
  const { element } = findElement(shown, asked.action_id, asked.block_id);
  // Slack asks from three characters on unless the element says otherwise.
  const least = typeof element.min_query_length === 'number' ? element.min_query_length : 3;
  if (asked.value.length < least) {
    far.workspace.note(`Slack does not ask for options below ${least} characters (min_query_length).`);
    return { options: [] };
  }
  const { action_id, block_id, value } = asked;
  const payload = {
    ...envelope('block_suggestion', person),
    ...place,
    action_id,
    block_id,
    value,
  };
  const raw = asForm({ payload: JSON.stringify(payload) });
  const answer = await far.product.ask(`Typing in ${action_id}`, raw, FORM);
  const options = answer.status === 200 ? optionsOf(far, answer.body) : [];
  far.suggested.set(`${key} ${action_id}`, options);
  return { options };
}

function optionsOf(far: FarSide, body: unknown): JsonObject[] {
  const check = new Check();
  const offer = isObject(body) ? body : {};
  if (offer.option_groups !== undefined) checkGroups(check, offer.option_groups, '/option_groups');
  else checkOptions(check, offer.options, '/options', limits.select.options, 0);
  const [first] = check.complaints;
  if (first) {
    far.workspace.note(`Slack refuses the options: ${first.message} at ${first.at}. The list stays empty.`);
    return [];
  }
  return [
    ...objectsIn(offer.options),
    ...objectsIn(offer.option_groups).flatMap((group) => objectsIn(group.options)),
  ];
}
