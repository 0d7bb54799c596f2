import { z } from 'zod';
import { people, type SandboxPerson } from '../people.ts';
import { type Content, type Message, message } from './message.ts';
import { Refusal } from './refusal.ts';

export interface Conversation {
  id: string;
  name: string;
  kind: 'channel' | 'direct';
  messages: Message[];
}

export const BOT = { id: 'watchfloor', name: 'Watchfloor' } as const;

/** The one team that has the app, and its channels. */
export const team = {
  id: '19:contoso-security@thread.tacv2',
  name: 'Contoso security',
  aadGroupId: '6f0c2d81-3b57-4e9a-a6d4-8c15e7f2b093',
} as const;

const channels = [
  { id: '19:soc@thread.tacv2', name: 'SOC alerts' },
  { id: '19:cloud@thread.tacv2', name: 'Cloud platform' },
];

/** What `save` gives: the messages by conversation, and what keeps ids from being given twice and threads open. */
export const savedRooms = z.object({
  lastId: z.number(),
  roots: z.array(z.string()),
  messages: z.partialRecord(
    z.enum([...channels.map(({ id }) => id), ...people.map(chatOf)]),
    z.array(message),
  ),
});

/** What Teams shows: two channels and a chat with each person. */
export class Rooms {
  readonly conversations: Conversation[] = [
    ...channels.map((channel) => ({ ...channel, kind: 'channel' as const, messages: [] })),
    ...people.map((person) => ({
      id: chatOf(person),
      name: person.name,
      kind: 'direct' as const,
      messages: [],
    })),
  ];
  readonly #now: () => number;
  /** Every root message there ever was, the deleted ones included. */
  #roots = new Set<string>();
  #lastId = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  save(): z.infer<typeof savedRooms> {
    const messages = this.conversations.map((room) => [room.id, room.messages.map((one) => ({ ...one }))]);
    return { lastId: this.#lastId, roots: [...this.#roots], messages: Object.fromEntries(messages) };
  }

  /** Holds what was saved, and nothing else. */
  restore({ lastId, roots, messages }: z.infer<typeof savedRooms>): void {
    this.#lastId = lastId;
    this.#roots = new Set(roots);
    for (const room of this.conversations) room.messages = messages[room.id] ?? [];
  }

  get channels(): Conversation[] {
    return this.conversations.filter(({ kind }) => kind === 'channel');
  }

  /** Finds a room, and the thread in it, by a conversation id with or without `;messageid=`. */
  find(conversationId: string): { room: Conversation; root?: string } {
    const [id, root] = conversationId.split(';messageid=');
    const room = this.conversations.find((conversation) => conversation.id === id);
    if (room) return { room, ...(root && { root }) };
    // A channel that exists somewhere, where this app was never installed, as far as Teams tells.
    if (/^19:.+@thread\.(tacv2|v2|skype)$/.test(id ?? '')) {
      throw new Refusal(403, 'BotNotInConversationRoster', 'The bot is not part of the conversation roster.');
    }
    throw new Refusal(404, 'ConversationNotFound', 'Conversation not found.');
  }

  message(room: Conversation, id: string): Message {
    const found = room.messages.find((message) => message.id === id);
    if (!found) throw new Refusal(404, 'ActivityNotFoundInConversation', `There is no message ${id} here.`);
    return found;
  }

  /** Adds a message, as a new root or in the thread of `root`. A thread outlives its root message. */
  post(room: Conversation, from: Message['from'], content: Content, root?: string): Message {
    if (root && !this.#roots.has(`${room.id} ${root}`)) {
      throw new Refusal(404, 'ConversationNotFound', `There is no thread ${root} in this conversation.`);
    }
    const at = this.#now();
    // Ids are milliseconds, and no two messages have the same.
    this.#lastId = Math.max(at, this.#lastId + 1);
    const message: Message = {
      id: String(this.#lastId),
      ...(root && { root }),
      from,
      at: new Date(at).toISOString(),
      ...content,
      edited: false,
      posts: 1,
    };
    if (!root) this.#roots.add(`${room.id} ${message.id}`);
    room.messages.push(message);
    return message;
  }

  /** An edit shows everybody the same card again. */
  edit(message: Message, content: Content): void {
    Object.assign(message, { text: undefined, ...content, edited: true, posts: message.posts + 1 });
    delete message.personal;
  }

  remove(room: Conversation, message: Message): void {
    room.messages.splice(room.messages.indexOf(message), 1);
  }
}

export function chatOf(person: SandboxPerson): string {
  return `a:1${person.id}`;
}

/** The conversation id that activities about this message carry. */
export function threadOf(room: Conversation, message: Pick<Message, 'id' | 'root'>): string {
  return room.kind === 'channel' ? `${room.id};messageid=${message.root ?? message.id}` : room.id;
}
