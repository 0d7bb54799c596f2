import { concernsSources, type Deed, type Incident, incidentName } from '../../incident/incident.ts';
import { deedInWords } from '../../incident/summary.ts';
import { escapeHtml } from './html.ts';

/** https://learn.microsoft.com/azure/sentinel/sentinel-service-limits#incident-limits */
const limit = 30_000;
const lineEnd = '<br>\n';

/**
 * What people did and said about the incident, and what followed from their questions, for those who look at it in Sentinel: HTML, because Sentinel reads
 * comments as such, at most 30,000 characters, the newest lines kept. Empty while nobody has done anything; what
 * was done in Sentinel itself stands there already.
 */
export function renderHistory(incident: Incident): string {
  const deeds = incident.deeds.filter((deed) => concernsSources(deed.type) && isOurs(deed));
  if (deeds.length === 0) return '';
  const head = line(`${incidentName(incident.id)} in Watchfloor`);
  const lines = deeds.map((deed) => line(`${moment(deed.at)} ${deedInWords(deed)}`));
  return [head, ...newestThatFit(lines, limit - head.length)].join('');
}

function newestThatFit(lines: string[], room: number): string[] {
  const left = `Earlier lines are in Watchfloor.${lineEnd}`;
  const kept: string[] = [];
  let used = left.length;
  for (const text of lines.toReversed()) {
    used += text.length;
    if (used > room) return [left, ...kept];
    kept.unshift(text);
  }
  return kept;
}

/** Escaping may make six characters of one, so a single text is cut well before it could fill the comment alone. */
function line(text: string): string {
  return `${escapeHtml(text.slice(0, 4_000).toWellFormed())}${lineEnd}`;
}

/** `2026-11-21 10:00 UTC` */
function moment(at: string): string {
  return `${at.slice(0, 16).replace('T', ' ')} UTC`;
}

/** What follows from questions that people asked; whatever else the bot notes came from Azure. */
const alsoByBot: Deed['type'][] = ['asked', 'unanswered', 'severity-changed', 'closed'];

function isOurs({ by, type }: Deed): boolean {
  return by.kind === 'person' || (by.kind === 'bot' && alsoByBot.includes(type));
}
