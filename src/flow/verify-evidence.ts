import { z } from 'zod';
import type { Db, Trx } from '../store/database.ts';
import { countStrays, readEvidenceOf } from '../store/evidence.ts';
import type { StoredEvent } from '../store/history.ts';
import type { Fault } from './fault.ts';
import { isWhole } from './queries/evidence.ts';

const told = z.object({ evidence: z.object({ id: z.string(), sha256: z.string() }) });

/** Whether all evidence that an incident's events tell of is there as they tell it. */
export async function judgeEvidence(
  trx: Db | Trx,
  incident: number,
  pinned: StoredEvent[],
  tell: (fault: Fault) => void,
): Promise<void> {
  const stored = new Map((await readEvidenceOf(trx, incident)).map((piece) => [piece.id, piece]));
  const judge = (what: Fault['what'], says: string, version: number) =>
    tell({ where: 'incident', number: incident, version, what, says });
  for (const { version, data } of pinned) {
    const { id, sha256 } = told.safeParse(data).data?.evidence ?? { id: '', sha256: '' };
    const piece = stored.get(id);
    if (!piece) judge('missing', 'tells of evidence that is missing', version);
    else if (piece.sha256 !== sha256 || !(await isWhole(piece)))
      judge('changed', 'tells of evidence whose copy was changed', version);
  }
}

/** Evidence that no event tells of was not pinned by the product. */
export async function judgeStrays(trx: Db | Trx, tell: (fault: Fault) => void): Promise<void> {
  for (const { incident, count } of await countStrays(trx)) {
    const says = `has ${count} ${count === 1 ? 'piece' : 'pieces'} of evidence that no event tells of`;
    tell({ where: 'incident', number: incident, what: 'added', says });
  }
}
