import { describe } from '../../errors.ts';
import { endNews, type News, putOff, readNews } from '../../store/enrichment-news.ts';
import { freeLapsed, tellLate } from '../../store/enrichments.ts';
import { redraw } from '../../store/incidents.ts';
import type { Look } from '../lane.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { learnOf } from './learn.ts';
import { planNew } from './plan.ts';

/** Where nothing rings, what another replica planned or left behind is found within this. */
const sweepMs = 1_000;
/** One deadline for all: after that the card says who has not answered yet. */
const lateSeconds = 5;
/** Incidents weighed before somebody looks again whether new ones came. */
const batch = 20;

/**
 * Finds whom and what new incidents concern, says what is late, and brings to cards and priorities what was told. Apart
 * from the asking: however many far sides hang, this goes on.
 */
export function openWeighing(floor: Watchfloor): Look {
  let sweptAt = Number.NEGATIVE_INFINITY;
  return async () => {
    const isMore = await planNew(floor);
    if (performance.now() - sweptAt >= sweepMs) {
      sweptAt = performance.now();
      await freeLapsed(floor.db);
      await tellLate(floor.db, lateSeconds);
    }
    const news = await readNews(floor.db, batch);
    await bring(floor, news);
    return isMore || news.length === batch ? 0 : sweepMs;
  };
}

/** What changes an incident's worth is saved with it; otherwise its cards alone show more. */
async function bring(floor: Watchfloor, news: News[]): Promise<void> {
  if (news.length === 0) return;
  const ended: News[] = [];
  const shownOnly: number[] = [];
  for (const one of news) {
    try {
      if (!(await learnOf(floor, one.id))) shownOnly.push(one.id);
      ended.push(one);
    } catch (error) {
      floor.log.error({ incident: one.id, reason: describe(error) }, 'incident not weighed');
      await putOff(floor.db, one.id);
    }
  }
  await redraw(floor.db, shownOnly);
  await endNews(floor.db, ended);
  floor.ringDeliver();
}
