import type { ElementValue } from './place.ts';

/** Stands around the controls of one Block Kit element and knows how Slack would report what they hold. */
export class BlockInput extends HTMLElement {
  block = '';
  action = '';
  read: (host: HTMLElement) => ElementValue = () => ({ type: 'unknown' });
}

customElements.define('block-input', BlockInput);

/** The `state.values` of a view: what each element inside holds, by block id and action id. */
export function readValues(form: HTMLElement): Record<string, Record<string, ElementValue>> {
  const values: Record<string, Record<string, ElementValue>> = {};
  for (const input of form.querySelectorAll('block-input')) {
    if (!(input instanceof BlockInput)) continue;
    values[input.block] = { ...values[input.block], [input.action]: input.read(input) };
  }
  return values;
}
