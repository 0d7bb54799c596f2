import { type Audience, type Curtain, hang, named } from '../../channels/clearance.ts';
import type { Incident } from '../../incident/incident.ts';
import { alertsIn, type Story } from '../../incident/story.ts';
import { noteViewed, readFor } from '../reader.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** An incident as somebody at a desk may read it. */
export interface Looked {
  incident: Incident;
  audience: Audience;
  show: Curtain;
}

/** A curtain for all that ever happened to it: of those whom only a later alert names, too. */
export const hangOver = (incident: Incident, story: Story, audience: Parameters<typeof hang>[1]): Curtain =>
  hang({ ...incident, alerts: [...alertsIn(story), ...incident.alerts] }, audience);

/** What is said of a restricted one is for them alone, and that they looked is on record. Throws as `readFor`. */
export async function lookAt(
  floor: Watchfloor,
  visitor: Visitor,
  id: number,
  how: Parameters<typeof noteViewed>[3],
): Promise<Looked> {
  const { incident } = await readFor(floor, visitor.person, id);
  const isRestricted = incident.restrictedTo !== undefined;
  if (isRestricted) {
    await noteViewed(floor, visitor.person, id, how);
    visitor.alone();
  }
  const audience = isRestricted ? named : visitor.audience;
  return { incident, audience, show: hang(incident, audience) };
}
