import type { Stretch } from '../time/stretch.ts';

/** What has no beginning or end goes on for all that was asked about. */
export const startOf = (said: string | null, { from }: Stretch): number => (said ? Date.parse(said) : from);
export const endOf = (said: string | null, { to }: Stretch): number => (said ? Date.parse(said) : to);
