import type { ChatUser, FieldFaults, Reply, Spot } from '../../channels/channel.ts';
import { clean } from '../../channels/clean.ts';
import type { Choice } from '../../channels/views.ts';
import type { LogCommand, LogDesk, Words } from '../../commands/command.ts';
import { drawInvestigate, readInvestigate } from '../../commands/investigate.ts';
import { Denied, Refused } from '../../errors.ts';
import type { Incident } from '../../incident/incident.ts';
import { planHunt } from '../../kql/plan-hunt.ts';
import { valuesFor } from '../../kql/suggest.ts';
import { tacticInWords } from '../../kql/tactics.ts';
import type { Caller } from '../../people/people.ts';
import { admit } from '../../people/permissions.ts';
import { cancelQueriesOf } from '../../store/queries.ts';
import { readFor } from '../reader.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { askLogs } from './ask.ts';
import { needLogs } from './at-hand.ts';

/** Hunts to choose from while typing; more would not fit a menu. */
const mostChoices = 20;

/** A typed command that asks the logs. Whether they may use it is asked before. */
export async function runLogCommand(
  floor: Watchfloor,
  user: ChatUser,
  command: LogCommand,
  words: Words,
  spot: Spot | undefined,
): Promise<Reply> {
  const caller = words.person;
  const asked = await command.ask(words, deskOf(floor, caller));
  if (!('parts' in asked)) return { view: asked, private: command.name === 'cancel' };
  return askLogs(floor, user, caller, { plan: asked, deed: command.name, incident: words.incident, spot });
}

function deskOf(floor: Watchfloor, { id }: Caller): LogDesk {
  const { hunts, policy } = floor.atHand;
  return {
    now: floor.now(),
    hunts,
    workspaces: policy.workspaces.map(({ name }) => name),
    mostDays: policy.days,
    async cancel() {
      const count = await cancelQueriesOf(floor.db, id);
      floor.ringAnswers();
      floor.ringQueries();
      return count;
    },
  };
}

/** The dialog of a card's Investigate button. */
export function openInvestigate(floor: Watchfloor, caller: Caller, incident: Incident) {
  needLogs(floor.atHand);
  return drawInvestigate(incident, deskOf(floor, caller));
}

/** The answer goes into the thread of the card that was pressed. */
export async function submitInvestigate(
  floor: Watchfloor,
  user: ChatUser,
  caller: Caller,
  number: number,
  fields: Record<string, string>,
): Promise<Reply | FieldFaults> {
  const { incident } = await readFor(floor, caller, number);
  const read = readInvestigate(fields, incident, deskOf(floor, caller));
  if ('faults' in read) return read;
  admit(caller, read.deed);
  try {
    return await askLogs(floor, user, caller, { ...read, incident: number, spot: undefined });
  } catch (error) {
    // What the guard refuses is to be mended, with the text still there.
    if (error instanceof Refused && !(error instanceof Denied) && read.deed === 'query')
      return { faults: { query: clean(error.message, 300) } };
    throw error;
  }
}

/** The button of a hunt that was offered: about the incident of the thread, where there is one. */
export async function pressHunt(
  floor: Watchfloor,
  user: ChatUser,
  caller: Caller,
  { id, incident: number, spot }: { id: string; incident: number | undefined; spot: Spot | undefined },
): Promise<Reply> {
  const { hunts, policy } = floor.atHand;
  const [workspace] = policy.workspaces;
  needLogs(floor.atHand);
  const hunt = hunts.find(id);
  if (!hunt || !workspace) throw new Refused('There is no such hunt any more. "hunts" lists them.');
  const incident = number === undefined ? undefined : (await readFor(floor, caller, number)).incident;
  const to = floor.now();
  const from = new Date(to.getTime() - Math.min(huntDays, policy.days) * 86_400_000);
  const plan = planHunt(hunt, incident ? valuesFor(hunt, incident) : {}, {
    span: { from: from.toISOString(), to: to.toISOString() },
    scope: { kind: 'workspaces', names: [workspace.name] },
    isPrivate: false,
    keeps: incident ? 'any' : 'every',
  });
  return askLogs(floor, user, caller, { plan, deed: 'hunt', incident: number, spot });
}

/** As far back as a typed hunt looks where nothing is said. */
const huntDays = 7;

/** Hunts that fit what was typed so far. */
export function suggestHuntsFor(floor: Watchfloor, typed: string): Choice[] {
  return floor.atHand.hunts
    .search(typed)
    .slice(0, mostChoices)
    .map(({ id, name, tactics, tables }) => {
      const about = [...tactics.map(tacticInWords), ...tables].join(', ');
      return { value: id, label: clean(name, 75), ...(about && { description: clean(about, 75) }) };
    });
}
