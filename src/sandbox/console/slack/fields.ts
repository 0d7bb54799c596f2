import type {
  Datepicker,
  DateTimepicker,
  EmailInput,
  NumberInput,
  PlainTextInput,
  Timepicker,
  URLInput,
} from '@slack/types';
import { html, nothing, type TemplateResult } from 'lit-html';
import './block-input.ts';
import type { BlockPlace, ElementValue } from './place.ts';

type Field = PlainTextInput | EmailInput | URLInput | NumberInput | Datepicker | Timepicker | DateTimepicker;

/** Text, number, date and time: one control whose text is the value. */
export function drawField(place: BlockPlace, blockId: string, field: Field): TemplateResult {
  const read = (host: HTMLElement): ElementValue => {
    const control = host.querySelector<HTMLInputElement | HTMLTextAreaElement>('input, textarea');
    return report(field, control?.value || null);
  };
  const changed = (event: Event) => {
    const { currentTarget } = event;
    const picks =
      field.type === 'datepicker' || field.type === 'timepicker' || field.type === 'datetimepicker';
    if (!picks || !(currentTarget instanceof HTMLElement)) return;
    place.act({
      block_id: blockId,
      action_id: field.action_id ?? '',
      confirm: field.confirm,
      value: read(currentTarget),
    });
  };
  return html`<block-input .block=${blockId} .action=${field.action_id ?? ''} .read=${read} @change=${changed}>
    ${drawControl(field)}
  </block-input>`;
}

function drawControl(field: Field): TemplateResult {
  const hint = 'placeholder' in field ? (field.placeholder?.text ?? '') : '';
  switch (field.type) {
    case 'plain_text_input':
      return field.multiline
        ? html`<textarea class="slack-field" rows="4" placeholder=${hint} aria-label=${hint || 'Text'}
            maxlength=${field.max_length ?? nothing} .defaultValue=${field.initial_value ?? ''}></textarea>`
        : html`<input class="slack-field" type="text" placeholder=${hint} aria-label=${hint || 'Text'}
            maxlength=${field.max_length ?? nothing} value=${field.initial_value ?? ''} />`;
    case 'email_text_input':
      return html`<input class="slack-field" type="email" placeholder=${hint} aria-label="E-mail" value=${field.initial_value ?? ''} />`;
    case 'url_text_input':
      return html`<input class="slack-field" type="url" placeholder=${hint} aria-label="Address" value=${field.initial_value ?? ''} />`;
    case 'number_input':
      return html`<input class="slack-field" type="number" step=${field.is_decimal_allowed ? 'any' : '1'} placeholder=${hint}
        aria-label="Number" min=${field.min_value ?? nothing} max=${field.max_value ?? nothing} value=${field.initial_value ?? ''} />`;
    case 'datepicker':
      return html`<input class="slack-field" type="date" aria-label=${hint || 'Date'} value=${field.initial_date ?? ''} />`;
    case 'timepicker':
      return html`<input class="slack-field" type="time" aria-label=${hint || 'Time'} value=${field.initial_time ?? ''} />`;
    case 'datetimepicker':
      return html`<input class="slack-field" type="datetime-local" aria-label="Date and time" />`;
  }
}

function report(field: Field, value: string | null): ElementValue {
  switch (field.type) {
    case 'datepicker':
      return { type: field.type, selected_date: value };
    case 'timepicker':
      return { type: field.type, selected_time: value };
    case 'datetimepicker':
      return { type: field.type, selected_date_time: value && Math.floor(new Date(value).getTime() / 1000) };
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
      return { type: field.type, value };
  }
}
