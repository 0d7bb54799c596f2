import { written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import type { Words } from './command.ts';

/** What is typed in a chat and read by people; longer it is no parameter. */
const longest = 1_000;

/** Every `--set name=value`, by name. Throws `Refused`. */
export function readSettings(said: Words['options'][string] = []): Record<string, string> {
  const settings: Record<string, string> = {};
  for (const one of [said].flat().map(String)) {
    const [, name = '', value = ''] = one.match(/^\s*([A-Za-z][\w-]*)\s*=([\s\S]*)$/) ?? [];
    if (!name) throw new Refused(`Say --set name=value, not "${one.slice(0, 40)}".`);
    if (Object.hasOwn(settings, name)) throw new Refused(`"${name.slice(0, 40)}" is set twice. Say it once.`);
    settings[name] = written(value, longest);
  }
  return settings;
}
