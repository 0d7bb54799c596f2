import { link } from './link.ts';

/** A row of a chain, as it stands in the database. */
export interface Row {
  number: number;
  hash: string;
  /** The hash before, where the row itself tells it. */
  previous?: string;
  /** What its hash covers beside the hash before, were this its number. */
  contentAs(number: number): object;
}

export interface ChainFault {
  number: number;
  what: 'changed' | 'missing' | 'added' | 'out-of-order';
  says: string;
}

interface Walker {
  /** Rows in the order of their numbers. */
  next(row: Row): void;
  /** The last row there was, as its number and hash say. */
  end(): { last: number; head: string };
}

/** A row that does not follow from the one before; the next one tells what happened to it. */
interface Odd {
  row: Row;
  /** Its number, had nothing been added or taken out before it. */
  place: number;
  head: string;
}

/**
 * Walks along a chain from `start` on and tells every fault once, at the row where it is. Holds two rows at a time:
 * what was changed, taken out, put in or swapped with its neighbour shows in the row after it.
 */
export function walkChain(
  start: { number: number; hash: string },
  tell: (fault: ChainFault) => void,
): Walker {
  let last = start.number;
  let stored = start.hash;
  /** `undefined` after a gap: what stood there cannot be known. */
  let head: string | undefined = start.hash;
  let place = start.number;
  /** How many more rows there are before this one than there should be. */
  let shift = 0;
  let odd: Odd | undefined;

  const accept = (row: Row, at: number) => {
    head = row.hash;
    place = at;
    odd = undefined;
  };

  const tellOdd = () => {
    if (!odd) return;
    const { row, head: before } = odd;
    const { number } = row;
    if (row.previous !== undefined && row.previous !== before) {
      const replaced = link(row.previous, row.contentAs(odd.place)) === row.hash;
      const says = replaced
        ? `was replaced together with its hash: ${number} still follows from what it was`
        : 'was changed';
      tell({ number: replaced ? number - 1 : number, what: 'changed', says });
    } else {
      const says = number > 1 ? `was changed, or ${number - 1} was together with its hash` : 'was changed';
      tell({ number, what: 'changed', says });
    }
    odd = undefined;
  };

  /** What the row after an odd one shows; `true` where that explains both. */
  const explains = ({ row: earlier, place: at, head: before }: Odd, row: Row): boolean => {
    if (link(link(before, earlier.contentAs(at)), row.contentAs(at + 1)) === row.hash) {
      tell({ number: earlier.number, what: 'changed', says: 'has another hash than it had' });
      accept(row, at + 1);
      return true;
    }
    const asEarlier = link(before, row.contentAs(at));
    const isSwapped =
      asEarlier === earlier.hash || link(row.hash, earlier.contentAs(at + 1)) === earlier.hash;
    if ((asEarlier === row.hash || asEarlier === earlier.hash) && isSwapped) {
      const says = `was swapped with ${row.number}`;
      tell({ number: earlier.number, what: 'out-of-order', says });
      // What follows hangs on the hash of the one that stood second.
      accept(asEarlier === earlier.hash ? row : earlier, at + 1);
      return true;
    }
    if (asEarlier === row.hash) {
      tell({ number: earlier.number, what: 'added', says: 'was put in; those after it were renumbered' });
      shift += 1;
      accept(row, at);
      return true;
    }
    if (link(earlier.hash, row.contentAs(at + 2)) === row.hash) {
      const says = 'is missing: what stood here was taken out, and those after it were renumbered';
      tell({ number: earlier.number, what: 'missing', says });
      shift -= 1;
      accept(row, at + 2);
      return true;
    }
    return false;
  };

  return {
    next(row) {
      const at = row.number - shift;
      if (at > place + 1) {
        tellOdd();
        const [first, end] = [last + 1, row.number - 1];
        const says = first === end ? 'is missing' : `to ${end} are missing`;
        tell({ number: first, what: 'missing', says });
        head = row.previous;
      }
      last = row.number;
      stored = row.hash;
      const follows = head === undefined || link(head, row.contentAs(at)) === row.hash;
      if (follows && (row.previous === undefined || head === undefined || row.previous === head)) {
        tellOdd();
        return accept(row, at);
      }
      if (odd && explains(odd, row)) return;
      tellOdd();
      odd = { row, place: at, head: head ?? '' };
      head = row.hash;
      place = at;
    },
    end() {
      tellOdd();
      return { last, head: stored };
    },
  };
}
