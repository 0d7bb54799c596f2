import { closingInWords } from '../incident/alert.ts';
import type { Alike } from '../incident/alike.ts';
import type { BulkClose } from '../incident/bulk-close.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { bound } from './clean.ts';
import { type Audience, existenceInWords, hang, isHidden } from './clearance.ts';
import type { PageSection, PageView } from './page-view.ts';

const mostLines = 30;

export interface BulkPlan {
  precedent: Incident;
  closes: { incident: Incident; why: Alike }[];
  /** Open and alike, and left out. */
  apart: { incident: Incident; why: string }[];
  /** So many that would be closed found no room. */
  more: number;
}

/** What would be closed, as what, and what is left out; nothing has happened yet. */
export function drawBulkPreview(bulk: BulkClose, plan: BulkPlan, audience: Audience): PageView {
  const { precedent, closes, apart, more } = plan;
  const name = incidentName(precedent.id);
  const count = closes.length;
  const title = count > 0 ? `Close ${countOf(count)} like ${name}?` : `Nothing to close like ${name}`;
  return {
    title,
    subtitle:
      count > 0
        ? `Each is closed as ${name} was, with a comment that names it. Nothing happens before you confirm, within ten minutes.`
        : 'What is alike has to be looked at one by one.',
    tone: 'warning',
    facts: [
      { label: 'Precedent', value: `${name} ${titleOf(precedent, audience)}` },
      { label: 'Closed as', value: closingInWords(bulk.closing) },
      ...(bulk.closing.comment
        ? [
            {
              label: 'Comment',
              value: shown(precedent, audience, bulk.closing.comment, 300),
              long: true as const,
            },
          ]
        : []),
    ],
    sections: [
      ...(count > 0 ? [drawCloses(closes, more, audience)] : []),
      ...(apart.length > 0 ? [drawApart(apart, audience)] : []),
    ],
    buttons:
      count > 0
        ? [
            {
              label: `Close ${count}`,
              words: `close-alike confirm ${bulk.number}`,
              primary: true,
              form: false,
            },
          ]
        : [],
    fallback: bound(`${title} ${count} would be closed, ${apart.length} are left out.`, 300),
  };
}

function drawCloses(closes: BulkPlan['closes'], more: number, audience: Audience): PageSection {
  const lines = closes.slice(0, mostLines).map(({ incident, why }) => ({
    lead: incidentName(incident.id),
    text: `${incident.severity} · ${titleOf(incident, audience)} · same rule and ${shown(incident, audience, why.what, 60)}`,
    at: incident.openedAt,
  }));
  const unseen = closes.length - lines.length;
  const title = more > 0 ? `Would be closed (the oldest; ${more} more after these)` : 'Would be closed';
  return { title, body: { kind: 'lines', lines, more: unseen } };
}

function drawApart(apart: BulkPlan['apart'], audience: Audience): PageSection {
  const lines = apart.slice(0, mostLines).map(({ incident, why }) => ({
    lead: incidentName(incident.id),
    text: shown(incident, audience, why, 120),
  }));
  return { title: 'Left out', body: { kind: 'lines', lines, more: apart.length - lines.length } };
}

/** What was closed, while it can be taken back. */
export function drawBulkClosed({ number, precedent, rows, closing }: BulkClose): PageView {
  const title = `Closed ${countOf(rows.length)} like ${incidentName(precedent)}`;
  const names = rows.slice(0, 20).map(({ incident }) => incidentName(incident));
  const more = rows.length > 20 ? ` and ${rows.length - 20} more` : '';
  return {
    title,
    subtitle: `As ${closingInWords(closing)}. For ten minutes it can be undone; what somebody has touched since stays as it is.`,
    tone: 'good',
    facts: [],
    sections: [{ title: '', body: { kind: 'sentence', text: names.join(', ') + more } }],
    buttons: [{ label: 'Undo', words: `undo-bulk ${number}`, primary: false, form: false }],
    fallback: `${title}.`,
  };
}

const countOf = (count: number): string => (count === 1 ? '1 incident' : `${count} incidents`);

function titleOf(incident: Incident, audience: Audience): string {
  return shown(incident, audience, incident.title, 90);
}

function shown(incident: Incident, audience: Audience, text: string, limit: number): string {
  return isHidden(incident, audience) ? existenceInWords(incident) : hang(incident, audience)(text, limit);
}
