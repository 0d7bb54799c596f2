import type { Incident } from '../incident/incident.ts';
import type { Person } from './roster.ts';

/** Who is on call when, by rota. */
export interface OnCall {
  /** Names of all rotas; empty where nobody set up any. */
  rotas(): string[];
  /** Whose turn it is: first, second, and whoever comes after. Empty in a gap, and for a rota that is not known. */
  on(rota: string, at: Date): Promise<Person[]>;
  /** The rota that an incident calls; `undefined` where there is none. */
  rotaFor(incident: Incident): string | undefined;
}

/** Where no rota is set up. */
export const nobodyOnCall: OnCall = {
  rotas: () => [],
  on: async () => [],
  rotaFor: () => undefined,
};
