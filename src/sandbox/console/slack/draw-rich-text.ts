import type { RichTextBlock, RichTextElement } from '@slack/types';
import { html, type TemplateResult } from 'lit-html';
import { slackName } from '../page/person.ts';
import type { SandboxState } from '../page/state.ts';
import { formatSlackDate } from './dates.ts';
import { conversationName, drawLink, drawMention } from './draw-mrkdwn.ts';
import { emojiOf } from './emoji.ts';

/** Rich text is structured: nothing in its text is ever parsed. */
export function drawRichText(state: SandboxState, block: RichTextBlock): TemplateResult {
  return html`<div class="rich-text">${block.elements.map((element) => drawPart(state, element))}</div>`;
}

function drawPart(state: SandboxState, part: RichTextBlock['elements'][number]): TemplateResult {
  switch (part.type) {
    case 'rich_text_section':
      return html`<div>${drawElements(state, part.elements)}</div>`;
    case 'rich_text_quote':
      return html`<blockquote>${drawElements(state, part.elements)}</blockquote>`;
    case 'rich_text_preformatted':
      return html`<pre>${drawElements(state, part.elements)}</pre>`;
    case 'rich_text_list': {
      const rows = part.elements.map((section) => html`<li>${drawElements(state, section.elements)}</li>`);
      const indent = part.indent ?? 0;
      return part.style === 'ordered'
        ? html`<ol data-indent=${indent}>${rows}</ol>`
        : html`<ul data-indent=${indent}>${rows}</ul>`;
    }
  }
}

function drawElements(state: SandboxState, elements: RichTextElement[]): unknown[] {
  return elements.map((element) => withStyle(element, drawElement(state, element)));
}

function drawElement(state: SandboxState, element: RichTextElement): unknown {
  switch (element.type) {
    case 'text':
      return html`<span class="rich-text-text">${element.text}</span>`;
    case 'link':
      return drawLink(element.url, element.text ?? element.url);
    case 'user':
      return drawMention(`@${slackName(state, element.user_id)}`);
    case 'channel':
      return drawMention(`#${conversationName(state, element.channel_id)}`);
    case 'usergroup':
      return drawMention(`@${element.usergroup_id}`);
    case 'team':
      return drawMention(element.team_id);
    case 'broadcast':
      return drawMention(`@${element.range}`, true);
    case 'emoji':
      return emojiOf(element.name) ?? `:${element.name}:`;
    case 'color':
      return html`<code>${element.value}</code>`;
    case 'date': {
      const shown = formatSlackDate(element.timestamp, element.format) ?? element.fallback ?? '';
      return element.url ? drawLink(element.url, shown) : html`<time>${shown}</time>`;
    }
  }
}

function withStyle(element: RichTextElement, drawn: unknown): unknown {
  const style = element.style;
  let styled = drawn;
  if (style?.code) styled = html`<code>${styled}</code>`;
  if (style?.bold) styled = html`<b>${styled}</b>`;
  if (style?.italic) styled = html`<i>${styled}</i>`;
  if (style?.strike) styled = html`<s>${styled}</s>`;
  return styled;
}
