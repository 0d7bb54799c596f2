import type { RosterEntry } from './roster.ts';

/** Why nobody should count on somebody being called; `undefined` where they can be. */
export function unfitness(entry: RosterEntry | undefined): string | undefined {
  if (!entry) return 'has no role here, or is not known';
  if (!entry.enabled) return 'has an account that is switched off';
  if (entry.guest) return 'is a guest';
  if (entry.person.roles.every((role) => role === 'viewer')) return 'may look and nothing else';
  return undefined;
}
