import { numbersIn } from '../alerts.ts';
import { person } from '../company.ts';

/** A message as a conversation shows it now. */
export interface Message {
  conversation: string;
  id: string;
  /** Whose thread it is in; a thread's messages are no cards. */
  thread: string | undefined;
  /** Everything that is to be read in it. */
  text: string;
  /** Alerts that it names. */
  numbers: number[];
  /** When it was posted. */
  at: number;
  /** What a post was marked with, for whoever looks for it afterwards. */
  metadata: unknown;
}

/** Where and with what a card's button can be pressed. */
export interface Button {
  incident: number;
  version: number;
  conversation: string;
  message: string;
}

export interface Traffic {
  posts: number;
  edits: number;
  /** Answers 429. */
  refused: number;
}

export type Book = ReturnType<typeof openBook>;

/** Keeps every message of every conversation, and when each alert could first be read and first be seen as taken. */
export function openBook() {
  const messages = new Map<string, Message>();
  const seen = new Map<number, number>();
  const taken = new Map<number, number>();
  const buttons = new Map<number, Button>();
  const traffic = new Map<string, Traffic>();

  function read(message: Message, at: number): void {
    message.numbers = numbersIn(message.text);
    for (const n of message.numbers) if (!seen.has(n)) seen.set(n, at);
    const [only, more] = message.numbers;
    if (message.thread || only === undefined || more !== undefined) return;
    const button = buttonIn(message);
    if (button) buttons.set(only, button);
    if (!taken.has(only) && message.text.includes(person.name)) taken.set(only, at);
  }

  function count(conversation: string, what: keyof Traffic): void {
    const counts = traffic.get(conversation) ?? { posts: 0, edits: 0, refused: 0 };
    counts[what] += 1;
    traffic.set(conversation, counts);
  }

  return {
    messages,
    seen,
    taken,
    buttons,
    traffic,
    post(message: Omit<Message, 'numbers'>): void {
      const kept = { ...message, numbers: [] };
      messages.set(`${message.conversation} ${message.id}`, kept);
      count(message.conversation, 'posts');
      read(kept, message.at);
    },
    edit(conversation: string, id: string, text: string, at: number): boolean {
      const message = messages.get(`${conversation} ${id}`);
      if (!message) return false;
      message.text = text;
      count(conversation, 'edits');
      read(message, at);
      return true;
    },
    refuse: (conversation: string) => count(conversation, 'refused'),
    /** Newest first, as a channel's or a thread's history. */
    in: (conversation: string, thread: string | undefined) =>
      [...messages.values()]
        .filter((one) => one.conversation === conversation && one.thread === thread)
        .reverse(),
    forget(): void {
      for (const kept of [messages, seen, taken, buttons, traffic]) kept.clear();
    },
  };
}

/** `Take it`, as our Slack and Teams cards carry it. */
function buttonIn({ text, conversation, id }: Message): Button | undefined {
  const [, incident, version] =
    /"value":"(\d+):(\d+):take"/.exec(text) ??
    /watchfloor\/take.{0,80}?"incident":(\d+),"version":(\d+)/.exec(text) ??
    [];
  if (!incident || !version) return undefined;
  return { incident: Number(incident), version: Number(version), conversation, message: id };
}
