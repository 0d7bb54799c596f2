import { html, nothing, type TemplateResult } from 'lit-html';
import type { SandboxPerson } from '../../people.ts';
import { call } from '../page/calls.ts';
import { attempt } from '../page/screen.ts';
import type { Conversation, TeamsAttachment, TeamsMessage } from '../page/state.ts';

/** A file that a bot offers, with the question whether one wants it, or one that is there. */
export function drawFile(
  person: SandboxPerson,
  room: Conversation<TeamsMessage>,
  message: TeamsMessage,
  { contentType, name = '', content, contentUrl = '' }: TeamsAttachment,
): TemplateResult | typeof nothing {
  const kind = name.split('.').at(-1) ?? '';
  if (contentType === 'application/vnd.microsoft.teams.card.file.consent') {
    const answer = (action: 'accept' | 'decline') =>
      attempt(() =>
        call('POST', '/api/teams/consent', {
          as: person.id,
          conversation: room.id,
          activity: message.id,
          action,
        }),
      );
    return html`<div class="teams-file" role="group" aria-label=${`File ${name}`}>
      <i>${kind}</i>
      <p><b>${name}</b><span>${sizeOf(Number(content.sizeInBytes))} · ${String(content.description ?? '')}</span></p>
      <div class="teams-file-actions">
        <button type="button" class="ac-pushButton style-positive" @click=${() => answer('accept')}>Allow</button>
        <button type="button" class="ac-pushButton" @click=${() => answer('decline')}>Decline</button>
      </div>
    </div>`;
  }
  if (contentType === 'application/vnd.microsoft.teams.card.file.info') {
    // The address is the stand-in's own; what else calls itself a file leads nowhere.
    const href = URL.parse(contentUrl)?.pathname.startsWith('/teams/drive/') ? contentUrl : '';
    return html`<div class="teams-file">
      <i>${kind}</i>
      <p><b>${name}</b><span>In your OneDrive</span></p>
      <div class="teams-file-actions">
        <a class="ac-pushButton" href=${href} download=${name}>Download</a>
      </div>
    </div>`;
  }
  return nothing;
}

function sizeOf(bytes: number): string {
  return bytes < 1_000 ? `${bytes} bytes` : `${(bytes / 1_000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
}
