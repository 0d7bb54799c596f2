import { type AzureState, type Seen, slackMessages, teamsMessages } from '../support/rooms.ts';
import { roomTitle, type Stage } from './stage.ts';

/** Where an incident stands, as everybody may see it. */
export type Stand = 'open' | 'taken' | 'closed';

/** One alert, and what must hold of it in the end. */
export interface Story {
  title: string;
  source: 'defender' | 'sentinel';
  /** Its name in Azure; `undefined` where it only ever came as a push. */
  alert: string | undefined;
  /** INC-1042, once its card was seen. */
  name: string | undefined;
  /** More than one where somebody acted and was not told what became of it. */
  may: Stand[];
  /** Somebody was told that something was done. */
  told: boolean;
  /** Somebody raised its severity in the portal. */
  raised: boolean;
  /** Where it goes in Slack, it also goes in Teams. */
  inTeams: boolean;
}

/** What a fault ended in; every sentence in `violations` is one too many. */
export interface Tally {
  done: string;
  alerts: number;
  cards: number;
  lost: number;
  doubledInSlack: number;
  doubledInTeams: number;
  acknowledgements: number;
  acknowledgementsLost: number;
  violations: string[];
  /** The last that the product logged. */
  printed: string;
}

/** Everything that was accepted so far. */
export interface Ledger {
  stories: Story[];
  rooms: number;
  /** How many of the rooms have one in Teams beside them. */
  roomsInTeams: number;
  begun: number;
  /** Pushes that nobody was told are stored; their sender repeats them. */
  unheard: { story: Story; source: string; body: string }[];
}

export function openLedger(rooms = 0, roomsInTeams = rooms): Ledger {
  return { stories: [], rooms, roomsInTeams, begun: 0, unheard: [] };
}

/** A new story, spread over the rooms. */
export function begin(ledger: Ledger, source: Story['source'], alert: string | undefined): Story {
  ledger.begun += 1;
  const number = ledger.begun;
  const room = ledger.rooms > 0 ? (number % ledger.rooms) + 1 : 0;
  return {
    title: `Story number ${number} ${room > 0 ? roomTitle(room) : 'of many.'}`,
    inTeams: room <= ledger.roomsInTeams,
    source,
    alert,
    name: undefined,
    may: ['open'],
    told: false,
    raised: false,
  };
}

export interface Shown extends Seen {
  conversation: string;
}

/** What stands in every room of both platforms. */
export async function readRooms(stage: Pick<Stage, 'control'>): Promise<{ slack: Shown[]; teams: Shown[] }> {
  return {
    slack: await readSide(stage, '/slack', slackMessages),
    teams: await readSide(stage, '/teams', teamsMessages),
  };
}

async function readSide(
  stage: Pick<Stage, 'control'>,
  path: '/slack' | '/teams',
  messagesIn: typeof slackMessages,
): Promise<Shown[]> {
  // Asked once for all rooms.
  const state = await stage.control<{ conversations: { id: string }[] }>('GET', path);
  const reader = { control: async <T>() => state as T };
  const shown: Shown[] = [];
  for (const { id } of state.conversations)
    for (const message of await messagesIn(reader, id)) shown.push({ ...message, conversation: id });
  return shown;
}

/** The cards of each story by its title; of a story that joined a summary, the summary. */
export type Cards = Map<string, Shown[]>;

export function cardsIn(messages: Shown[]): Cards {
  const cards: Cards = new Map();
  for (const message of messages) {
    if (message.thread) continue;
    for (const title of new Set(message.text.match(titles)))
      cards.set(title, [...(cards.get(title) ?? []), message]);
  }
  return cards;
}

const titles = /Story number \d+ (?:in room \d+|of many)\./g;

/** Notes the names of the incidents whose cards can be seen by now. */
export async function look(stage: Stage, ledger: Ledger): Promise<void> {
  if (ledger.stories.every((story) => story.name)) return;
  const cards = cardsIn((await readRooms(stage)).slack);
  for (const story of ledger.stories) {
    const [card] = cards.get(story.title) ?? [];
    story.name ??= card && nameBefore(card.text, story.title);
  }
}

/** A summary names many; each name stands before its title. */
function nameBefore(text: string, title: string): string | undefined {
  return text
    .slice(0, text.indexOf(title))
    .match(/INC-\d+/g)
    ?.at(-1);
}

/** Senders repeat what nobody told them is stored, byte for byte. */
export async function repeatUnheard(stage: Stage, ledger: Ledger): Promise<void> {
  for (const unheard of ledger.unheard.splice(0)) {
    if (await isStored(stage, unheard)) ledger.stories.push(unheard.story);
    else ledger.unheard.push(unheard);
  }
}

/** 409 (or 200): the very same bytes were stored before. */
export async function isStored(stage: Stage, push: { source: string; body: string }): Promise<boolean> {
  return sendPush(stage, push).then(
    (status) => [200, 202, 409].includes(status),
    () => false,
  );
}

export async function sendPush(stage: Stage, push: { source: string; body: string }): Promise<number> {
  const answer = await fetch(`${stage.productUrl}/webhooks/${push.source}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${stage.env.WEBHOOK_SECRET}`,
    },
    body: push.body,
    signal: AbortSignal.timeout(20_000),
  });
  await answer.text();
  return answer.status;
}

