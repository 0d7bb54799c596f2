import { bot, type Incident } from '../incident/incident.ts';
import { type Draft, drafted } from '../store/draft.ts';
import { readMergedInto } from '../store/incidents.ts';
import { change } from './change.ts';
import type { Watchfloor } from './watchfloor.ts';

/** What was merged into an incident is told to whoever may see the whole, and to nobody else. */
export async function restrictParts(floor: Watchfloor, draft: Draft, whole: Incident): Promise<void> {
  const { restrictedTo } = whole;
  const intent = restrictedTo
    ? ({ type: 'restrict', to: restrictedTo } as const)
    : { type: 'unrestrict' as const };
  for (const part of await partsOf(floor, draft, whole.id)) change(floor, draft, part, intent, bot);
}

/** Everything merged into it, sooner or later, stored or only drafted; each as the draft has it. */
async function partsOf(floor: Watchfloor, draft: Draft, whole: number): Promise<Incident[]> {
  const parts = new Map<number, Incident>();
  const joining = draft.moves.flatMap(({ from, to }) => (to === whole ? [from] : []));
  for (const id of joining) {
    const part = drafted(draft, id);
    if (part) parts.set(id, part);
  }
  let level = [whole, ...joining];
  while (level.length > 0) {
    const found = (await readMergedInto(floor.db, level)).filter(({ id }) => !parts.has(id));
    for (const part of found) parts.set(part.id, drafted(draft, part.id) ?? part);
    level = found.map(({ id }) => id);
  }
  return [...parts.values()];
}
