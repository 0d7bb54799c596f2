import { Refused } from '../../errors.ts';
import { type Handover, handoverName } from '../../incident/handover.ts';
import type { People } from '../../people/people.ts';
import { type Draft, openDraft } from '../../store/draft.ts';
import { readHandover, updateHandover } from '../../store/handovers.ts';
import { save } from '../../store/save.ts';
import { currentTrace } from '../../trace.ts';
import { untilSaved } from '../until-saved.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { tellHandover } from './tell.ts';

/**
 * Moves a handover as `step` says, and drafts what follows for its incidents: both, and what everybody is told, are written
 * in one transaction, or nothing is. `step` may be asked again, on what is true then; `undefined` where nothing is to be done.
 * Throws what `step` throws.
 */
export async function moveHandover(
  floor: Watchfloor,
  people: People,
  number: number,
  step: (handover: Handover, draft: Draft) => Promise<Handover | undefined>,
): Promise<Handover> {
  return untilSaved(async () => {
    const before = await needHandover(floor, number);
    const draft = openDraft(currentTrace());
    const after = await step(before, draft);
    if (!after) return before;
    await floor.db.transaction().execute(async (trx) => {
      await save(trx, draft);
      await updateHandover(trx, after, before.version);
      await tellHandover(trx, floor, people, after);
    });
    floor.ringNotices();
    floor.ringDeliver();
    floor.ringWriteBack();
    return after;
  });
}

export async function needHandover(floor: Watchfloor, number: number): Promise<Handover> {
  const handover = await readHandover(floor.db, number);
  if (!handover) throw new Refused(`There is no ${handoverName(number).toLowerCase()}.`);
  return handover;
}
