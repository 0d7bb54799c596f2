import { drawCard } from '../../channels/card.ts';
import { type Audience, hang } from '../../channels/clearance.ts';
import { type PageSection, type PageView, say } from '../../channels/page-view.ts';
import { veilPage } from '../../channels/veil-page.ts';
import type { CardView } from '../../channels/views.ts';
import { zonedTime } from '../../channels/zoned-time.ts';
import { Refused } from '../../errors.ts';
import type { Instant } from '../../incident/alert.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import { alertsIn, asItWas, type Story } from '../../incident/story.ts';
import { linesOf } from './timeline.ts';

/** What had happened last by then; the rest is a press away. */
const shown = 12;

/**
 * The incident as it was then, as a page: what its card said, and what had happened. `now` is how it is: of people whom only
 * later alerts name nothing is told in rooms that are shown no names. Throws `Refused` where it was not there yet.
 */
export function drawPast(
  now: Incident,
  story: Story,
  then: { incident: Incident; happened: number },
  audience: Audience,
  { at, zone }: { at: Instant; zone: string | undefined },
): PageView {
  const { incident, happened } = then;
  const name = incidentName(incident.id);
  const both = {
    alerts: [...alertsIn(story), ...now.alerts],
    inquiries: [...incident.inquiries, ...now.inquiries],
    deeds: [...incident.deeds, ...now.deeds],
  };
  const show = hang(both, audience);
  const card = drawCard(incident, { reasons: [], failures: [], audience });
  const lines = linesOf(story.slice(0, happened), show, 300);
  const since = story.length - happened;
  const page: PageView = {
    title: `${name} as it was on ${zonedTime(at, zone)}`,
    subtitle: card.title,
    tone: 'plain',
    facts: [
      { label: 'It was', value: card.headline },
      ...card.deadlines.slice(0, 5).map(({ text, at: by }) => ({ label: text, at: by })),
      ...card.facts.filter((fact) => !('long' in fact)).slice(0, 6),
    ],
    sections: [
      ...entitiesOf(card),
      ...whatStood(incident),
      {
        title: 'What had happened',
        body: {
          kind: 'lines',
          lines: lines
            .slice(-shown)
            .toReversed()
            .map(({ version, text, at }) => ({ lead: String(version), text, at })),
          more: Math.max(0, lines.length - shown),
        },
      },
      {
        title: 'Since then',
        body: {
          kind: 'sentence',
          text:
            since === 0
              ? 'Nothing has happened since.'
              : `${since} more ${since === 1 ? 'event' : 'events'}. Now it is ${now.status}.`,
        },
      },
    ],
    buttons: [say('Timeline', `timeline ${name}`), say('As it is now', `show ${name}`)],
    fallback: `${name} on ${zonedTime(at, zone)} was ${card.headline}.`,
  };
  return veilPage(page, show);
}

/** How it was then; throws `Refused`, saying since when there is something to tell. */
export function pastOf(id: number, story: Story, at: Instant, zone: string | undefined) {
  const then = asItWas(id, story, at);
  if (then) return then;
  const [first] = story;
  const since = first ? ` It opened on ${zonedTime(first.at, zone)}.` : '';
  throw new Refused(`${incidentName(id)} was not there on ${zonedTime(at, zone)}.${since}`);
}

function entitiesOf({ entities, moreEntities }: CardView): PageSection[] {
  if (entities.length === 0) return [];
  const lines = entities.map(({ kind, name }) => ({ lead: kind, text: name }));
  return [{ title: 'Who and what', body: { kind: 'lines', lines, more: moreEntities } }];
}

function whatStood({ runs = [], inquiries }: Incident): PageSection[] {
  const open = inquiries.filter(({ outcome }) => outcome === undefined);
  const lines = [
    ...runs
      .filter(({ standing }) => standing)
      .map(({ target, title }) => ({ lead: 'Contained', text: `${target} · ${title}` })),
    ...open.map(({ question }) => ({ lead: 'Asked', text: question.asked.name })),
  ];
  return lines.length > 0 ? [{ title: 'What stood open', body: { kind: 'lines', lines, more: 0 } }] : [];
}
