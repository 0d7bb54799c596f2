import type { Instant } from '../incident/alert.ts';
import type { Happened, News, NewsKind } from '../incident/catch-up.ts';
import {
  type Deed,
  type Incident,
  type IncidentEvent,
  incidentName,
  tellsOfDeed,
} from '../incident/incident.ts';
import { deedInWords } from '../incident/summary.ts';
import { bound, clean } from './clean.ts';
import { type Audience, type Curtain, existenceInWords, hang, isHidden } from './clearance.ts';
import { type PageButton, type PageSection, type PageView, say } from './page-view.ts';

const titles: Record<NewsKind, string> = {
  yours: 'On what is yours',
  'new-high': 'New, of high severity',
  graver: 'Graver than before',
  escalated: 'Escalated',
  'handed-over': 'Handed over',
  taken: 'Taken by others',
  playbooks: 'Playbooks',
  reopened: 'Open again',
  closed: 'Closed',
};

/** What one may look at first. */
const urgent: NewsKind[] = ['yours', 'new-high', 'graver', 'escalated'];
const mostButtons = 4;

/** What changed while somebody was away. `why` says why it begins there. */
export function drawCatchUp(
  { groups, otherNew }: News,
  around: { since: Instant; why: string; isCut: boolean; audienceOf: (incident: Incident) => Audience },
): PageView {
  const counts = groups.map(({ kind, told, more }) => `${titles[kind].toLowerCase()} ${told.length + more}`);
  const isQuiet = groups.length === 0 && otherNew.length === 0;
  const title = isQuiet ? 'Nothing happened while you were away' : 'While you were away';
  return {
    title,
    subtitle: bound(
      `${around.why}${around.isCut ? ' More happened than I look through: say a later time with --since.' : ''}`,
      300,
    ),
    tone: groups.some(({ kind }) => kind === 'new-high' || kind === 'graver') ? 'warning' : 'plain',
    facts: [{ label: 'Since', at: around.since }],
    sections: [
      ...groups.map(({ kind, told, more }): PageSection => {
        const lines = told.map((one) => drawLine(one, around.audienceOf(one.incident)));
        return { title: titles[kind], body: { kind: 'lines', lines, more } };
      }),
      ...(otherNew.length > 0 ? [drawOtherNew(otherNew)] : []),
    ],
    buttons: buttonsOf(groups),
    fallback: bound(isQuiet ? `${title}.` : `${title}: ${counts.join('; ') || 'new incidents'}.`, 300),
  };
}

function drawLine({ incident, event }: Happened, audience: Audience) {
  const lead = incidentName(incident.id);
  if (isHidden(incident, audience)) return { lead, text: existenceInWords(incident), at: event.at };
  const show = hang(incident, audience);
  return {
    lead,
    text: bound(`${show(incident.title, 90)} · ${inWords(incident, event, show)}`, 300),
    at: event.at,
  };
}

function inWords(incident: Incident, event: IncidentEvent, show: Curtain): string {
  if (isDeed(event)) return show(deedInWords({ ...event, version: 0 }), 200);
  const whose = incident.owner ? `${clean(incident.owner.name, 60)} has it` : 'nobody has it';
  const what = event.type === 'alert-joined' ? 'an alert was added' : incident.status;
  return incident.status === 'closed' ? 'closed again' : `${what}, ${whose}`;
}

function isDeed(event: IncidentEvent): event is Omit<Deed, 'version'> & IncidentEvent {
  return tellsOfDeed(event.type);
}

function drawOtherNew(otherNew: News['otherNew']): PageSection {
  const text = otherNew.map(({ severity, count }) => `${count} of ${severity} severity`).join(', ');
  return { title: 'New besides', body: { kind: 'sentence', text: `${text}. Type list for what is open.` } };
}

function buttonsOf(groups: News['groups']): PageButton[] {
  const ids = groups
    .filter(({ kind }) => urgent.includes(kind))
    .flatMap(({ told }) => told.map(({ incident }) => incident.id));
  const shown = [...new Set(ids)].slice(0, mostButtons).map((id) => {
    const name = incidentName(id);
    return say(`Show ${name}`, `show ${name}`);
  });
  return [...shown, say('List open', 'list')];
}
