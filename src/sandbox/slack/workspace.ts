import { z } from 'zod';
import { people } from '../people.ts';
import { bot } from './ids.ts';
import type { JsonObject } from './json.ts';
import { type Posted, posted } from './message.ts';

export interface Conversation {
  id: string;
  name: string;
  kind: 'channel' | 'direct';
  /** Nobody can write into it, and nobody can be invited, until it is brought back. */
  archived?: boolean;
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

/** Ids of the rooms that a control opens beside those of the company: C0ROOM1, C0ROOM2 … */
const OPENED = 'C0ROOM';

/** What `save` gives: the messages by conversation, and the last id, so that none is given twice. */
const savedWorkspace = z.object({
  lastMicros: z.number(),
  messages: z.record(
    z.union([z.enum(rooms().map(({ id }) => id)), z.templateLiteral([OPENED, z.int()])]),
    z.array(posted),
  ),
  files: z.record(z.string(), z.base64()).default({}),
});

/** So many files are kept; of older ones only the name is left. */
const MOST_FILES = 50;

/** All that Slack holds. Messages stand oldest first, views bottom first. */
export class Workspace {
  readonly conversations: Conversation[] = rooms();
  ephemerals: Ephemeral[] = [];
  views: OpenView[] = [];
  /** What was published as somebody's Home tab; one each. */
  homes: OpenView[] = [];
  notes: string[] = [];
  /** What is in the files that were uploaded, by id. */
  readonly files = new Map<string, Buffer>();
  /** Whose account an admin switched off, by user id. */
  readonly deactivated = new Set(people.filter(({ kind }) => kind === 'left').map(({ slackId }) => slackId));
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
    const files = [...this.files].map(([id, content]) => [id, content.toString('base64')]);
    return {
      lastMicros: this.#lastMicros,
      messages: Object.fromEntries(messages),
      files: Object.fromEntries(files),
    };
  }

  /** Holds what `save` gave, and nothing else. Throws a ZodError, and changes nothing, where it is something else. */
  restore(saved: unknown): void {
    const { lastMicros, messages, files } = savedWorkspace.parse(saved);
    this.#lastMicros = lastMicros;
    this.openRooms(Object.keys(messages).filter((id) => id.startsWith(OPENED)).length);
    for (const room of this.conversations) room.messages = messages[room.id] ?? [];
    this.files.clear();
    for (const [id, content] of Object.entries(files)) this.files.set(id, Buffer.from(content, 'base64'));
    this.ephemerals = [];
    this.views = [];
    this.homes = [];
    this.notes = [];
  }

  keepFile(id: string, content: Buffer): void {
    this.files.set(id, content);
    for (const old of [...this.files.keys()].slice(0, -MOST_FILES)) this.files.delete(old);
  }

  /** There are that many rooms more than the company's own, each with everybody in it. Gives their ids. */
  openRooms(count: number): string[] {
    const ids = Array.from({ length: count }, (_, n) => `${OPENED}${n + 1}`);
    for (const id of ids) {
      if (!this.conversation(id)) this.conversations.push(channel(id, id.slice(2).toLowerCase(), everyone()));
    }
    this.#changed();
    return ids;
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

  isKnown(user: string): boolean {
    return people.some(({ slackId }) => slackId === user);
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

function everyone(): string[] {
  return [...people.map((person) => person.slackId), bot.user];
}

function channel(id: string, name: string, members: string[]): Conversation {
  return { id, name, kind: 'channel', members, messages: [] };
}

function rooms(): Conversation[] {
  return [
    channel('C0SOC', 'soc-alerts', everyone()),
    channel('C0CLOUD', 'cloud-platform', everyone()),
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
