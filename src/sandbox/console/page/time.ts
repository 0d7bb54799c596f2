import { html, type TemplateResult } from 'lit-html';

const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });

/** The time in the reader's zone, the day before it unless it is today, UTC on hover. */
export function drawTime(at: Date): TemplateResult {
  if (Number.isNaN(at.getTime())) return html``;
  const today = at.toDateString() === new Date().toDateString();
  const shown = today ? clock.format(at) : `${day.format(at)}, ${clock.format(at)}`;
  return html`<time datetime=${at.toISOString()} title=${at.toISOString()}>${shown}</time>`;
}

/** Slack's `ts` are seconds with a counter behind the point. */
export const slackTime = (ts: string): Date => new Date(Number.parseFloat(ts) * 1000);

/** Bot Connector's activity ids are milliseconds. */
export const teamsTime = (message: { id: string; at?: string }): Date =>
  message.at ? new Date(message.at) : new Date(Number.parseInt(message.id, 10));
