import { Denied } from '../errors.ts';
import { readIncident } from '../store/incidents.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Whoever is denied what they typed is on record with the incident that they meant. */
export async function concerning<Answer>(
  incident: number | undefined,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof Denied ? new Denied(error.reason, error.message, incident) : error;
  }
}

/** Where one is spoken of, what is said is for nobody but whoever asked, whether or not they may see it. */
export async function isRestricted({ db }: Watchfloor, incident: number | undefined): Promise<boolean> {
  const stored = incident === undefined ? undefined : await readIncident(db, incident);
  return stored?.incident.restrictedTo !== undefined;
}
