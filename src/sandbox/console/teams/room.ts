import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { SandboxPerson } from '../../people.ts';
import { call } from '../page/calls.ts';
import { drawComposer } from '../page/composer.ts';
import { newestInView } from '../page/newest-in-view.ts';
import { actingPerson, attempt, change, dismiss, screen, toggleThread } from '../page/screen.ts';
import type { Conversation, SandboxState, TeamsMessage } from '../page/state.ts';
import { drawUnread, teamsChatOf, unreadIn } from '../page/unread.ts';
import { drawMessage } from './message.ts';

/** The Teams pane: the team's channels and the acting person's chat with the bot. */
export function drawTeams(state: SandboxState): TemplateResult {
  const person = actingPerson(state);
  const rooms = state.teams.conversations.filter((c) => c.kind === 'channel' || c.id === teamsChatOf(person));
  const room =
    rooms.find((c) => c.id === screen.teamsRoom) ??
    rooms.find((c) => c.id === teamsChatOf(person)) ??
    rooms[0];
  return html`<section class="pane teams" data-pane="teams" aria-label="Microsoft Teams">
    <div class="teams-rail" role="tablist" aria-label="Teams conversations" aria-orientation="vertical">
      ${rooms.map(
        (
          c,
        ) => html`<button type="button" role="tab" aria-selected=${c === room} @click=${() => change({ teamsRoom: c.id })}>
          ${c.kind === 'channel' ? channelSign : chatSign}
          <span>${c.kind === 'channel' ? c.name : 'Chat'}</span>
          ${c.kind === 'direct' ? drawUnread(unreadIn(c, c === room)) : nothing}
        </button>`,
      )}
    </div>
    <div class="teams-room">
      <header class="teams-head">
        <b>${room?.kind === 'direct' ? 'Watchfloor' : room?.name}</b>
        <span>${room?.kind === 'direct' ? `Chat with ${person.name}` : 'Contoso security'}</span>
      </header>
      ${room ? drawRoom(state, person, room) : nothing}
    </div>
  </section>`;
}

function drawRoom(
  state: SandboxState,
  person: SandboxPerson,
  room: Conversation<TeamsMessage>,
): TemplateResult {
  const roots = room.messages.filter((m) => !m.root);
  return html`
    <div class="messages" role="log" aria-live="polite" aria-label=${`Messages in ${room.name}`} tabindex="0" ${newestInView(room.id)}>
      ${roots.length === 0 ? html`<p class="quiet">${room.kind === 'direct' ? 'Nothing here yet. Write to Watchfloor, or let somebody ask you.' : 'Nothing here yet. Send an alert from the control panel.'}</p>` : nothing}
      ${repeat(
        roots,
        (m) => m.id,
        (m) => drawPost(person, room, m),
      )}
    </div>
    ${drawToasts(state, person)}
    ${drawComposer({
      label: 'Message in Teams',
      placeholder: room.kind === 'channel' ? 'Ask @Watchfloor, e.g. list' : 'Message Watchfloor',
      send: (text) => say(person, room, text),
    })}
  `;
}

function drawPost(
  person: SandboxPerson,
  room: Conversation<TeamsMessage>,
  root: TeamsMessage,
): TemplateResult {
  const replies = room.messages.filter((m) => m.root === root.id);
  const open = screen.openThreads.has(root.id);
  return html`<article class="teams-post" data-kind=${room.kind}>
    ${drawMessage(person, room, root)}
    ${
      room.kind === 'channel'
        ? html`<button type="button" class="teams-replies" aria-expanded=${open} @click=${() => toggleThread(root.id)}>
            ${replies.length === 0 ? 'Reply' : replies.length === 1 ? '1 reply' : `${replies.length} replies`}
            ${replies.length > 0 ? html`<span class="hint">from ${namesIn(replies)}</span>` : nothing}
          </button>
          ${
            open
              ? html`<div class="teams-thread">
                ${repeat(
                  replies,
                  (m) => m.id,
                  (m) => drawMessage(person, room, m),
                )}
                ${drawComposer({
                  label: 'Reply in this Teams thread',
                  placeholder: 'Reply to Watchfloor',
                  send: (text) => say(person, room, text, root.id),
                })}
              </div>`
              : nothing
          }`
        : nothing
    }
  </article>`;
}

const namesIn = (messages: TeamsMessage[]): string =>
  [...new Set(messages.map((m) => m.from.name))].join(', ');

/** What Teams says privately after a press. */
function drawToasts(state: SandboxState, person: SandboxPerson) {
  const toasts = state.teams.toasts
    .map((toast) => ({ ...toast, key: `toast ${toast.person} ${toast.at} ${toast.text}` }))
    .filter((toast) => toast.person === person.id && !screen.dismissed.has(toast.key))
    .slice(-2);
  if (toasts.length === 0) return nothing;
  return html`<div class="toasts" role="status">
    ${toasts.map(
      (toast) => html`<p class="toast" data-error=${toast.error ?? false}>
        <span><small>Only visible to you</small>${toast.text}</span>
        <button type="button" class="plain" @click=${() => dismiss(toast.key)}>Dismiss</button>
      </p>`,
    )}
  </div>`;
}

/** In a channel a bot hears only what mentions it, so this box mentions it. */
async function say(
  person: SandboxPerson,
  room: Conversation<TeamsMessage>,
  text: string,
  replyTo?: string,
): Promise<void> {
  if (replyTo) change({ openThreads: new Set([...screen.openThreads, replyTo]) });
  const mention = room.kind === 'channel' && !/@watchfloor\b/i.test(text) ? '@Watchfloor ' : '';
  await attempt(() =>
    call('POST', '/api/teams/say', {
      as: person.id,
      conversation: room.id,
      text: mention + text,
      ...(replyTo && { replyTo }),
    }),
  );
}

const channelSign = html`<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 7.5A2.5 2.5 0 0 1 6.5 5h11A2.5 2.5 0 0 1 20 7.5v6a2.5 2.5 0 0 1-2.5 2.5H12l-4 3.5V16H6.5A2.5 2.5 0 0 1 4 13.500z" /></svg>`;
const chatSign = html`<svg viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="8.500" r="3.500" /><path d="M5 19c.6-3.600 3.400-5.500 7-5.500s6.400 1.900 7 5.500" /></svg>`;