/** Kills allow one doubled message each in Teams, where a post in doubt cannot be looked up. */
export interface Allowance {
  crashes: number;
  patienceMs?: number;
  /** In a summary of many, nothing tells of one how it stands. */
  onlyShown?: boolean;
}

/** Between two looks at all rooms; with a thousand cards a look takes a tenth of a second. */
const lookMs = 1_000;

const usualPatienceMs = 90_000;
/** What is doubled late would come within this. */
const quietMs = 2_000;

/** Waits until everything is as it must be, or patience ends, and counts. */
export async function settle(
  stage: Stage,
  ledger: Ledger,
  done: string,
  { crashes, patienceMs = usualPatienceMs, onlyShown = false }: Allowance,
): Promise<Tally> {
  const end = Date.now() + patienceMs;
  for (;;) {
    if (ledger.unheard.length > 0) await repeatUnheard(stage, ledger);
    const { faults } = await inspect(stage, ledger, onlyShown);
    if (faults.length === 0 && ledger.unheard.length === 0) break;
    if (Date.now() > end) break;
    await pause(lookMs);
  }
  await pause(quietMs);
  return count(stage, ledger, done, crashes, onlyShown);
}

async function count(
  stage: Stage,
  ledger: Ledger,
  done: string,
  crashes: number,
  onlyShown: boolean,
): Promise<Tally> {
  const { faults, slack, teams } = await inspect(stage, ledger, onlyShown);
  const of = (kind: WrongKind) =>
    new Set(faults.filter((fault) => fault.kind === kind).map(({ story }) => story)).size;
  const doubled = (cards: Cards) => [...cards.values()].reduce((sum, { length }) => sum + length - 1, 0);
  const violations = faults.map((fault) => fault.said);
  if (doubled(teams) > crashes)
    violations.push(`${doubled(teams)} messages doubled in Teams, with ${crashes} crashes`);
  if (ledger.unheard.length > 0) violations.push(`${ledger.unheard.length} pushes are refused to the end`);
  return {
    done,
    alerts: ledger.stories.length,
    cards: ledger.stories.filter((story) => slack.has(story.title)).length,
    lost: of('lost'),
    doubledInSlack: doubled(slack),
    doubledInTeams: doubled(teams),
    acknowledgements: ledger.stories.filter((story) => story.told).length,
    acknowledgementsLost: of('acknowledgement'),
    violations,
    printed: stage.printed().slice(-4_000),
  };
}

type WrongKind = 'lost' | 'doubled' | 'acknowledgement' | 'behind';
interface Wrong {
  kind: WrongKind;
  story: Story;
  said: string;
}
type Inspection = Record<'slack' | 'teams', Cards> & { azure: Map<string, string> };

/** What is not as it must be, yet or for good. */
async function inspect(
  stage: Stage,
  ledger: Ledger,
  onlyShown: boolean,
): Promise<Inspection & { faults: Wrong[] }> {
  const rooms = await readRooms(stage);
  const { incidents, alerts } = await stage.control<AzureState>('GET', '/azure');
  const azure = new Map([...incidents, ...alerts].map((one) => [one.name, one.properties.status]));
  const seen = { slack: cardsIn(rooms.slack), teams: cardsIn(rooms.teams), azure };
  const faults = ledger.stories.flatMap((story) => faultsOf(story, seen));
  return { ...seen, faults: faults.filter(({ kind }) => !onlyShown || kind !== 'behind') };
}

function faultsOf(story: Story, seen: Inspection): Wrong[] {
  const wrong: Wrong[] = [];
  const tell = (kind: WrongKind, what: string) =>
    wrong.push({ kind, story, said: `${said(story)}: ${what}` });
  const held = standInAzure(story, seen.azure);
  if (held !== undefined && !story.may.includes(held))
    tell(
      story.told ? 'acknowledgement' : 'behind',
      `Azure holds it as ${held}, not ${story.may.join(' or ')}`,
    );
  for (const side of story.inTeams ? (['slack', 'teams'] as const) : (['slack'] as const)) {
    const cards = seen[side].get(story.title) ?? [];
    if (cards.length === 0) {
      tell('lost', `no card in ${side}`);
      continue;
    }
    if (side === 'slack' && cards.length > 1) tell('doubled', `${cards.length} cards in Slack`);
    const wanted = held === undefined ? story.may : [held];
    if (!cards.some((card) => wanted.some((stand) => words[stand].test(card.text))))
      tell('behind', `${side} does not show it as ${wanted.join(' or ')}`);
    if (story.raised && !cards.some((card) => card.text.includes('HIGH')))
      tell('behind', `${side} does not show the severity of the portal`);
  }
  return wrong;
}

const said = (story: Story) => `"${story.title}"${story.name ? ` (${story.name})` : ''}`;

const words: Record<Stand, RegExp> = {
  open: /nobody has it/,
  taken: /(?<!nobody) has it/,
  closed: /is closed/,
};
const stands: Record<string, Stand> = {
  Active: 'taken',
  InProgress: 'taken',
  New: 'open',
  Closed: 'closed',
  Resolved: 'closed',
  Dismissed: 'closed',
};

function standInAzure({ source, alert }: Story, azure: Inspection['azure']): Stand | undefined {
  const status = alert === undefined ? undefined : azure.get(alert);
  if (status === undefined) return undefined;
  // What nobody has yet is New in Sentinel and Active in Defender, where Sentinel calls what somebody has Active.
  return source === 'defender' && status === 'Active' ? 'open' : stands[status];
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
