import type { Stretch } from '../time/stretch.ts';
import { dateAt } from '../time/wall-clock.ts';
import type { LayerSpans } from './rota-troubles.ts';

/** Two people change places: one gives a time, and gets one of the other's for it. */
export interface Exchange {
  layer: string;
  gives: Stretch;
  /** Nothing where the other takes over without anything in return. */
  gets: Stretch | undefined;
}

export type ExchangeFault = 'not-mine' | 'not-theirs';

/** When a swap is meant: a moment, or a stretch that somebody named, as a day. */
export interface Wanted {
  me: string;
  them: string;
  gives: Stretch;
  /** What is wanted for it; `next` is their next turn. */
  gets: Stretch | 'next' | 'nothing';
}

/**
 * What comes of it. A moment is the whole turn that it lies in; a day is the turns that begin on it, or that day alone of
 * a longer one.
 */
export function exchangeOf(
  layers: readonly LayerSpans[],
  wanted: Wanted,
  zone: string,
): Exchange | ExchangeFault {
  const { me, them, gets } = wanted;
  for (const { layer, spans } of layers) {
    const mine = spans.filter(({ who }) => who === me);
    const gives = turnIn(mine, wanted.gives, zone);
    if (!gives) continue;
    if (gets === 'nothing') return { layer: layer.name, gives, gets: undefined };
    const theirs = spans.filter(({ who }) => who === them);
    const back = gets === 'next' ? nextOf(theirs, mine, gives) : turnIn(theirs, gets, zone);
    return back ? { layer: layer.name, gives, gets: back } : 'not-theirs';
  }
  return 'not-mine';
}

/** The one on which clocks are set back. */
const longestDayMs = 25 * 60 * 60 * 1000;

function turnIn(turns: readonly Stretch[], { from, to }: Stretch, zone: string): Stretch | undefined {
  if (to - from <= 1) return bare(turns.find((turn) => turn.from <= from && from < turn.to));
  const beginning = turns.filter((turn) => from <= turn.from && turn.from < to);
  const [first] = beginning;
  if (first && (first.to <= to || dateAt(first.from, zone).equals(dateAt(from, zone)))) return bare(first);
  const part = turns.find((turn) => turn.from < to && from < turn.to && turn.to - turn.from > longestDayMs);
  return part && { from: Math.max(part.from, from), to: Math.min(part.to, to) };
}

/** After what is given, as long as that where that is a part of a turn. */
function nextOf(theirs: readonly Stretch[], mine: readonly Stretch[], gives: Stretch): Stretch | undefined {
  const next = theirs.find(({ from }) => from >= gives.to);
  const isWhole = mine.some(({ from, to }) => from === gives.from && to === gives.to);
  if (!next || isWhole) return bare(next);
  return { from: next.from, to: Math.min(next.to, next.from + gives.to - gives.from) };
}

const bare = (one: Stretch | undefined): Stretch | undefined => one && { from: one.from, to: one.to };
