import { html, type TemplateResult } from 'lit-html';
import type { SandboxState } from './state.ts';

export const BOT_NAME = 'Watchfloor';

/** Coloured initials; the same person has the same colour in both rooms. */
export function drawAvatar(name: string): TemplateResult {
  if (name === BOT_NAME) return html`<span class="avatar avatar-bot" aria-hidden="true">${eye}</span>`;
  return html`<span class="avatar" data-colour=${colourOf(name)} aria-hidden="true">${initialsOf(name)}</span>`;
}

export function slackName(state: SandboxState, slackId: string): string {
  if (slackId === 'U0WATCHFLOOR') return BOT_NAME;
  return state.people.find((p) => p.slackId === slackId)?.name ?? slackId;
}

function initialsOf(name: string): string {
  const words = name.split(/\s+/);
  return [words[0], words.at(-1)]
    .map((word) => [...(word ?? '')][0] ?? '')
    .join('')
    .toUpperCase();
}

/** One of the eight colours of console.css. */
function colourOf(name: string): number {
  let sum = 0;
  for (const letter of name) sum = (sum * 5 + (letter.codePointAt(0) ?? 0)) % 4093;
  return sum % 8;
}

const eye = html`<svg viewBox="0 0 32 32">
  <path d="M5 16c5-7 17-7 22 0-5 7-17 7-22 0z" />
  <circle cx="16" cy="16" r="3.6" />
</svg>`;
