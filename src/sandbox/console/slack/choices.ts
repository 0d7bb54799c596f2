import type { Checkboxes, Option, RadioButtons } from '@slack/types';
import { html, nothing, type TemplateResult } from 'lit-html';
import './block-input.ts';
import { drawText } from './draw-mrkdwn.ts';
import type { BlockPlace, ElementValue } from './place.ts';

export function drawChoices(
  place: BlockPlace,
  blockId: string,
  element: RadioButtons | Checkboxes,
): TemplateResult {
  const kind = element.type === 'radio_buttons' ? 'radio' : 'checkbox';
  const initial =
    element.type === 'radio_buttons'
      ? [element.initial_option?.value]
      : (element.initial_options ?? []).map((option) => option.value);
  const read = (host: HTMLElement): ElementValue => {
    const chosen = [...host.querySelectorAll('input')]
      .map((input, index) => (input.checked ? element.options[index] : undefined))
      .filter((option) => option !== undefined);
    return element.type === 'radio_buttons'
      ? { type: element.type, selected_option: chosen[0] ?? null }
      : { type: element.type, selected_options: chosen };
  };
  const changed = (event: Event) => {
    const { currentTarget } = event;
    if (!(currentTarget instanceof HTMLElement) || !currentTarget.parentElement) return;
    const { confirm, action_id = '' } = element;
    place.act({ block_id: blockId, action_id, confirm, value: read(currentTarget.parentElement) });
  };
  return html`<block-input .block=${blockId} .action=${element.action_id ?? ''} .read=${read}>
    <div class="slack-choices" role=${kind === 'radio' ? 'radiogroup' : 'group'} @change=${changed}>
      ${element.options.map((option) => drawChoice(place, option, kind, blockId, initial.includes(option.value)))}
    </div>
  </block-input>`;
}

function drawChoice(
  place: BlockPlace,
  option: Option,
  kind: string,
  group: string,
  checked: boolean,
): TemplateResult {
  return html`<label>
    <input type=${kind} name=${`slack-${group}`} ?checked=${checked} />
    <span>
      ${drawText(place.state, option.text)}
      ${option.description ? html`<small>${drawText(place.state, option.description)}</small>` : nothing}
    </span>
  </label>`;
}
