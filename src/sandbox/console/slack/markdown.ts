import { html, type TemplateResult } from 'lit-html';
import { drawLink } from './draw-mrkdwn.ts';

/** Slack's markdown block: headings, lists, bold, italic, code and links; the rest is shown as written. */
export function drawMarkdown(source: string): TemplateResult {
  return html`<div class="block-markdown">${source.split('\n').map(drawLine)}</div>`;
}

function drawLine(line: string): TemplateResult {
  const heading = /^#{1,6} (.+)$/.exec(line)?.[1];
  if (heading) return html`<p><b>${drawSpans(heading)}</b></p>`;
  const bullet = /^[-*] (.+)$/.exec(line)?.[1];
  if (bullet) return html`<p class="bullet">${drawSpans(bullet)}</p>`;
  return html`<p>${drawSpans(line)}</p>`;
}

const SPAN =
  /\*\*(?<bold>[^*]+)\*\*|[*_](?<italic>[^*_]+)[*_]|`(?<code>[^`]+)`|\[(?<label>[^\]]+)\]\((?<url>[^)\s]+)\)/g;

function drawSpans(source: string): unknown[] {
  const drawn: unknown[] = [];
  let end = 0;
  for (const match of source.matchAll(SPAN)) {
    drawn.push(source.slice(end, match.index));
    const { bold, italic, code, label = '', url } = match.groups ?? {};
    if (bold) drawn.push(html`<b>${bold}</b>`);
    else if (italic) drawn.push(html`<i>${italic}</i>`);
    else if (code) drawn.push(html`<code>${code}</code>`);
    else if (url) drawn.push(drawLink(url, label));
    end = match.index + match[0].length;
  }
  drawn.push(source.slice(end));
  return drawn;
}
