import type { LogEvent } from '../ingest.ts';
import type { Happened } from '../worker-query.ts';
import { diceOf } from './dice.ts';
import { alertRows } from './stories/alert-rows.ts';
import { backupStories } from './stories/backups.ts';
import { hostileStories } from './stories/hostile.ts';
import { identityStories } from './stories/identity.ts';
import { paymentStories } from './stories/payments.ts';
import { shopStories } from './stories/shop.ts';
import type { Story } from './stories/story.ts';

/** By the id of the sample alert whose cause they are; `hostile-values` is nobody's. */
export const stories: Record<string, Story> = {
  ...identityStories,
  ...paymentStories,
  ...backupStories,
  ...shopStories,
  ...hostileStories,
};

const DAY_MS = 86_400_000;
/** 09:30 UTC, when the sample files say that their alerts were made. */
const USUAL_MS = 9.5 * 3_600_000;
const DAYS_KEPT = 14;

export interface ToldStory {
  story: string;
  at: number;
  tell(): LogEvent[];
}

/**
 * Each story once, and when. One whose alert was sent lies just before the alert, as often as that was; any other
 * lies before the last 09:30 UTC, so that there is something to hunt for before anybody sends an alert.
 */
export function storiesAt(now: number, happened: Happened[]): ToldStory[] {
  const usual = Math.floor((now - USUAL_MS) / DAY_MS) * DAY_MS + USUAL_MS;
  const recent = happened.filter(
    ({ story, at }) => story in stories && at <= now && at > now - DAYS_KEPT * DAY_MS,
  );
  const sent = recent.map(({ story, at }) => ({
    story,
    at,
    tell: () => [...tell(story, at), ...alertRows(story, at)],
  }));
  const others = Object.keys(stories)
    .filter((story) => !recent.some((one) => one.story === story))
    .map((story) => ({ story, at: usual, tell: () => tell(story, usual) }));
  return [...sent, ...others];
}

function tell(id: string, at: number): LogEvent[] {
  const minute = 60_000;
  return (
    stories[id]?.({
      dice: diceOf('story', id),
      before: (minutes) => at - minutes * minute,
      spread: (count, from, to) =>
        Array.from(
          { length: count },
          (_, n) => at - Math.round((from - ((from - to) * n) / Math.max(1, count - 1)) * minute),
        ),
    }) ?? []
  );
}
