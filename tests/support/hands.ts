import type { ButtonVerb } from '../../src/channels/views.ts';
import type { House } from './house.ts';
import { isAnswer, type Seen, slackCard, slackMessages, teamsCard, teamsMessages } from './rooms.ts';

/** What people do in both rooms. A button must be on the card to be pressed. */
type Talker = Pick<House, 'control' | 'until'>;
type Json = Record<string, unknown>;
export interface Answer {
  status: number;
  body?: unknown;
}

const soc = { slack: 'C0SOC', teams: '19:soc@thread.tacv2' };

/** Presses a button, or what stands behind "…". `view` is the dialog that opens. */
export async function pressInSlack(
  house: Talker,
  as: string,
  name: string,
  verb: ButtonVerb,
): Promise<Answer & { view?: { id: string; blocks: Json[] } }> {
  const card = required(await slackCard(house, name), `no card ${name} in Slack`);
  const elements = objectsIn(card.raw);
  const button = elements.find((e) => e.action_id === `incident:${verb}`);
  const option = elements.find((e) => typeof e.value === 'string' && e.value.split(':')[2] === verb);
  if (!button && !option) throw new Error(`${name} in Slack offers no "${verb}".`);
  const what = button
    ? { action_id: `incident:${verb}` }
    : { action_id: 'incident:more', value: option?.value };
  return house.control('POST', '/slack/press', { as, channel: soc.slack, ts: card.id, ...what });
}

/** Submits the dialog that `pressInSlack` opened; `values` by block and action. */
export function submitInSlack(
  house: Talker,
  as: string,
  view: { id: string } | undefined,
  values: Record<string, Json>,
): Promise<Answer> {
  return house.control('POST', '/slack/submit', { as, view_id: view?.id, values });
}

export async function pressInTeams(
  house: Talker,
  as: string,
  name: string,
  verb: ButtonVerb,
): Promise<Answer> {
  const card = required(await teamsCard(house, name), `no card ${name} in Teams`);
  const action = objectsIn(card.raw).find((e) => e.verb === `watchfloor/${verb}`);
  const { data } = required(action, `${name} in Teams offers no "${verb}"`);
  const at = { as, conversation: soc.teams, activity: card.id };
  return house.control('POST', '/teams/press', { ...at, verb: `watchfloor/${verb}`, data });
}

/** Opens a dialog; what it returns is what `submitInTeams` sends along. */
export async function openInTeams(
  house: Talker,
  as: string,
  name: string,
  verb: ButtonVerb,
): Promise<Answer & { data: Json }> {
  const card = required(await teamsCard(house, name), `no card ${name} in Teams`);
  const action = objectsIn(card.raw).find((e) => isJson(e.data) && e.data.verb === verb);
  const { msteams: _, ...data } = Object(required(action, `${name} in Teams offers no "${verb}"`).data);
  const at = { as, conversation: soc.teams, activity: card.id };
  return { ...(await house.control<Answer>('POST', '/teams/open', { ...at, data })), data };
}

export function submitInTeams(house: Talker, as: string, data: Json): Promise<Answer> {
  return house.control('POST', '/teams/submit', { as, conversation: soc.teams, data });
}

/** Types `/soc …` and returns what can be read of the answer. */
export async function typeInSlack(house: Talker, as: string, text: string): Promise<string> {
  const { body } = await house.control<Answer>('POST', '/slack/command', { as, channel: soc.slack, text });
  return sentences(body);
}

/** Writes `@Watchfloor …` into the room or a thread and waits for the answer. */
export async function mentionInSlack(
  house: Talker,
  as: string,
  text: string,
  thread?: string,
): Promise<Seen> {
  const { ts } = await house.control<{ ts: string }>('POST', '/slack/mention', {
    as,
    channel: soc.slack,
    text: `@Watchfloor ${text}`,
    ...(thread && { thread_ts: thread }),
  });
  return house.until(`an answer to "${text}" in Slack`, async () =>
    (await slackMessages(house)).find((m) => m.thread === (thread ?? ts) && m.id > ts && isAnswer(m)),
  );
}

