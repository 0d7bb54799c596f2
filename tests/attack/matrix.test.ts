import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryVerb } from '../../src/channels/query-view.ts';
import { type ButtonVerb, buttonVerbs } from '../../src/channels/views.ts';
import { type Command, deedOf } from '../../src/commands/command.ts';
import { commands } from '../../src/commands/index.ts';
import type { Deed } from '../../src/people/permissions.ts';
import { databases } from '../support/databases.ts';
import { appearWithCard, objectsIn, sentences, toldInSlack } from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { slackCard, teamsCard } from '../support/rooms.ts';
import { foreign, type Kind, kinds, readVerdict, type Verdict, verdictOf } from './kinds.ts';

/**
 * Every command and button × every kind of person × both chats × every way there is: typed, pressed, opened as a
 * dialog, submitted. Each is sent whether or not anything offers it, and the answer must be what the table says.
 */
const everybody = [...kinds, foreign];
const dialogs: ButtonVerb[] = [
  ...commands.flatMap((c) => (c.kind === 'change' && c.dialog ? [c.verb] : [])),
  'investigate',
  'clock',
  'silence',
];
/**
 * Buttons of an answer from the logs, and what the table says of each: whoever reads the rows of such a table may have
 * them as a file and narrow them down; who asks again must be one who may ask.
 */
const ofQueries: [verb: QueryVerb, deed: Deed][] = [
  ['csv', 'hunt'],
  ['narrow', 'hunt'],
  ['pin', 'pin'],
  ['rerun', 'query'],
];
const [first] = databases;
if (!first) throw new Error('There is no database to test on.');

let house: House;
let incident: number;
let slackTs: string;
let teamsId: string;
let query: string;

beforeAll(async () => {
  house = await openHouse(first, { WATCHFLOOR_CONFIG: patientSettings() }, { isUnhurried: true });
  const { name } = await appearWithCard(house, 'vm-reverse-shell');
  incident = Number(name.slice('INC-'.length));
  slackTs = (await slackCard(house, name))?.id ?? '';
  teamsId = (await teamsCard(house, name))?.id ?? '';
  query = await askLogs(name);
}, 120_000);
afterAll(() => house.close());

const cells = everybody.flatMap((kind) =>
  (['slack', 'teams'] as const).map((channel) => ({ name: kind.kind, kind, channel })),
);

describe.each(cells)('$name in $channel', ({ kind, channel }) => {
  const says = (deed: Deed) => verdictOf(kind, channel, deed);

  it('types every command and gets the answer that the table gives', async () => {
    const got = await each(commands, (command) => typed(kind, channel, command));
    const answer = (command: Command) => (kind.ignored === channel ? 'silence' : says(deedOf(command)));
    expect(got).toEqual(Object.fromEntries(commands.map((c) => [c.name, answer(c)])));
  });

  it('presses every button, offered or not, and gets the answer that the table gives', async () => {
    const got = await each(buttonVerbs, (verb) => pressed(kind, channel, verb));
    expect(got).toEqual(Object.fromEntries(buttonVerbs.map((verb) => [verb, says(verb)])));
  });

  it('presses every button of an answer from the logs, and gets the answer that the table gives', async () => {
    const verbs = ofQueries.map(([verb]) => verb);
    const expected = Object.fromEntries(ofQueries.map(([verb, deed]) => [verb, says(deed)]));
    expect(await each(verbs, (verb) => pressedOfQuery(kind, channel, verb))).toEqual(expected);
  });

  it('opens and submits every dialog, and gets the answer that the table gives', async () => {
    const expected = Object.fromEntries(dialogs.map((verb) => [verb, says(verb)]));
    expect(await each(dialogs, (verb) => opened(kind, channel, verb))).toEqual(expected);
    expect(await each(dialogs, (verb) => submitted(kind, channel, verb))).toEqual(expected);
  });
});

/** Nobody is told to wait: here one person asks for more in a minute than people do in a day. */
function patientSettings(): string {
  const usual = fs.readFileSync('src/sandbox/watchfloor.yaml', 'utf8');
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-matrix-')), 'watchfloor.yaml');
  fs.writeFileSync(file, `${usual}\nlimits: { personPerMinute: 100000, deniedPerMinute: 100000 }\n`);
  return file;
}

it('leaves no cell out', () => {
  const deeds = new Set<string>([...commands.map(deedOf), ...buttonVerbs]);
  const ways = commands.length + buttonVerbs.length + 2 * dialogs.length + ofQueries.length;
  expect(cells.length * ways).toBeGreaterThan(1_850);
  expect(deeds.size).toBeGreaterThan(20);
});

