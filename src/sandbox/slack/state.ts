import { people } from '../people.ts';
import { bot } from './ids.ts';
import type { SlackMessage } from './message.ts';
import {
  type Conversation,
  type Ephemeral,
  type OpenView,
  repliesTo,
  UNINVITED_CHANNEL,
  type Workspace,
} from './workspace.ts';

/** `posts` counts the calls that wrote the message: the post itself and each edit. */
export type ShownMessage = Omit<SlackMessage, 'type' | 'team' | 'app_id'> & {
  posts: number;
  reply_count: number;
};

export interface SlackState {
  conversations: { id: string; name: string; kind: Conversation['kind']; messages: ShownMessage[] }[];
  ephemerals: Ephemeral[];
  views: OpenView[];
  homes: OpenView[];
  /** What Slack would show or log when something went wrong, latest last. */
  notes: string[];
}

/** What Slack shows now; replies stand among the messages and carry `thread_ts`. */
export const stateOf = (workspace: Workspace): SlackState => ({
  conversations: workspace.conversations
    .filter((room) => room.id !== UNINVITED_CHANNEL)
    .map((room) => ({
      id: room.id,
      name: room.name,
      kind: room.kind,
      messages: room.messages.map(({ message: { type: _t, team: _m, app_id: _a, ...message }, writes }) => ({
        ...message,
        username: message.username ?? nameOf(message.user),
        posts: writes,
        reply_count: repliesTo(room, message.ts).length,
      })),
    })),
  ephemerals: workspace.ephemerals,
  views: workspace.views,
  homes: workspace.homes,
  notes: workspace.notes,
});

const nameOf = (user: string): string =>
  user === bot.user ? 'Watchfloor' : (people.find((person) => person.slackId === user)?.name ?? 'Slackbot');
