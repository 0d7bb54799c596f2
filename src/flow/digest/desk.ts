import { drawDigest, drawFacts, drawNoise, drawTable, loadInWords, showTo } from '../../channels/digest.ts';
import type { PageView } from '../../channels/page-view.ts';
import type { ReplyView } from '../../channels/views.ts';
import type { Asked, DigestDesk } from '../../commands/digest-desk.ts';
import { compared } from '../../incident/compare.ts';
import { digestParts } from '../../incident/digest.ts';
import { type Part, partOf } from '../../incident/figures.ts';
import { spreadOf } from '../../incident/load.ts';
import { momentIn, nameOfSpan, spansBefore } from '../../incident/local-span.ts';
import { mayDo } from '../../people/permissions.ts';
import { readFigures } from '../../store/figures.ts';
import { readLoad } from '../../store/noise.ts';
import { audienceAlone } from '../audience.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { collectDigest, collectNoise, idsOf } from './collect.ts';
import { orderStats } from './hand-over.ts';
import { drawHome } from './home.ts';

const than = 'the time before';

/** What somebody's words may ask about numbers. Whoever reads them in a room reads what that room may. */
export function openDigestDesk(floor: Watchfloor, visitor: Visitor): DigestDesk {
  const { person, people, user, audience, alone } = visitor;
  const { db } = floor;
  const { timeZone } = floor.digests;
  const now = floor.now();
  const show = showTo(audience);
  const subtitle = ({ span }: Asked) =>
    `${momentIn(span.from, timeZone)} to ${momentIn(span.to, timeZone)}, ${timeZone}. What each number means: docs/digests.md.`;

  return {
    now,
    timeZone,

    async stats(asked, by): Promise<ReplyView> {
      const figures = await readFigures(db, asked.span);
      const before = await readFigures(db, asked.before);
      const mayName = audience.shows !== 'existence';
      const parts: Part[] = by ? [by] : ['severity'];
      const tables = parts
        .filter((part) => mayName || part === 'severity')
        .flatMap((part) => drawTable(`By ${part}`, part, partOf(figures, part), show));
      const noise =
        by === 'rule' && mayName
          ? drawNoise(await collectNoise(floor, figures, { ...asked, timeZone, at: now }), show, 10)
          : [];
      return page({
        title: `Numbers of ${asked.title}`,
        subtitle: subtitle(asked),
        facts: drawFacts(figures.all, before.all, than, figures.restricted),
        sections: [...tables, ...noise],
        fallback: `Numbers of ${asked.title}: ${figures.all.opened} new, ${figures.all.closed} closed, ${figures.all.open} open at the end.`,
      });
    },

    async file({ title, span }, by, format): Promise<ReplyView> {
      const { shows, hideHosts } = audienceAlone(floor, person, user.channel, { restrictedTo: undefined });
      await orderStats(floor, user, { span, by, format }, { shows, hideHosts });
      return { kind: 'text', text: `The numbers of ${title} come as a file in our direct chat.` };
    },

    async mine(asked): Promise<ReplyView> {
      alone();
      const all = await readLoad(db, asked.span, timeZone);
      const past = await readLoad(db, asked.before, timeZone);
      const of = (some: typeof all) =>
        some.find(({ personId }) => personId === person.id.toLowerCase()) ?? { interruptions: 0, nights: 0 };
      const [mine, before] = [of(all), of(past)];
      const spread = mayDo(person, 'access') ? spreadOf(all, idsOf(people)) : undefined;
      const sentence = `${mine.interruptions}, ${compared(mine.interruptions, before.interruptions, than)}`;
      return page({
        title: `How often you were called: ${asked.title}`,
        subtitle: subtitle(asked),
        facts: [
          { label: 'Interruptions', value: sentence },
          { label: 'At night', value: `${mine.nights}, ${compared(mine.nights, before.nights, than)}` },
        ],
        sections: spread
          ? [{ title: 'How it was shared', body: { kind: 'sentence', text: loadInWords(spread) } }]
          : [],
        fallback: `You were interrupted ${sentence}; at night ${mine.nights}.`,
      });
    },

    async digest(period): Promise<ReplyView> {
      const spans = spansBefore(period, now, timeZone);
      const title = nameOfSpan(period, spans.span, timeZone);
      const digest = await collectDigest(floor, people, { period, title, ...spans, timeZone, at: now });
      return { kind: 'page', page: drawDigest(digest, digestParts, audience) };
    },

    async dashboard(): Promise<ReplyView> {
      alone();
      const view = await drawHome(floor, people, person, user.channel);
      return { kind: 'page', page: view };
    },
  };
}

function page(view: Pick<PageView, 'title' | 'subtitle' | 'facts' | 'sections' | 'fallback'>): ReplyView {
  return { kind: 'page', page: { tone: 'plain', buttons: [], ...view } };
}