async function each<K extends string | Command>(
  what: readonly K[],
  ask: (one: K) => Promise<Verdict>,
): Promise<Record<string, Verdict>> {
  const got: Record<string, Verdict> = {};
  for (const one of what) got[typeof one === 'string' ? one : one.name] = await ask(one);
  return got;
}

type Channel = 'slack' | 'teams';
interface Answer {
  status: number;
  body?: unknown;
  view?: unknown;
}

const soc = { slack: 'C0SOC', teams: '19:soc@thread.tacv2' };
/** What must be settled before the first of several may act: whoever it is, nothing of it may be left undone. */
const wordsFor: Partial<Record<string, string>> = {
  assign: 'to nobody',
  comment: 'seen',
  note: 'hypothesis seen',
  severity: 'high',
  close: 'undetermined',
  restrict: 'to Lena Fischer, Amara Okafor',
  hold: 'asked by counsel',
  silence: 'host=vm-nobody-01 for 2h "a test"',
  ask: 'Vera Lindqvist',
  access: 'Vera Lindqvist',
};

async function typed(kind: Kind, channel: Channel, command: Command): Promise<Verdict> {
  const about = command.kind === 'change' || command.name === 'show' ? ` INC-${incident}` : '';
  const words = wordsFor[command.name] ?? '';
  const verdict = await say(kind, channel, `${command.name}${about} ${words}`.trim());
  await undo(command.name);
  return verdict;
}

async function say(kind: Kind, channel: Channel, text: string): Promise<Verdict> {
  const elsewhere = kind === foreign;
  if (channel === 'slack') {
    const asked = { kind: 'command', as: kind.person, channel: soc.slack, text, elsewhere };
    const { status, body } = await house.control<Answer>('POST', '/slack/forge', asked);
    return readVerdict(status, sentences(body));
  }
  const before = await saidInTeams(kind);
  // Each in a chat of their own; whoever has none in the room.
  const inRoom = ['external', 'bot', 'at-the-door'].includes(kind.teams);
  const asked = {
    as: kind.person,
    conversation: inRoom ? soc.teams : `a:1${kind.person}`,
    activity: inRoom ? teamsId : '',
    name: 'message',
    value: { text: inRoom ? `@Watchfloor ${text}` : text },
  };
  const { status } = await house.control<Answer>('POST', '/teams/forge', { ...asked, elsewhere });
  if (status >= 400) return readVerdict(status, '');
  const known = new Set(before.map(({ id }) => id));
  const said = await house
    .until(
      'an answer',
      async () => {
        const news = (await saidInTeams(kind)).filter(({ id }) => !known.has(id));
        return news.length > 0 ? news.map(sentences).join('\n') : undefined;
      },
      kind.ignored === channel ? 50 : 10_000,
    )
    .catch(() => '');
  return readVerdict(status, said);
}

/** What this person can read of what was said: in the room, and in their direct chat. */
async function saidInTeams({ person }: Kind): Promise<Said[]> {
  const { conversations } = await house.control<TeamsState>('GET', '/teams');
  const theirs = conversations.filter(({ id }) => id === soc.teams || id === `a:1${person}`);
  return theirs.flatMap(({ messages }) => messages);
}
interface Said {
  id: string;
}
interface TeamsState {
  conversations: { id: string; messages: Said[] }[];
}

async function pressed(kind: Kind, channel: Channel, verb: ButtonVerb): Promise<Verdict> {
  const verdict = await ask(kind, channel, { way: 'press', verb, dialog: false });
  await undo(verb);
  return verdict;
}

/** An analyst's question about machines, answered. @returns the query's id, which its buttons carry */
async function askLogs(name: string): Promise<string> {
  const text = `@Watchfloor query SecurityEvent | take 3 --last 7d --incident ${name}`;
  await house.control('POST', '/slack/mention', { as: 'adam', channel: soc.slack, text });
  return house.until(
    'an answer from the logs',
    async () => {
      const button = objectsIn(await house.control('GET', '/slack')).find((e) => e.action_id === 'query:csv');
      return typeof button?.value === 'string' ? button.value.split(':')[0] : undefined;
    },
    60_000,
  );
}

