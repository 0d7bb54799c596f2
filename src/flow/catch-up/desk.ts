import { drawCatchUp } from '../../channels/catch-up.ts';
import { type Audience, named } from '../../channels/clearance.ts';
import type { CatchUpDesk } from '../../commands/catch-up-desk.ts';
import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { catchUp } from '../../incident/catch-up.ts';
import type { Incident } from '../../incident/incident.ts';
import { readHappened } from '../../store/happened.ts';
import { leftAt } from '../../store/presences.ts';
import { audienceAlone } from '../audience.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';

/** So much is looked through; in a storm the newest count. */
const mostEvents = 2_000;
const dayMs = 86_400_000;
/** Longer away is a holiday, and digests tell of it better. */
const longestDays = 14;

export function openCatchUpDesk(floor: Watchfloor, { person, user, audience }: Visitor): CatchUpDesk {
  const { db, recorder } = floor;
  const now = floor.now();
  /** They read it alone; restricted incidents are among it only where they are named. */
  const audienceOf = (incident: Incident): Audience => {
    if (incident.restrictedTo) return named;
    return audience.shows === 'existence' ? audienceAlone(floor, person, user.channel, incident) : audience;
  };
  return {
    now,
    async tell(asked) {
      const { since, why } = asked ? readAsked(asked, now) : await sinceLastHere(floor, person.id, now);
      const isSure = person.assurance === 'full';
      const filter = { since, personId: person.id, isSure, limit: mostEvents };
      const happened = await readHappened(db, filter);
      const news = catchUp(happened, person);
      const told = news.groups.flatMap((group) => group.told.map(({ incident }) => incident));
      const by = { kind: 'person', id: person.id, name: person.name } as const;
      for (const id of new Set(told.filter((one) => one.restrictedTo).map((one) => one.id)))
        await recorder.note({
          at: now.toISOString(),
          by,
          type: 'viewed',
          incident: id,
          data: { how: 'list' },
        });
      const isCut = happened.length === mostEvents;
      return { kind: 'page', page: drawCatchUp(news, { since, why, isCut, audienceOf }) };
    },
  };
}

function readAsked(asked: Instant, now: Date): { since: Instant; why: string } {
  const at = Date.parse(asked);
  if (at > now.getTime()) throw new Refused('That is yet to come. Say when you left: --since 08:00.');
  if (at < now.getTime() - longestDays * dayMs)
    throw new Refused(`That is long ago: I look back ${longestDays} days. "find --since" looks further.`);
  return { since: asked, why: 'Since the time you said.' };
}

async function sinceLastHere({ db }: Watchfloor, personId: string, now: Date) {
  const left = await leftAt(db, personId);
  const at = Math.max(Date.parse(left ?? '') || now.getTime() - dayMs, now.getTime() - longestDays * dayMs);
  const why = left
    ? 'Since you last pressed or typed something before you came back.'
    : 'I have not seen you leave yet: this is the last day.';
  return { since: new Date(at).toISOString(), why };
}
