import type { AzureState } from '../support/rooms.ts';
import { type Cards, cardsIn, readRooms } from './cards.ts';
import { type Ledger, repeatUnheard, type Stand, type Story } from './ledger.ts';
import type { Stage } from './stage.ts';

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
