import { html, nothing, type TemplateResult } from 'lit-html';
import type { SandboxPerson } from '../../people.ts';
import { call } from '../page/calls.ts';
import { BOT_NAME, drawAvatar, slackName } from '../page/person.ts';
import { attempt, change, dismiss } from '../page/screen.ts';
import type { SandboxState, SlackAttachment, SlackEphemeral, SlackMessage } from '../page/state.ts';
import { drawTime, slackTime } from '../page/time.ts';
import { readValues } from './block-input.ts';
import { drawBlocks } from './blocks.ts';
import { drawLink, drawMrkdwn } from './draw-mrkdwn.ts';
import { drawFiles } from './files.ts';
import type { BlockPlace } from './place.ts';

/** `note` is what Slack itself says of it, beside nothing that its sender wrote. */
export function drawMessage(
  state: SandboxState,
  person: SandboxPerson,
  channel: string,
  message: SlackMessage,
  note: TemplateResult | typeof nothing = nothing,
): TemplateResult {
  const name = message.username ?? slackName(state, message.user);
  return html`<div class="slack-message">
    ${drawAvatar(name)}
    <div class="slack-message-body" data-message=${`${channel}/${message.ts}`}>
      <p class="slack-message-head">
        <b>${name}</b>${message.user === 'U0WATCHFLOOR' ? html`<span class="app-badge">APP</span>` : nothing}
        ${drawTime(slackTime(message.ts))}
      </p>
      ${note}
      ${drawContent(placeOf(state, person, channel, message.ts), message)}
      ${message.edited ? html`<span class="edited">(edited)</span>` : nothing}
    </div>
  </div>`;
}

/** A private answer. Slack forgets it when the person reloads; here it stays until it is dismissed. */
export function drawEphemeral(
  state: SandboxState,
  person: SandboxPerson,
  ephemeral: SlackEphemeral,
): TemplateResult {
  return html`<div class="slack-message slack-ephemeral">
    ${drawAvatar(BOT_NAME)}
    <div class="slack-message-body">
      <p class="only-you">Only visible to you
        <button type="button" class="plain" @click=${() => dismiss(ephemeral.ts)}>Dismiss</button>
      </p>
      <p class="slack-message-head">
        <b>${BOT_NAME}</b><span class="app-badge">APP</span> ${drawTime(slackTime(ephemeral.ts))}
      </p>
      ${drawContent(placeOf(state, person, ephemeral.channel, ephemeral.ts), ephemeral)}
    </div>
  </div>`;
}

/** Blocks replace the text; attachments come below, with their colour bar. */
function drawContent(
  place: BlockPlace,
  content: Pick<SlackMessage, 'text' | 'blocks' | 'attachments' | 'files'>,
): TemplateResult {
  const { text, blocks = [], attachments = [], files = [] } = content;
  const replaced = blocks.length > 0 || attachments.some((a) => a.blocks);
  return html`
    ${!replaced && text ? html`<div class="slack-text">${drawMrkdwn(place.state, text)}</div>` : nothing}
    ${blocks.length > 0 ? drawBlocks(place, blocks) : nothing}
    ${attachments.map((attachment) => drawAttachment(place, attachment))}
    ${drawFiles(files)}
  `;
}

const namedColours: Record<string, string> = { good: '#2eb886', warning: '#daa038', danger: '#a30200' };

function drawAttachment(place: BlockPlace, attachment: SlackAttachment): TemplateResult {
  const colour = namedColours[attachment.color ?? ''] ?? attachment.color ?? '#dddddd';
  const { pretext, title, title_link, text, blocks } = attachment;
  return html`
    ${pretext ? drawMrkdwn(place.state, pretext) : nothing}
    <div class="slack-attachment">
      <svg class="colour-bar" aria-hidden="true"><rect width="4" height="100%" rx="2" fill=${colour} /></svg>
      <div class="slack-attachment-body">
        ${title ? html`<b>${title_link ? drawLink(title_link, title) : title}</b>` : nothing}
        ${text ? html`<div>${drawMrkdwn(place.state, text)}</div>` : nothing}
        ${blocks ? drawBlocks(place, blocks) : nothing}
      </div>
    </div>
  `;
}

/** What stands in the inputs of a message. */
function typedInto(channel: string, ts: string): ReturnType<typeof readValues> {
  const body = document.querySelector<HTMLElement>(`[data-message="${channel}/${ts}"]`);
  return body ? readValues(body) : {};
}

/** Pressing something in a message: Slack asks where the element has a `confirm`, then tells the product. */
function placeOf(state: SandboxState, person: SandboxPerson, channel: string, ts: string): BlockPlace {
  return {
    state,
    errors: {},
    act: ({ block_id, action_id, confirm, value }) => {
      const press = () =>
        attempt(() =>
          call('POST', '/api/slack/press', {
            as: person.id,
            channel,
            ts,
            block_id,
            action_id,
            value,
            values: typedInto(channel, ts),
          }),
        );
      if (confirm) change({ asking: { confirm, proceed: press } });
      else press();
    },
    // The stand-in answers typing in open views only, and Watchfloor has external selects nowhere else.
    suggest: async () => [],
  };
}
