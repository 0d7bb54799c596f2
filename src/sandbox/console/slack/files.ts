import { html, type TemplateResult } from 'lit-html';
import type { SlackFile } from '../page/state.ts';

/** What was uploaded: its name, its size, and a way to have it. */
export function drawFiles(files: SlackFile[]): TemplateResult {
  return html`${files.map(
    ({ id, name, title, size }) => html`<div class="slack-file">
      <span class="slack-file-kind" aria-hidden="true">${kindOf(name)}</span>
      <span class="slack-file-name"><b>${title}</b><small>${sizeOf(size)}</small></span>
      <a href=${`/api/slack/files/${id}`} download=${name} aria-label=${`Download ${name}`}>Download</a>
    </div>`,
  )}`;
}

function kindOf(name: string): string {
  return /\.([a-z0-9]{1,4})$/i.exec(name)?.[1]?.toUpperCase() ?? 'FILE';
}

function sizeOf(bytes: number): string {
  if (bytes < 1_000) return `${bytes} bytes`;
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}
