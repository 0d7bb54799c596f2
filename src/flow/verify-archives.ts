import type { Db, Trx } from '../store/database.ts';
import { readLeavingNotes, readNotedArchives } from '../store/record.ts';
import type { Fault } from './fault.ts';

/** The last record that has left for an archive; 0 and an empty hash where none has. */
export interface Left {
  number: number;
  hash: string;
}

/**
 * Up to which record the record may begin later than with its first. One note that is believed unseen would excuse
 * whatever is gone, so it has to fit a checkpoint and what is there.
 */
export async function findLeft(trx: Db | Trx, tell: (fault: Fault) => void): Promise<Left> {
  let last: Left = { number: 0, hash: '' };
  for (const { number, left, isBorneOut } of await readLeavingNotes(trx)) {
    if (!left || !isBorneOut) {
      tell({ where: 'record', number, what: 'changed', says: 'tells of an archive that never was' });
    } else if (left.number > last.number) last = left;
  }
  return last;
}

/** The archives that excuse what is gone, so that an auditor can hold them against the files that there are. */
export async function nameArchives(trx: Db | Trx): Promise<string[]> {
  const archives = await readNotedArchives(trx);
  return archives.map(({ file, sha256, incidents, to }) => {
    const holds = [
      ...(incidents > 0 ? [`${incidents} incidents`] : []),
      ...(to === null ? [] : [`the record up to ${to}`]),
    ];
    return `On record as archived: ${holds.join(' and ')} in ${file}, SHA-256 ${sha256}. See that you have that file, and nobody else's word for it.`;
  });
}
