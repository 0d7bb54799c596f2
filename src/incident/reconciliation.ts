import type { Instant, SourceName } from './alert.ts';

/** An alert that is open at its source, or here. */
export interface OpenAlert {
  sourceId: string;
  /** Where it can be read; empty where only a poll will tell. */
  address: string;
  /** What people call it: Sentinel's number, Defender's title. */
  label: string;
}

/** One that is open at its source. */
export interface OpenThere extends OpenAlert {
  /** When it was last changed there, as far as it says. */
  changedAt: Instant;
}

/** One that is known here. */
export interface KnownHere extends OpenAlert {
  incident: number;
  /** As far as we know, it is open at its source. */
  isOpenThere: boolean;
  isClosedHere: boolean;
  /** The source does not hold yet what people decided. */
  isBehind: boolean;
  /** Something happened to it so lately that both sides may be right. */
  isFresh: boolean;
}

/**
 * How a source and we differ about an alert: it is open there and unknown here; open there and closed here, which was not
 * written or was undone; open here, and there it is closed or gone.
 */
export type DifferenceKind = 'unknown here' | 'closed here' | 'unwritten' | 'open here';

export interface Difference {
  source: SourceName;
  kind: DifferenceKind;
  sourceId: string;
  address: string;
  label: string;
  incident: number | undefined;
}

/** What came of comparing once. */
export interface Reconciliation {
  at: Instant;
  sources: { source: SourceName; there: number; here: number; failure?: string }[];
  differences: Difference[];
}

/**
 * Compares what is open at a source with what we know. `known` holds what is open here, and whatever else we know of what
 * is open there. Of what we never heard of, what was changed before `since` is left alone, and what was after `until` may be
 * on its way.
 */
export function compare(
  source: SourceName,
  there: OpenThere[],
  known: KnownHere[],
  { since, until }: { since: Instant; until: Instant },
): { there: number; here: number; differences: Difference[] } {
  const here = new Map(known.map((one) => [one.sourceId, one]));
  const open = new Set<string>();
  const differences: Difference[] = [];
  const differ = (kind: DifferenceKind, { sourceId, address, label }: OpenAlert, incident?: number) =>
    differences.push({ source, kind, sourceId, address, label, incident });
  for (const one of there) {
    const ours = here.get(one.sourceId);
    if (!ours && one.changedAt < since) continue;
    open.add(one.sourceId);
    if (!ours) {
      if (one.changedAt < until) differ('unknown here', one);
    } else if (ours.isClosedHere && !ours.isFresh) {
      differ(ours.isBehind ? 'unwritten' : 'closed here', one, ours.incident);
    }
  }
  for (const one of known) {
    if (one.isClosedHere || !one.isOpenThere || one.isFresh || open.has(one.sourceId)) continue;
    differ('open here', one, one.incident);
  }
  const openHere = known.filter(({ isClosedHere, isOpenThere }) => !isClosedHere && isOpenThere);
  return { there: open.size, here: openHere.length, differences };
}

/** What is done about it, as people read it. */
export const mendedBy: Record<DifferenceKind, string> = {
  'unknown here': 'read anew and taken in',
  'closed here': 'read anew; where it was reopened there, its incident is reopened',
  unwritten: 'written there again',
  'open here': 'read anew; where it is closed there, it is closed here',
};

/** `Sentinel 143 open, here 143`. */
export function countsInWords(
  { there, here, failure }: Reconciliation['sources'][number],
  name: string,
): string {
  return failure === undefined ? `${name} ${there} open, chat ${here}` : `${name} could not be asked`;
}
