import { html, nothing, type TemplateResult } from 'lit-html';
import { slackName } from '../page/person.ts';
import type { SandboxState } from '../page/state.ts';
import { formatSlackDate } from './dates.ts';
import { emojiOf } from './emoji.ts';
import { type Mrkdwn, parseMrkdwn } from './mrkdwn.ts';

export function drawMrkdwn(state: SandboxState, text: string, verbatim?: boolean): TemplateResult {
  return html`<span class="mrkdwn">${drawNodes(state, parseMrkdwn(text, { verbatim: verbatim ?? false }))}</span>`;
}

function drawNodes(state: SandboxState, nodes: Mrkdwn[]): unknown[] {
  return nodes.map((node) => drawNode(state, node));
}

function drawNode(state: SandboxState, node: Mrkdwn): unknown {
  switch (node.kind) {
    case 'text':
      return node.text;
    case 'bold':
      return html`<b>${drawNodes(state, node.children)}</b>`;
    case 'italic':
      return html`<i>${drawNodes(state, node.children)}</i>`;
    case 'strike':
      return html`<s>${drawNodes(state, node.children)}</s>`;
    case 'code':
      return html`<code>${drawNodes(state, node.children)}</code>`;
    case 'pre':
      return html`<pre>${drawNodes(state, node.children)}</pre>`;
    case 'quote':
      return html`<blockquote>${drawNodes(state, node.children)}</blockquote>`;
    case 'link':
      return drawLink(node.url, node.label);
    case 'user':
      return drawMention(`@${slackName(state, node.id)}`);
    case 'conversation':
      return drawMention(`#${conversationName(state, node.id, node.label)}`);
    case 'broadcast':
      return drawMention(`@${node.range}`, true);
    case 'group':
      return drawMention(node.label ?? `@${node.id}`);
    case 'date': {
      const shown = formatSlackDate(node.seconds, node.format) ?? node.fallback;
      return node.url ? drawLink(node.url, shown) : html`<time title=${node.fallback}>${shown}</time>`;
    }
    case 'emoji':
      return emojiOf(node.name) ?? `:${node.name}:`;
    case 'break':
      return html`<br />`;
  }
}

/** A link a person may follow; any other address than web, mail and telephone is shown as text. */
export function drawLink(url: string, label: string): unknown {
  if (!/^(https?:|mailto:|tel:)/i.test(url)) return label;
  return html`<a href=${url} target="_blank" rel="noopener noreferrer">${label}</a>`;
}

export function drawMention(text: string, broadcast = false): TemplateResult {
  return html`<span class=${broadcast ? 'mention mention-broadcast' : 'mention'}>${text}</span>`;
}

export function conversationName(state: SandboxState, id: string, label?: string): string {
  return label ?? state.slack.conversations.find((c) => c.id === id)?.name ?? id;
}

/** A text object of Block Kit; plain text knows emoji and nothing else. */
export function drawText(
  state: SandboxState,
  object: { type: string; text: string; emoji?: boolean; verbatim?: boolean } | undefined,
): unknown {
  if (!object) return nothing;
  if (object.type === 'mrkdwn') return drawMrkdwn(state, object.text, object.verbatim);
  return object.emoji === false ? object.text : withEmoji(object.text);
}

export function withEmoji(text: string): string {
  return text.replace(/:([a-z0-9_+-]+):/g, (all, name: string) => emojiOf(name) ?? all);
}
