import { Denied } from '../../errors.ts';
import type { Intent } from '../../incident/decide.ts';
import type { Actor, Incident } from '../../incident/incident.ts';
import type { Caller } from '../../people/people.ts';
import type { Trx } from '../../store/database.ts';
import { openDraft, setAlone } from '../../store/draft.ts';
import { save } from '../../store/save.ts';
import { currentTrace } from '../../trace.ts';
import { change } from '../change.ts';
import { readFor } from '../reader.ts';
import { untilSaved } from '../until-saved.ts';
import type { Watchfloor } from '../watchfloor.ts';

/**
 * Changes an incident for somebody, and what stands beside it in the same transaction. Returns it as it is then. Throws as
 * `readFor` and `decide` do.
 */
export async function changeFor(
  floor: Watchfloor,
  person: Caller,
  id: number,
  intentOn: (incident: Incident) => Intent,
  besides: (trx: Trx, after: Incident) => Promise<void> = async () => {},
): Promise<Incident> {
  const by: Actor = { kind: 'person', id: person.id, name: person.name, upn: person.upn };
  const after = await untilSaved(async () => {
    const { incident } = await readFor(floor, person, id);
    const draft = openDraft(currentTrace());
    const changed = change(floor, draft, incident, intentOn(incident), by);
    if (changed.status !== 'closed') setAlone(draft, id);
    await floor.db.transaction().execute(async (trx) => {
      await save(trx, draft);
      await besides(trx, changed);
    });
    return changed;
  });
  floor.ringDeliver();
  floor.ringWriteBack();
  floor.ringNotices();
  floor.after.ring();
  return after;
}

/** Throws `Denied`, saying whom to ask. */
export function admitRoles({ roles }: Caller, allowed: readonly string[], what: string): void {
  if (roles.some((role) => allowed.includes(role))) return;
  throw new Denied('role', `${what} is for ${allowed.join(', ')}. Ask one of them.`);
}
