import { bot } from '../../incident/incident.ts';
import { prioritise } from '../../incident/priority.ts';
import { learn } from '../../incident/worth.ts';
import { openDraft } from '../../store/draft.ts';
import { readIncident } from '../../store/incidents.ts';
import { save } from '../../store/save.ts';
import { change } from '../change.ts';
import { send } from '../send.ts';
import { untilSaved } from '../until-saved.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { inOrder } from './in-order.ts';

/**
 * Weighs an incident anew by what is known of it; a graver one may concern other rooms. What changes its worth is an
 * event. Whether it is.
 */
export function learnOf(floor: Watchfloor, id: number): Promise<boolean> {
  return untilSaved(async () => {
    const stored = await readIncident(floor.db, id);
    if (!stored || stored.incident.status === 'closed') return false;
    const { incident, known } = stored;
    const learned = learn(inOrder(floor, known));
    const before = prioritise(incident, floor.worth).score;
    const after = prioritise({ ...incident, learned }, floor.worth).score;
    const draft = openDraft();
    const weighed = change(
      floor,
      draft,
      incident,
      { type: 'learn', learned, priority: { before, after } },
      bot,
    );
    if (weighed.version === incident.version) return false;
    if (after > before) send(floor, draft, weighed);
    await save(floor.db, draft);
    return true;
  });
}
