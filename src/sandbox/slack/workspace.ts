import { z } from 'zod';
import { people } from '../people.ts';
import { bot } from './ids.ts';
import type { JsonObject } from './json.ts';
import { type Posted, posted } from './message.ts';

export interface Conversation {
  id: string;
  name: string;
  kind: 'channel' | 'direct';
  members: string[];
  messages: Posted[];
}

export interface Ephemeral {
  user: string;
  channel: string;
  thread_ts?: string;
  ts: string;
  text: string;
  blocks?: JsonObject[];
  attachments?: JsonObject[];
}

export interface OpenView {
  id: string;
  user: string;
  view: JsonObject;
  /** Messages below inputs, as the last submission was answered. */
  errors?: Record<string, string>;
}

/** #hr stands for the rooms that nobody invited the bot to; the page does not show it. */
export const UNINVITED_CHANNEL = 'C0HR';

/** What `save` gives: the messages by conversation, and the last id, so that none is given twice. */
const savedWorkspace = z.object({
  lastMicros: z.number(),
  messages: z.partialRecord(z.enum(rooms().map(({ id }) => id)), z.array(posted)),
});

/** All that Slack holds. Messages stand oldest first, views bottom first. */
export class Workspace {
  readonly conversations: Conversation[] = rooms();
  ephemerals: Ephemeral[] = [];
  views: OpenView[] = [];
  notes: string[] = [];
  readonly #now: () => number;
  readonly #changed: () => void;
  #lastMicros = 0;

  constructor(now: () => number, changed: () => void) {
    this.#now = now;
    this.#changed = changed;
  }

  /** What Slack itself would keep: no ephemerals, no open views. */
  save(): z.infer<typeof savedWorkspace> {
    const messages = this.conversations.map((room) => [room.id, room.messages.map((one) => ({ ...one }))]);
    return { lastMicros: this.#lastMicros, messages: Object.fromEntries(messages) };
  }

  /** Holds what `save` gave, and nothing else. Throws a ZodError, and changes nothing, where it is something else. */
  restore(saved: unknown): void {
    const { lastMicros, messages } = savedWorkspace.parse(saved);
    this.#lastMicros = lastMicros;
    for (const room of this.conversations) room.messages = messages[room.id] ?? [];
    this.ephemerals = [];
    this.views = [];
    this.notes = [];
  }

  changed(): void {
    this.#changed();
  }

  note(text: string): void {
    this.notes = [...this.notes, text].slice(-100);
    this.#changed();
  }

  conversation(id: string): Conversation | undefined {
    return this.conversations.find((one) => one.id === id);
  }

  message(channel: string, ts: string): Posted | undefined {
    return this.conversation(channel)?.messages.find((posted) => posted.message.ts === ts);
  }

  topView(user: string): OpenView | undefined {
    return this.views.findLast((open) => open.user === user);
  }

  /** Takes a message away; one that has replies leaves a tombstone. */
  remove(room: Conversation, ts: string): void {
    const posted = room.messages.find(({ message }) => message.ts === ts);
    if (posted && repliesTo(room, ts).length > 0) {
      const { team, thread_ts } = posted.message;
      const text = 'This message was deleted.';
      posted.message = {
        type: 'message',
        subtype: 'tombstone',
        ts,
        thread_ts: thread_ts ?? ts,
        team,
        user: 'USLACKBOT',
        text,
      };
    } else {
      room.messages = room.messages.filter(({ message }) => message.ts !== ts);
    }
    this.#changed();
  }

  /** A timestamp id, never given twice: seconds, a point, six digits. */
  nextTs(): string {
    this.#lastMicros = Math.max(Math.floor(this.#now() * 1_000), this.#lastMicros + 1);
    return `${Math.floor(this.#lastMicros / 1e6)}.${String(this.#lastMicros % 1e6).padStart(6, '0')}`;
  }
}

export const repliesTo = (room: Conversation, ts: string): Posted[] =>
  room.messages.filter(({ message }) => message.thread_ts === ts && message.ts !== ts);

function rooms(): Conversation[] {
  const everyone = people.map((person) => person.slackId);
  const channel = (id: string, name: string, members: string[]): Conversation => ({
    id,
    name,
    kind: 'channel',
    members,
    messages: [],
  });
  return [
    channel('C0SOC', 'soc-alerts', [...everyone, bot.user]),
    channel('C0CLOUD', 'cloud-platform', [...everyone, bot.user]),
    channel(UNINVITED_CHANNEL, 'hr', ['U0MARCUS']),
    ...people.map(
      (person): Conversation => ({
        id: `D0${person.id.toUpperCase()}`,
        name: person.name,
        kind: 'direct',
        members: [person.slackId, bot.user],
        messages: [],
      }),
    ),
  ];
}
