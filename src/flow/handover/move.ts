import { Refused } from '../../errors.ts';
import { type Handover, handoverName } from '../../incident/handover.ts';
import type { People } from '../../people/people.ts';
import { type Draft, openDraft } from '../../store/draft.ts';
import { readHandover, updateHandover } from '../../store/handovers.ts';
import { appendRecords, type NewRecord } from '../../store/record.ts';
import { save } from '../../store/save.ts';
import { currentTrace } from '../../trace.ts';
import type { RecordType } from '../recorder.ts';
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
      if (after.state !== before.state) await appendRecords(trx, recordOf(after, floor.now()));
    });
    floor.ringNotices();
    floor.ringDeliver();
    floor.ringWriteBack();
    return after;
  });
}

/** A signature, and what was answered to it. A draft, and one whose time is over, are nobody's deed. */
function recordOf({ number, state, from, to, entries, reason, left }: Handover, at: Date): NewRecord[] {
  if (state === 'draft' || state === 'expired') return [];
  const who = state === 'signed' || state === 'withdrawn' ? from : to;
  if (!who) return [];
  const incidents = entries.flatMap(({ incident, included }) => (included ? [incident] : []));
  const data = {
    handover: number,
    from: from.id,
    to: to?.id ?? null,
    incidents,
    ...(state === 'accepted' && { left: left.map(({ incident }) => incident) }),
    ...(state === 'declined' && { reason }),
  };
  const actor = { kind: 'person', id: who.id, name: who.name } as const;
  const type = `handover-${state}` satisfies RecordType;
  return [{ at: at.toISOString(), actor, incident: null, type, data }];
}

export async function needHandover(floor: Watchfloor, number: number): Promise<Handover> {
  const handover = await readHandover(floor.db, number);
  if (!handover) throw new Refused(`There is no ${handoverName(number).toLowerCase()}.`);
  return handover;
}
