import { html, nothing, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { SandboxPerson } from '../../people.ts';
import { call } from '../page/calls.ts';
import { drawComposer } from '../page/composer.ts';
import { newestInView } from '../page/newest-in-view.ts';
import { drawAvatar } from '../page/person.ts';
import { actingPerson, attempt, change, screen, toggleThread } from '../page/screen.ts';
import type { Conversation, SandboxState, SlackMessage } from '../page/state.ts';
import { drawUnread, slackChatOf, unreadIn } from '../page/unread.ts';
import { drawMrkdwn } from './draw-mrkdwn.ts';
import { drawHome, homeTab, openHome } from './home.ts';
import { drawEphemeral, drawMessage } from './message.ts';

/** The Slack pane: the workspace's channels and the acting person's direct chat with the bot. */
export function drawSlack(state: SandboxState): TemplateResult {
  const person = actingPerson(state);
  const rooms = state.slack.conversations.filter((c) => c.kind === 'channel' || c.id === slackChatOf(person));
  const room =
    rooms.find((c) => c.id === screen.slackRoom) ??
    rooms.find((c) => c.id === slackChatOf(person)) ??
    rooms[0];
  const isHome = screen.slackRoom === homeTab;
  return html`<section class="pane slack" data-pane="slack" aria-label="Slack">
    <header class="slack-head">
      <span class="workspace"><span class="workspace-mark" aria-hidden="true">C</span>Contoso</span>
      <div class="slack-tabs" role="tablist" aria-label="Slack conversations">
        ${rooms.map(
          (
            c,
          ) => html`<button type="button" role="tab" aria-selected=${c === room && !isHome} @click=${() => change({ slackRoom: c.id })}>
            ${c.kind === 'channel' ? `# ${c.name}` : html`${drawAvatar('Watchfloor')} Watchfloor ${drawUnread(unreadIn(c, c === room))}`}
          </button>`,
        )}
        <button type="button" role="tab" aria-selected=${isHome} @click=${() => openHome(person)}>Home</button>
      </div>
    </header>
    ${isHome ? drawHome(state, person) : room ? drawRoom(state, person, room) : nothing}
  </section>`;
}

function drawRoom(
  state: SandboxState,
  person: SandboxPerson,
  room: Conversation<SlackMessage>,
): TemplateResult {
  const private_ = state.slack.ephemerals.filter(
    (e) => e.user === person.slackId && e.channel === room.id && !screen.dismissed.has(e.ts),
  );
  const shown = [
    ...room.messages.filter(isRoot).map((message) => ({
      ts: message.ts,
      drawn: () => drawThread(state, person, room, message, private_),
    })),
    ...room.messages.filter(isBroadcast).map((message) => ({
      ts: message.ts,
      drawn: () => drawBroadcast(state, person, room, message),
    })),
    ...private_
      .filter((e) => !e.thread_ts)
      .map((e) => ({ ts: e.ts, drawn: () => drawEphemeral(state, person, e) })),
  ].sort((a, b) => Number(a.ts) - Number(b.ts));
  return html`
    <div class="messages" role="log" aria-live="polite" aria-label=${`Messages in ${room.name}`} tabindex="0" ${newestInView(room.id)}>
      ${shown.length === 0 ? html`<p class="quiet">${room.kind === 'direct' ? 'Nothing here yet. Write to Watchfloor, or let somebody ask you.' : 'Nothing here yet. Send an alert from the control panel.'}</p>` : nothing}
      ${repeat(
        shown,
        (one) => one.ts,
        (one) => one.drawn(),
      )}
    </div>
    ${drawComposer({
      label: 'Message in Slack',
      placeholder:
        room.kind === 'channel'
          ? `Message #${room.name}: /soc help, or ask @Watchfloor`
          : 'Message Watchfloor',
      send: (text) => say(person, room, text),
    })}
  `;
}

const alsoInRoom = html`<p class="slack-broadcast">Also sent to the channel</p>`;

const isRoot = ({ ts, thread_ts }: SlackMessage) => !thread_ts || thread_ts === ts;
const isBroadcast = ({ subtype }: SlackMessage) => subtype === 'thread_broadcast';

/** A reply that the room sees as well, with the way to its thread. */
function drawBroadcast(
  state: SandboxState,
  person: SandboxPerson,
  room: Conversation<SlackMessage>,
  message: SlackMessage,
): TemplateResult {
  const root = room.messages.find((m) => m.ts === message.thread_ts);
  const id = `${room.id}/${message.thread_ts}`;
  const show = () => {
    change({ openThreads: new Set([...screen.openThreads, id]) });
    document.querySelector(`[data-message="${id}"]`)?.scrollIntoView({ block: 'start' });
  };
  const note = html`<p class="slack-broadcast">
    replied to a thread:
    <button type="button" class="plain" @click=${show}>${root ? drawMrkdwn(state, root.text, true) : 'a message'}</button>
  </p>`;
  return html`<article class="slack-thread">${drawMessage(state, person, room.id, message, note)}</article>`;
}

function drawThread(
  state: SandboxState,
  person: SandboxPerson,
  room: Conversation<SlackMessage>,
  root: SlackMessage,
  private_: SandboxState['slack']['ephemerals'],
): TemplateResult {
  const replies = room.messages.filter((m) => m.thread_ts === root.ts && m.ts !== root.ts);
  const answers = private_.filter((e) => e.thread_ts === root.ts);
  const id = `${room.id}/${root.ts}`;
  const open = screen.openThreads.has(id) || answers.length > 0;
  const newest = replies.at(-1);
  return html`<article class="slack-thread">
    ${drawMessage(state, person, room.id, root)}
    <button type="button" class="slack-replies" aria-expanded=${open} @click=${() => toggleThread(id)}>
      ${replies.length === 0 ? 'Reply in thread' : replies.length === 1 ? '1 reply' : `${replies.length} replies`}
      ${newest && !open ? html`<span class="hint">View thread</span>` : nothing}
    </button>
    ${
      open
        ? html`<div class="slack-thread-replies">
          ${repeat(
            replies,
            (m) => m.ts,
            (m) => drawMessage(state, person, room.id, m, isBroadcast(m) ? alsoInRoom : nothing),
          )}
          ${answers.map((e) => drawEphemeral(state, person, e))}
          ${drawComposer({
            label: 'Reply in this Slack thread',
            placeholder: 'Reply to Watchfloor…',
            send: (text) => say(person, room, text, root.ts),
          })}
        </div>`
        : nothing
    }
  </article>`;
}

/** A slash command where it starts with one; else a mention. Slack knows no slash commands inside threads. */
async function say(
  person: SandboxPerson,
  room: Conversation<SlackMessage>,
  text: string,
  thread_ts?: string,
): Promise<void> {
  if (thread_ts) change({ openThreads: new Set([...screen.openThreads, `${room.id}/${thread_ts}`]) });
  const command = /^\/soc\b\s*(.*)$/is.exec(text)?.[1];
  if (command !== undefined && !thread_ts) {
    await attempt(() =>
      call('POST', '/api/slack/command', { as: person.id, channel: room.id, text: command }),
    );
    return;
  }
  // In a channel a bot hears only what mentions it, so this box mentions it.
  const mention = room.kind === 'channel' && !/@watchfloor\b/i.test(text) ? '@Watchfloor ' : '';
  await attempt(() =>
    call('POST', '/api/slack/mention', {
      as: person.id,
      channel: room.id,
      text: mention + text,
      ...(thread_ts && { thread_ts }),
    }),
  );
}
