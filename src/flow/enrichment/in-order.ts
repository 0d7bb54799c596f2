import type { NameEnricher } from '../../channels/known.ts';
import { sides } from '../../enrichers/sides.ts';
import { type Known, subjectKey } from '../../incident/enrichment.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** Names enrichers as people know them; one that is no longer there keeps its own. */
export function namerOf({ enrichers }: Pick<Watchfloor, 'enrichers'>): NameEnricher {
  return (name) => {
    const enricher = enrichers.get(name);
    return enricher
      ? { title: enricher.title, side: sides[enricher.side].title }
      : { title: name, side: name };
  };
}

/** Of each subject the most telling enricher first: what somebody is comes before what is wrong with them. */
export function inOrder<K extends Known>({ enrichers }: Pick<Watchfloor, 'enrichers'>, known: K[]): K[] {
  const ranks = new Map([...enrichers.keys()].map((name, rank) => [name, rank]));
  const rank = ({ enricher }: K) => ranks.get(enricher) ?? ranks.size;
  const subjects = Map.groupBy(known, ({ subject }) => subjectKey(subject));
  return [...subjects.values()].flatMap((all) => all.toSorted((a, b) => rank(a) - rank(b)));
}

/** What cards tell: that somebody asked something on demand in vain is no lack of the incident's. */
export function onCards(floor: Pick<Watchfloor, 'enrichers'>, known: Known[]): Known[] {
  const isTold = ({ enricher, state }: Known) =>
    state === 'answered' || !floor.enrichers.get(enricher)?.onDemand;
  return inOrder(floor, known.filter(isTold));
}
