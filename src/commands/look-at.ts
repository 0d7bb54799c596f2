import { Refused } from '../errors.ts';
import { entitiesOf } from '../kql/incident-entities.ts';
import { planLooks } from '../kql/plan-looks.ts';
import type { EntityKind } from '../kql/read-entity.ts';
import type { LogCommand, LogDesk, Words } from './command.ts';
import { readScope, readSpan, whereAndWhen } from './where-and-when.ts';

/** Long enough to see what is usual, short enough to be quick. */
const usualMs = 7 * 86_400_000;

/** What every command about an entity has in common: options, and how what is typed becomes looks. */
export function lookAt(kind: EntityKind, verb: string): Pick<LogCommand, 'kind' | 'options' | 'ask'> {
  return {
    kind: 'logs',
    options: whereAndWhen,
    async ask(words, desk: LogDesk) {
      const name = words.args.join(' ').trim() || (await onlyOne(kind, verb, words));
      return planLooks(
        { kind, verb, name },
        {
          span: readSpan(words, desk, usualMs),
          scope: readScope(words, desk),
          isPrivate: words.options.private === true,
        },
      );
    },
  };
}

/** In the thread of an incident that names one alone, nobody need say which. */
async function onlyOne(kind: EntityKind, verb: string, words: Words): Promise<string> {
  if (words.incident === undefined) throw new Refused(`Say which: ${verb} <name>. Type "${verb} --help".`);
  const [only, ...others] = entitiesOf((await words.read()).alerts)[kind] ?? [];
  if (only && others.length === 0) return only;
  if (!only) throw new Refused(`The incident names none. Say which: ${verb} <name>.`);
  throw new Refused(`The incident names ${[only, ...others].slice(0, 5).join(', ')}. Say which.`);
}
