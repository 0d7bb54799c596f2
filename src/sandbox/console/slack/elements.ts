import type { Button, ImageBlock, ImageElement, KnownBlock, Overflow } from '@slack/types';
import { html, nothing, type TemplateResult } from 'lit-html';
import { change, screen } from '../page/screen.ts';
import { drawChoices } from './choices.ts';
import { drawText, withEmoji } from './draw-mrkdwn.ts';
import { drawField } from './fields.ts';
import type { BlockPlace } from './place.ts';
import { drawSelect } from './selects.ts';

type In<Block> = Block extends { elements: (infer Element)[] } ? Element : never;
type Inputs = Extract<KnownBlock, { type: 'input' }>['element'];
type Accessories = NonNullable<Extract<KnownBlock, { type: 'section' }>['accessory']>;
export type BlockElement = In<Extract<KnownBlock, { type: 'actions' }>> | Inputs | Accessories;

export function drawElement(place: BlockPlace, blockId: string, element: BlockElement): TemplateResult {
  switch (element.type) {
    case 'button':
      return drawButton(place, blockId, element);
    case 'overflow':
      return drawOverflow(place, blockId, element);
    case 'image':
      return drawImage(element);
    case 'static_select':
    case 'external_select':
    case 'users_select':
    case 'conversations_select':
    case 'channels_select':
    case 'multi_static_select':
    case 'multi_users_select':
      return drawSelect(place, blockId, element);
    case 'radio_buttons':
    case 'checkboxes':
      return drawChoices(place, blockId, element);
    case 'plain_text_input':
    case 'email_text_input':
    case 'url_text_input':
    case 'number_input':
    case 'datepicker':
    case 'timepicker':
    case 'datetimepicker':
      return drawField(place, blockId, element);
    case 'multi_external_select':
    case 'multi_conversations_select':
    case 'multi_channels_select':
    case 'workflow_button':
    case 'rich_text_input':
    case 'file_input':
      return html`<span class="undrawn">The sandbox draws no ${element.type}.</span>`;
  }
}

function drawButton(place: BlockPlace, blockId: string, button: Button): TemplateResult {
  const label = button.text.emoji === false ? button.text.text : withEmoji(button.text.text);
  const press = () =>
    place.act({
      block_id: blockId,
      action_id: button.action_id ?? '',
      confirm: button.confirm,
      value: { type: 'button', ...(button.value !== undefined && { value: button.value }) },
    });
  // Slack reports a press of a link button as well.
  if (button.url) {
    return html`<a class="slack-button" data-style=${button.style ?? 'default'} href=${button.url} target="_blank"
      rel="noopener noreferrer" @click=${press}>${label}</a>`;
  }
  return html`<button type="button" class="slack-button" data-style=${button.style ?? 'default'}
    aria-label=${button.accessibility_label ?? nothing} @click=${press}>${label}</button>`;
}

function drawOverflow(place: BlockPlace, blockId: string, overflow: Overflow): TemplateResult {
  const id = `${blockId}/${overflow.action_id}/${screen.slackRoom}`;
  const open = screen.openThreads.has(id);
  const toggle = (to: boolean) => {
    const openThreads = new Set(screen.openThreads);
    if (to) openThreads.add(id);
    else openThreads.delete(id);
    change({ openThreads });
  };
  return html`<div class="overflow" @focusout=${(event: FocusEvent) => {
    const { currentTarget, relatedTarget } = event;
    if (
      currentTarget instanceof Element &&
      relatedTarget instanceof Node &&
      currentTarget.contains(relatedTarget)
    )
      return;
    toggle(false);
  }}>
    <button type="button" class="slack-button" data-style="default" aria-label="More actions" aria-haspopup="menu"
      aria-expanded=${open} @click=${() => toggle(!open)}>⋯</button>
    ${
      open
        ? html`<div class="overflow-menu" role="menu">
          ${overflow.options.map(
            (option) =>
              html`<button type="button" role="menuitem" @click=${() => {
                toggle(false);
                place.act({
                  block_id: blockId,
                  action_id: overflow.action_id ?? '',
                  confirm: overflow.confirm,
                  value: { type: 'overflow', selected_option: option },
                });
              }}>${drawText(place.state, option.text)}</button>`,
          )}
        </div>`
        : nothing
    }
  </div>`;
}

export function drawImage(image: ImageElement | ImageBlock): TemplateResult {
  const address = addressOf(image);
  if (!address) return html`<span class="undrawn">${image.alt_text}</span>`;
  return html`<img class="slack-image" src=${address} alt=${image.alt_text} title=${image.alt_text} />`;
}

/** A file of Slack's own is asked of the stand-in. */
function addressOf(image: ImageElement | ImageBlock): string {
  if ('image_url' in image) return image.image_url;
  return 'id' in image.slack_file && image.slack_file.id ? `/api/slack/files/${image.slack_file.id}` : '';
}
