import { readLastCheckpoint } from '../store/checkpoints.ts';
import type { Db, Trx } from '../store/database.ts';
import { couldChangeRecord } from '../store/privileges.ts';
import type { Evidence, Fault } from './fault.ts';
import { findLeft, nameArchives } from './verify-archives.ts';
import { verifyCheckpoints } from './verify-checkpoints.ts';
import { verifyIncidents } from './verify-incidents.ts';
import { verifyRecords } from './verify-records.ts';

export interface Verdict {
  faults: number;
  events: number;
  incidents: number;
  records: number;
  checkpoints: number;
  /** The newest checkpoint's number and when it was made. */
  last: { number: number; at: string } | undefined;
  /** What an auditor should know beside the faults, as sentences. */
  remarks: string[];
}

/** Changes by others while it is verified are left for the next time: everything is read as of one moment. */
export async function verify(
  db: Db | Trx,
  evidence: Evidence,
  tell: (fault: Fault) => void,
): Promise<Verdict> {
  if (db.isTransaction) return verifyAt(db, evidence, tell);
  return db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute((trx) => verifyAt(trx, evidence, tell));
}

async function verifyAt(trx: Db | Trx, evidence: Evidence, tell: (fault: Fault) => void): Promise<Verdict> {
  let faults = 0;
  const told = (fault: Fault) => {
    faults += 1;
    tell(fault);
  };
  const remarks: string[] = [];
  if (await couldChangeRecord(trx)) {
    remarks.push(
      'The user of DATABASE_URL could change the record: set DATABASE_OWNER_URL to another one, the owner.',
    );
  }
  if (evidence.trusted.size === 0) {
    remarks.push(
      'Signatures were checked with the public keys that the database names. Name the one that you trust: --public-key.',
    );
  }
  if (!evidence.lines) {
    remarks.push('There is no file of checkpoints, so that a cut end of the checkpoints would not show.');
  }
  const last = await readLastCheckpoint(trx);
  if (!last)
    remarks.push('There is no checkpoint yet, so that a cut end or a rewritten history would not show.');
  remarks.push(...(await nameArchives(trx)));
  const left = await findLeft(trx, told);
  const { checkpoints, sealed } = await verifyCheckpoints(trx, evidence, left.number, told);
  const { incidents, events } = await verifyIncidents(trx, sealed, last, told);
  const records = await verifyRecords(trx, last?.record.number ?? 0, left, told);
  return {
    faults,
    events,
    incidents,
    records,
    checkpoints,
    last: last && { number: last.number, at: last.at },
    remarks,
  };
}
