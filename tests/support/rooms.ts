import type { House } from './house.ts';

/** A message as a reader would tell of it. `text` is everything that can be read on it, one thing a line. */
export interface Seen {
  /** ts in Slack, activity id in Teams. */
  id: string;
  /** `INC-1042`, where the message is a card or a log. */
  name: string;
  text: string;
  thread: string | undefined;
  /** One for the post and one for each edit. */
  posts: number;
  /** The message as the platform holds it. */
  raw: unknown;
}

interface SlackMessage {
  ts: string;
  thread_ts?: string;
  text: string;
  blocks?: unknown;
  attachments?: unknown;
  posts: number;
  bot_id?: string;
}
interface TeamsMessage {
  id: string;
  root?: string;
  summary?: string;
  text?: string;
  attachments: unknown;
  posts: number;
  from: { id: string };
}
type Rooms<M> = { conversations: { id: string; messages: M[] }[] };
type Talker = Pick<House, 'control'>;

export async function slackMessages(house: Talker, conversation = 'C0SOC'): Promise<Seen[]> {
  const { conversations } = await house.control<Rooms<SlackMessage>>('GET', '/slack');
  const messages = conversations.find((c) => c.id === conversation)?.messages ?? [];
  return messages
    .filter((m) => m.bot_id)
    .map((m) => ({
      id: m.ts,
      name: nameIn(m.text),
      text: [m.text, ...textsIn(m.blocks), ...textsIn(m.attachments)].join('\n'),
      thread: m.thread_ts === m.ts ? undefined : m.thread_ts,
      posts: m.posts,
      raw: m,
    }));
}

export async function teamsMessages(house: Talker, conversation = '19:soc@thread.tacv2'): Promise<Seen[]> {
  const { conversations } = await house.control<Rooms<TeamsMessage>>('GET', '/teams');
  const messages = conversations.find((c) => c.id === conversation)?.messages ?? [];
  return messages
    .filter((m) => m.from.id === 'watchfloor')
    .map((m) => ({
      id: m.id,
      name: nameIn(m.summary ?? m.text ?? ''),
      text: [m.summary ?? '', m.text ?? '', ...textsIn(m.attachments)].join('\n'),
      thread: m.root === m.id ? undefined : m.root,
      posts: m.posts,
      raw: m,
    }));
}

/** The card of that name, or the newest. */
export async function slackCard(house: Talker, name?: string): Promise<Seen | undefined> {
  return newest(await slackMessages(house), name);
}

export async function teamsCard(house: Talker, name?: string): Promise<Seen | undefined> {
  return newest(await teamsMessages(house), name);
}

/** The log in the thread of that card. */
export async function slackLog(house: Talker, name: string): Promise<Seen | undefined> {
  return (await slackMessages(house)).findLast((m) => isLog(m, name));
}

export async function teamsLog(house: Talker, name: string): Promise<Seen | undefined> {
  return (await teamsMessages(house)).findLast((m) => isLog(m, name));
}

/** Cards and logs aside: what the product said to people in the room. */
export function isAnswer(message: Seen): boolean {
  return Boolean(message.thread) && !message.text.startsWith('What happened on');
}

function isLog(message: Seen, name: string): boolean {
  return message.text.startsWith(`What happened on ${name}:`);
}

function newest(messages: Seen[], name: string | undefined): Seen | undefined {
  return messages.findLast((m) => !m.thread && m.name && (name === undefined || m.name === name));
}

export interface AzureIncident {
  title: string;
  status: string;
  severity: string;
  owner: { userPrincipalName: string | null; assignedTo: string | null };
  classification?: string;
  classificationReason?: string;
  classificationComment?: string;
  labels: { labelName: string }[];
}

export interface AzureState {
  incidents: {
    name: string;
    etag: string;
    properties: AzureIncident;
    comments: { properties: { message: string } }[];
  }[];
  alerts: { name: string; properties: { status: string; alertDisplayName: string } }[];
  rules: { kind: 'suppression' | 'automation'; properties: Record<string, unknown> }[];
}

export function azureState(house: Talker): Promise<AzureState> {
  return house.control('GET', '/azure');
}

export async function azureIncident(house: Talker, name: string): Promise<AzureIncident | undefined> {
  const { incidents } = await azureState(house);
  return incidents.find((i) => i.name === name)?.properties;
}

export async function azureComments(house: Talker, name: string): Promise<string[]> {
  const { incidents } = await azureState(house);
  return incidents.find((i) => i.name === name)?.comments.map((c) => c.properties.message) ?? [];
}

export async function azureAlert(house: Talker, name: string): Promise<{ status: string } | undefined> {
  const { alerts } = await azureState(house);
  return alerts.find((a) => a.name === name)?.properties;
}

function nameIn(text: string): string {
  return text.match(/INC-\d+/)?.[0] ?? '';
}

/** Every string under a `text` key, which is where both card formats keep what is read. */
function textsIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(textsIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) =>
    typeof value === 'string' && (key === 'text' || key === 'title') ? [value] : textsIn(value),
  );
}
