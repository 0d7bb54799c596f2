import { walkChain } from '../record/chain.ts';
import type { Db, Trx } from '../store/database.ts';
import { readRecords, recordContent } from '../store/record.ts';
import type { Fault } from './fault.ts';
import type { Left } from './verify-archives.ts';

/** Records at a time. */
const atOnce = 1_000;

/** Every record follows from the one before, from the first or from what an archive holds, up to what is covered. */
export async function verifyRecords(
  trx: Db | Trx,
  covered: number,
  left: Left,
  tell: (fault: Fault) => void,
): Promise<number> {
  const walker = walkChain(left, ({ number, what, says }) => tell({ where: 'record', number, what, says }));
  let count = 0;
  let after = 0;
  for (;;) {
    const page = await readRecords(trx, after, atOnce);
    const last = page.at(-1);
    if (!last) break;
    for (const record of page) {
      count += 1;
      walker.next({ ...record, contentAs: (number) => recordContent(record, number) });
    }
    after = last.number;
  }
  const { last } = walker.end();
  if (last < covered) {
    const says = last + 1 === covered ? 'is missing at the end' : `to ${covered} are missing at the end`;
    tell({ where: 'record', number: last + 1, what: 'truncated', says });
  }
  return count;
}
