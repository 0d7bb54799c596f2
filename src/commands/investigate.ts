import type { FieldFaults } from '../channels/channel.ts';
import { clean } from '../channels/clean.ts';
import type { Choice, FieldView, FormView } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import type { Incident } from '../incident/incident.ts';
import type { QueryPlan } from '../kql/plan.ts';
import { planHunt } from '../kql/plan-hunt.ts';
import { readSpan } from '../kql/read-span.ts';
import { suggestHunts, valuesFor } from '../kql/suggest.ts';
import type { LogCommand, LogDesk } from './command.ts';
import { hunt } from './hunt.ts';

/** Typed, it proposes hunts for the incident; pressed, it also asks for a query. */
export const investigate: LogCommand = {
  kind: 'logs',
  name: 'investigate',
  aliases: ['look'],
  usage: 'investigate [INC-1042]',
  summary: 'Hunts that may tell more of an incident.',
  examples: ['investigate INC-1042'],

  ask(words, desk) {
    if (words.incident === undefined) throw new Refused('Say which one: investigate INC-1042.');
    return hunt.ask({ ...words, args: ['suggest'], rest: 'suggest' }, desk);
  },
};

/** Longer is refused by Slack's inputs. */
const longestText = 3_000;

/** A hunt, or a query, and how far back. */
export function drawInvestigate(
  incident: Incident,
  { hunts }: Pick<LogDesk, 'hunts'>,
): Pick<FormView, 'title' | 'submit' | 'fields'> {
  const suggested = suggestHunts(incident, hunts).map(({ hunt: { id, name }, why }): Choice => {
    return { value: id, label: clean(name, 75), description: clean(why, 75) };
  });
  const huntField: FieldView = { kind: 'hunt', id: 'hunt', label: 'Hunt', required: false, suggested };
  return {
    title: 'Investigate',
    submit: 'Ask the logs',
    fields: [
      ...(hunts.all().length > 0 ? [huntField] : []),
      {
        kind: 'text',
        id: 'query',
        label: 'Or a query (KQL)',
        required: false,
        maxLength: longestText,
        placeholder: 'SigninLogs | where ResultType != 0 | take 20',
      },
      {
        kind: 'text',
        id: 'last',
        label: 'How far back?',
        required: false,
        maxLength: 80,
        placeholder: '7d',
      },
    ],
  };
}

/** What the filled form asks, and which permission that needs; or what to mend. */
export function readInvestigate(
  fields: Record<string, string>,
  incident: Incident,
  desk: LogDesk,
): { plan: QueryPlan; deed: 'hunt' | 'query' } | FieldFaults {
  const text = fields.query?.trim() ?? '';
  const chosen = fields.hunt?.trim() ?? '';
  if (!text && !chosen) return { faults: { query: 'Choose a hunt, or write a query.' } };
  if (text && chosen) return { faults: { query: 'Either a hunt or a query: empty one of both.' } };
  const found = chosen ? desk.hunts.find(chosen) : undefined;
  if (chosen && !found) return { faults: { hunt: 'There is no such hunt any more.' } };
  try {
    const when = whenOf(fields, desk);
    if (!found) return { plan: queryOf(text, when), deed: 'query' };
    const context = { ...when, isPrivate: false, keeps: 'any' as const };
    return { plan: planHunt(found, valuesFor(found, incident), context), deed: 'hunt' };
  } catch (error) {
    if (error instanceof Refused) return { faults: { [found ? 'hunt' : 'last']: error.message } };
    throw error;
  }
}

/** As far back as hunts look where nothing is said. */
const usualMs = 7 * 86_400_000;

function whenOf(
  { last }: Record<string, string>,
  { now, mostDays, workspaces }: LogDesk,
): Pick<QueryPlan, 'span' | 'scope'> {
  const [first] = workspaces;
  if (!first)
    throw new Refused('No logs are connected. An admin names workspaces in the settings: logs.workspaces.');
  return {
    span: readSpan({ last: last?.trim() || undefined }, { now, mostDays, usual: usualMs }),
    scope: { kind: 'workspaces', names: [first] },
  };
}

function queryOf(text: string, when: Pick<QueryPlan, 'span' | 'scope'>): QueryPlan {
  return {
    kind: 'query',
    title: 'Query',
    parts: [{ title: '', text }],
    ...when,
    isReviewed: false,
    isPrivate: false,
  };
}
