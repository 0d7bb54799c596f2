import { closest, distance } from 'fastest-levenshtein';
import { clean } from '../channels/clean.ts';
import type { ReplyView } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import { incidentName } from '../incident/incident.ts';
import type { Hunt, HuntLibrary } from '../kql/hunt.ts';
import type { QueryPlan } from '../kql/plan.ts';
import { type HuntValues, planHunt } from '../kql/plan-hunt.ts';
import { entityKinds } from '../kql/read-entity.ts';
import { suggestHunts, valuesFor } from '../kql/suggest.ts';
import type { LogCommand, LogDesk, Words } from './command.ts';
import { toHuntRow } from './hunts.ts';
import { readSettings } from './read-settings.ts';
import { readScope, readSpan, whereAndWhen } from './where-and-when.ts';

/** What most published hunts look at. */
const usualMs = 7 * 86_400_000;

export const hunt: LogCommand = {
  kind: 'logs',
  name: 'hunt',
  aliases: [],
  usage: 'hunt <name | suggest> [--account adam@contoso.com] [--ip 203.0.113.9] [--last 7d]',
  summary: 'Run a saved query; in the thread of an incident, about its entities.',
  options: [
    ...entityKinds.map((kind) => ({
      name: kind,
      value: 'name',
      summary: `About this ${kind === 'ip' ? 'address' : kind}.`,
      isMany: true as const,
    })),
    { name: 'set', value: 'name=value', summary: 'Another parameter of the hunt.', isMany: true },
    { name: 'all', value: undefined, summary: 'About everybody, not only about the incident.' },
    ...whereAndWhen,
  ],
  examples: [
    'hunt suggest',
    'hunt Password spray --last 2d',
    'hunt "Password spray" --account adam@contoso.com --private',
    'hunt Tunnel through DNS --set names=50',
  ],

  async ask(words, desk) {
    const said = words.args.join(' ').trim();
    if (said === '') throw new Refused('Say which hunt: hunt "Password spray". "hunts" lists them.');
    if (said.toLowerCase() === 'suggest') return suggest(words, desk);
    return plan(find(said, desk.hunts), words, desk);
  },
};

async function plan(hunt: Hunt, words: Words, desk: LogDesk): Promise<QueryPlan> {
  const given = valuesIn(words.options);
  const isAboutIncident =
    words.incident !== undefined && words.options.all !== true && Object.keys(given).length === 0;
  // Who names somebody means them alone; the incident fills in only what nobody names.
  const values = isAboutIncident ? valuesFor(hunt, await words.read()) : given;
  return planHunt(hunt, values, {
    span: readSpan(words, desk, usualMs),
    scope: readScope(words, desk),
    isPrivate: words.options.private === true,
    keeps: isAboutIncident ? 'any' : 'every',
  });
}

async function suggest(words: Words, { hunts }: LogDesk): Promise<ReplyView> {
  if (words.incident === undefined) {
    throw new Refused(
      'Of which incident? Ask in the thread of its card, or say: hunt suggest --incident INC-1042.',
    );
  }
  const incident = await words.read();
  const suggested = suggestHunts(incident, hunts);
  const name = incidentName(incident.id);
  if (suggested.length === 0) return { kind: 'text', text: `No hunt fits ${name}. "hunts" lists them all.` };
  return {
    kind: 'hunts',
    title: `Hunts for ${name}`,
    rows: suggested.map(({ hunt, why, values }) => toHuntRow(hunt, why, values)),
    more: 0,
  };
}

function valuesIn(options: Words['options']): HuntValues {
  const values: HuntValues = {};
  for (const kind of entityKinds) {
    const said = options[kind];
    if (said !== undefined && said !== true) values[kind] = said;
  }
  return { ...values, ...readSettings(options.set) };
}

/** By id or name; where several words fit one hunt alone, that one is meant. */
function find(said: string, library: HuntLibrary): Hunt {
  const named = library.find(said);
  if (named) return named;
  const fitting = library.search(said);
  const [only, another] = fitting;
  if (only && !another) return only;
  if (only) {
    const names = fitting.slice(0, 3).map(({ name }) => `"${clean(name, 80)}"`);
    throw new Refused(
      `${fitting.length} hunts fit: ${names.join(', ')}. Say one by its whole name, or its id.`,
    );
  }
  throw new Refused(`There is no hunt "${clean(said, 60)}". ${nearest(said, library)}`);
}

function nearest(said: string, library: HuntLibrary): string {
  const names = library.all().map(({ name }) => name);
  const near = names.length > 0 ? closest(said, names) : '';
  const isNear =
    near !== '' && distance(said.toLowerCase(), near.toLowerCase()) <= Math.max(2, near.length / 3);
  return isNear ? `Did you mean "${clean(near, 80)}"?` : '"hunts" and a word find them.';
}
