import type { RunVerb } from '../../src/channels/run-view.ts';
import { objectsIn, toldInSlack, typeInSlack } from './hands.ts';
import type { House } from './house.ts';
import { type Seen, slackMessages, teamsMessages } from './rooms.ts';

/** What people do with messages of runs. */
type Talker = Pick<House, 'control' | 'until'>;
export interface Answer {
  status: number;
  body?: unknown;
  view?: { id: string; blocks: Record<string, unknown>[] };
}

const soc = { slack: 'C0SOC', teams: '19:soc@thread.tacv2' };

/** The message of a run in a room, as it is now: `RUN-7`. */
export async function runInSlack(
  house: Talker,
  name: string,
  conversation = soc.slack,
): Promise<Seen | undefined> {
  return (await slackMessages(house, conversation)).find(({ raw }) => isOf(raw, name));
}

export async function runInTeams(
  house: Talker,
  name: string,
  conversation = soc.teams,
): Promise<Seen | undefined> {
  return (await teamsMessages(house, conversation)).find(({ raw }) => isOf(raw, name));
}

/** By its own headline: the incident's card names runs, too. */
function isOf(raw: unknown, name: string): boolean {
  return objectsIn(raw).some(({ text }) => typeof text === 'string' && text.startsWith(`${name} · `));
}

/** Waits until both rooms' messages of the run say so. */
export async function runSays(
  house: Talker,
  name: string,
  what: string | RegExp,
  ms = 20_000,
): Promise<Seen> {
  const says = (seen: Seen | undefined) =>
    seen !== undefined && (typeof what === 'string' ? seen.text.includes(what) : what.test(seen.text));
  await house.until(`${name} in Teams says ${what}`, async () => says(await runInTeams(house, name)), ms);
  return house.until(
    `${name} in Slack says ${what}`,
    async () => {
      const seen = await runInSlack(house, name);
      return says(seen) ? seen : undefined;
    },
    ms,
  );
}

/** Presses a button that the message offers; `view` is the dialog that opens. */
export async function pressRunInSlack(
  house: Talker,
  as: string,
  name: string,
  verb: RunVerb,
  conversation = soc.slack,
): Promise<Answer> {
  const seen = await runInSlack(house, name, conversation);
  const button = seen && objectsIn(seen.raw).find(({ action_id }) => action_id === `run:${verb}`);
  if (!seen || !button) throw new Error(`${name} in Slack offers no "${verb}".`);
  const what = { action_id: `run:${verb}` };
  return house.control('POST', '/slack/press', { as, channel: conversation, ts: seen.id, ...what });
}

export async function pressRunInTeams(
  house: Talker,
  as: string,
  name: string,
  verb: RunVerb,
  conversation = soc.teams,
): Promise<Answer> {
  const seen = await runInTeams(house, name, conversation);
  const action = seen && objectsIn(seen.raw).find((one) => one.verb === `watchfloor/run/${verb}`);
  if (!seen || !action) throw new Error(`${name} in Teams offers no "${verb}".`);
  return house.control('POST', '/teams/press', {
    as,
    conversation,
    activity: seen.id,
    verb: action.verb,
    data: action.data,
  });
}

/** Asks for a run with typed words: `scan-machine INC-1042`; its name. */
export async function askForRun(house: Talker, as: string, words: string): Promise<string> {
  const said = await typeInSlack(house, as, `run ${words}`);
  const [name] = /RUN-\d+/.exec(said) ?? [];
  if (!name) throw new Error(`No run was asked for: ${said}`);
  return name;
}

/** Opens a dialog of a run's message; what it returns is what `submitInTeams` sends along. */
export async function openRunInTeams(
  house: Talker,
  as: string,
  name: string,
  verb: RunVerb,
  conversation = soc.teams,
): Promise<Answer & { data: Record<string, unknown> }> {
  const seen = await runInTeams(house, name, conversation);
  const action = seen && objectsIn(seen.raw).find((one) => Object(one.data).verb === `run/${verb}`);
  if (!seen || !action) throw new Error(`${name} in Teams offers no "${verb}".`);
  const { msteams: _, ...data } = Object(action.data);
  const answer = await house.control<Answer>('POST', '/teams/open', {
    as,
    conversation,
    activity: seen.id,
    data,
  });
  return { ...answer, data };
}

/** Waits until Slack has told somebody so, alone. */
export function hearInSlack(house: Talker, as: string, what: string): Promise<string> {
  return house.until(
    `${as} to be told "${what}"`,
    async () => (await toldInSlack(house, as)).find((said) => said.includes(what)),
    30_000,
  );
}

/** What was done to machines for a run, the newest first: `Isolate`. */
export async function doneToMachines(house: Talker, name: string): Promise<string[]> {
  const { actions } = await house.control<{ actions: { type: string; requestorComment: string }[] }>(
    'GET',
    '/machine-actions',
  );
  return actions
    .filter(({ requestorComment }) => requestorComment.includes(`${name} (`))
    .map(({ type }) => type);
}