/** Writes in Teams: under a card with a mention, or in one's own chat without, and waits for the answer. */
export async function sayInTeams(
  house: Talker,
  as: string,
  text: string,
  where: { under: string } | 'direct',
): Promise<Seen> {
  const direct = where === 'direct';
  const conversation = direct ? `a:1${as}` : soc.teams;
  const before = new Set((await teamsMessages(house, conversation)).map((m) => m.id));
  await house.control('POST', '/teams/say', {
    as,
    conversation,
    text: direct ? text : `@Watchfloor ${text}`,
    ...(!direct && { replyTo: where.under }),
  });
  return house.until(`an answer to "${text}" in Teams`, async () =>
    (await teamsMessages(house, conversation)).find((m) => !before.has(m.id) && (direct || isAnswer(m))),
  );
}

/** What only this person reads in Slack, latest last. */
export async function toldInSlack(house: Talker, as: string): Promise<string[]> {
  const { ephemerals } = await house.control<{ ephemerals: { user: string; text: string }[] }>(
    'GET',
    '/slack',
  );
  return ephemerals.filter((e) => e.user === `U0${as.toUpperCase()}`).map((e) => e.text);
}

/** What only this person reads in Teams, latest last. */
export async function toldInTeams(house: Talker, as: string): Promise<string[]> {
  const { toasts } = await house.control<{ toasts: { person: string; text: string }[] }>('GET', '/teams');
  return toasts.filter((t) => t.person === as).map((t) => t.text);
}

/** An alert appears in Azure; its name there. */
export async function appear(
  house: Talker,
  sample: string,
  how: { push: boolean } = { push: true },
): Promise<string> {
  const { id } = await house.control<{ id: string }>('POST', '/alerts', { sample, ...how });
  return id;
}

/** Where a test moves the clock past somebody's call, Watchfloor raises an incident of its own. */
const isOfMissedCall = ({ text }: Seen) => text.includes('Somebody was to be called');

/** A sample appears and has its card in both rooms; its names in Azure and here. */
export async function appearWithCard(house: Talker, sample: string, how = { push: true }) {
  const known = new Set((await slackMessages(house)).map((m) => m.name));
  const azure = await appear(house, sample, how);
  const name = await house.until(`a card of ${sample} in Slack`, async () => {
    const seen = await slackMessages(house);
    return seen.find((m) => !m.thread && m.name && !known.has(m.name) && !isOfMissedCall(m))?.name;
  });
  await house.until(`${name} in Teams`, () => teamsCard(house, name));
  return { azure, name };
}

/** Makes a far side fail in some way; returns what makes it well again. */
export async function breakSide(
  house: Talker,
  side: 'azure' | 'slack' | 'teams',
  fault: { kind: 'slow' | 'failing' | 'throttled' | 'lost-answer'; ms?: number; count?: number },
): Promise<() => Promise<unknown>> {
  await house.control('POST', '/faults', { side, ...fault });
  return () => house.control('POST', '/faults', { side, kind: 'none' });
}

/** Every object in a message, itself included. */
export function objectsIn(node: unknown): Json[] {
  if (Array.isArray(node)) return node.flatMap(objectsIn);
  if (!isJson(node)) return [];
  return [node, ...Object.values(node).flatMap(objectsIn)];
}

/** Every text in an answer, one a line. */
export function sentences(body: unknown): string {
  return objectsIn(body)
    .flatMap((o) => [o.text, o.title, o.value, o.label].filter((t) => typeof t === 'string'))
    .join('\n');
}

function isJson(node: unknown): node is Json {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

function required<T>(value: T | undefined, otherwise: string): T {
  if (value === undefined) throw new Error(`${otherwise}.`);
  return value;
}