async function pressedOfQuery(kind: Kind, channel: Channel, verb: QueryVerb): Promise<Verdict> {
  const common = { as: kind.person, elsewhere: kind === foreign };
  if (channel === 'teams') {
    const dialog = verb === 'narrow';
    const data = { query, argument: '' };
    const { status, body } = await house.control<Answer>('POST', '/teams/forge', {
      ...common,
      conversation: soc.teams,
      activity: teamsId,
      name: dialog ? 'task/fetch' : 'adaptiveCard/action',
      value: dialog
        ? { data: { query, verb: `query/${verb}` } }
        : { action: { type: 'Action.Execute', verb: `watchfloor/query/${verb}`, data }, trigger: 'manual' },
    });
    return readVerdict(status, JSON.stringify(body ?? ''));
  }
  const before = (await toldInSlack(house, kind.person)).length;
  const { status, view } = await house.control<Answer>('POST', '/slack/forge', {
    ...common,
    channel: soc.slack,
    kind: 'press',
    ts: slackTs,
    action_id: `query:${verb}`,
    value: `${query}:${verb === 'narrow' ? 'dialog' : ''}`,
  });
  if (status >= 400) return readVerdict(status, '');
  if (view) return 'allowed';
  const told = await toldInSlack(house, kind.person);
  // Who is let do it sees it done.
  return told.length > before ? readVerdict(status, told.slice(before).join('\n')) : 'allowed';
}

async function opened(kind: Kind, channel: Channel, verb: ButtonVerb): Promise<Verdict> {
  return ask(kind, channel, { way: 'press', verb, dialog: true });
}

async function submitted(kind: Kind, channel: Channel, verb: ButtonVerb): Promise<Verdict> {
  const verdict = await ask(kind, channel, { way: 'submit', verb, dialog: true });
  await undo(verb);
  return verdict;
}

/** What is done so that the next one meets the incident as the first did; by those who may have restricted it. */
async function undo(verb: string): Promise<void> {
  const back: Partial<Record<string, string>> = { close: 'reopen', restrict: 'unrestrict' };
  const words = back[verb];
  if (!words) return;
  for (const as of ['lena', 'amara']) {
    const text = `${words} INC-${incident}`;
    await house.control('POST', '/slack/forge', { kind: 'command', as, channel: soc.slack, text });
  }
}

async function ask(
  kind: Kind,
  channel: Channel,
  { way, verb, dialog }: { way: 'press' | 'submit'; verb: ButtonVerb; dialog: boolean },
): Promise<Verdict> {
  return channel === 'slack' ? askInSlack(kind, way, verb, dialog) : askInTeams(kind, way, verb, dialog);
}

async function askInSlack(kind: Kind, way: string, verb: string, dialog: boolean): Promise<Verdict> {
  const { person } = kind;
  const elsewhere = kind === foreign;
  const common = { as: person, channel: soc.slack, elsewhere };
  const before = (await toldInSlack(house, person)).length;
  const carried = [incident, 1, verb, ...(dialog ? ['dialog'] : [])].join(':');
  const forged =
    way === 'press'
      ? { ...common, kind: 'press', ts: slackTs, action_id: `incident:${verb}`, value: carried }
      : {
          ...common,
          kind: 'submit',
          callback_id: 'incident',
          private_metadata: JSON.stringify({ incident, version: 1, verb, conversation: soc.slack }),
        };
  const { status, body, view } = await house.control<Answer>('POST', '/slack/forge', forged);
  if (status >= 400) return readVerdict(status, '');
  if (view) return 'allowed';
  if (objectsIn(body).length > 0) return readVerdict(status, JSON.stringify(body));
  // Whoever is not in the room is told nothing there, and nothing is done for them either.
  const said = await house
    .until('what they are told', async () => {
      const told = await toldInSlack(house, person);
      return told.length > before ? told.slice(before).join('\n') : undefined;
    })
    .catch(() => '');
  return readVerdict(status, said);
}

async function askInTeams(kind: Kind, way: string, verb: string, dialog: boolean): Promise<Verdict> {
  const data = { incident, version: 1, verb };
  const [name, value] =
    way === 'submit'
      ? (['task/submit', { data }] as const)
      : dialog
        ? (['task/fetch', { data }] as const)
        : ([
            'adaptiveCard/action',
            { action: { type: 'Action.Execute', verb: `watchfloor/${verb}`, data }, trigger: 'manual' },
          ] as const);
  const { status, body } = await house.control<Answer>('POST', '/teams/forge', {
    as: kind.person,
    conversation: soc.teams,
    activity: teamsId,
    name,
    value,
    elsewhere: kind === foreign,
  });
  return readVerdict(status, JSON.stringify(body ?? ''));
}
