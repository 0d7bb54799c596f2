import { html, nothing, type TemplateResult } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import type { SandboxPerson } from '../../people.ts';
import { call } from '../page/calls.ts';
import { drawAvatar } from '../page/person.ts';
import { attempt } from '../page/screen.ts';
import type { AdaptiveCardJson, Conversation, TeamsMessage } from '../page/state.ts';
import { drawTime, teamsTime } from '../page/time.ts';
import { drawCard } from './card.ts';
import { drawFile } from './file.ts';
import { markdownToHtml } from './markdown.ts';
import type { CardAction } from './renderer.ts';
import { searchFor } from './search.ts';

export function drawMessage(
  person: SandboxPerson,
  room: Conversation<TeamsMessage>,
  message: TeamsMessage,
): TemplateResult {
  const cards = cardsFor(person, message);
  return html`<div class="teams-message" data-mine=${message.from.id === person.id}>
    ${drawAvatar(message.from.name)}
    <div class="teams-message-body">
      <p class="teams-message-head">
        <b>${message.from.name}</b> ${drawTime(teamsTime(message))}
        ${message.edited ? html`<span class="edited">Edited</span>` : nothing}
      </p>
      ${message.text ? drawText(message) : nothing}
      ${cards.map((card) =>
        drawCard(card, {
          act: (action) => press(person, room, message, action),
          search: (dataset, text) => searchFor(person, room.id, dataset, text),
        }),
      )}
      ${(message.attachments ?? []).map((one) => drawFile(person, room, message, one))}
    </div>
  </div>`;
}

/** The card of this very person, where the product answered with one, wins over everybody's. */
function cardsFor(person: SandboxPerson, message: TeamsMessage): AdaptiveCardJson[] {
  const own = message.personal?.[person.id];
  if (own) return [own];
  return (message.attachments ?? [])
    .filter((a) => a.contentType === 'application/vnd.microsoft.card.adaptive')
    .map((a) => a.content);
}

/** Bots write markdown unless they say otherwise; people write text. `markdownToHtml` escapes first. */
function drawText(message: TeamsMessage): TemplateResult {
  const { text = '', textFormat = 'markdown', from } = message;
  if (textFormat !== 'markdown' || from.id !== 'watchfloor')
    return html`<p class="teams-text plain-text">${text}</p>`;
  return html`<div class="teams-text">${unsafeHTML(markdownToHtml(text))}</div>`;
}

async function press(
  person: SandboxPerson,
  room: Conversation<TeamsMessage>,
  message: TeamsMessage,
  action: CardAction,
): Promise<void> {
  const where = { as: person.id, conversation: room.id, activity: message.id };
  if (action.kind === 'execute') {
    const { verb, data, inputs } = action;
    await attempt(() => call('POST', '/api/teams/press', { ...where, verb, data, inputs }));
  } else if (Object(action.data.msteams).type === 'task/fetch') {
    await attempt(() =>
      call('POST', '/api/teams/open', { ...where, data: { ...action.inputs, ...action.data } }),
    );
  } else {
    await attempt(() =>
      Promise.reject(
        new Error('This card uses Action.Submit, which Teams sends as a message. Use Action.Execute.'),
      ),
    );
  }
}
