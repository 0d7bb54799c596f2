import type { ContainerBlock, ContextBlock, InputBlock, SectionBlock, TableBlock } from '@slack/types';
import { html, nothing, type TemplateResult } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import type { SlackBlock } from '../page/state.ts';
import { drawChartBlock } from './chart.ts';
import { drawText, withEmoji } from './draw-mrkdwn.ts';
import { drawRichText } from './draw-rich-text.ts';
import { drawElement, drawImage } from './elements.ts';
import { drawMarkdown } from './markdown.ts';
import type { BlockPlace } from './place.ts';

export function drawBlocks(place: BlockPlace, blocks: SlackBlock[]): TemplateResult {
  return html`<div class="blocks">${blocks.map((block) => drawBlock(place, block))}</div>`;
}

function drawBlock(place: BlockPlace, block: SlackBlock): TemplateResult {
  const blockId = block.block_id ?? '';
  switch (block.type) {
    case 'section':
      return drawSection(place, blockId, block);
    case 'header':
      return html`<h3 class="block-header">${drawText(place.state, block.text)}</h3>`;
    case 'context':
      return drawContext(place, block);
    case 'divider':
      return html`<hr class="block-divider" />`;
    case 'actions':
      return html`<div class="block-actions">${block.elements.map((e) => drawElement(place, blockId, e))}</div>`;
    case 'image':
      return html`<figure class="block-image">
        ${block.title ? html`<figcaption>${drawText(place.state, block.title)}</figcaption>` : nothing}
        ${drawImage(block)}
      </figure>`;
    case 'rich_text':
      return drawRichText(place.state, block);
    case 'table':
      return drawTable(place, block);
    case 'data_visualization':
      return drawChartBlock(block);
    case 'input':
      // What was typed stays where block and action keep their ids, and nowhere else.
      return html`${keyed(`${blockId}/${block.element.action_id}`, drawInput(place, blockId, block))}`;
    case 'markdown':
      return drawMarkdown(block.text);
    case 'alert':
      return html`<div class="block-alert" data-level=${block.level ?? 'default'} role="note">
        ${drawText(place.state, block.text)}
      </div>`;
    case 'container':
      return drawContainer(place, block);
    case 'card':
    case 'carousel':
    case 'context_actions':
    case 'data_table':
    case 'file':
    case 'task_card':
    case 'plan':
    case 'video':
      return html`<p class="undrawn">The sandbox draws no ${block.type} block.</p>`;
  }
}

function drawSection(place: BlockPlace, blockId: string, block: SectionBlock): TemplateResult {
  return html`<div class="block-section">
    <div class="block-section-text">
      ${block.text ? html`<div class="block-section-words">${drawText(place.state, block.text)}</div>` : nothing}
      ${
        block.fields
          ? html`<div class="block-fields">
            ${block.fields.map((field) => html`<div>${drawText(place.state, field)}</div>`)}
          </div>`
          : nothing
      }
    </div>
    ${
      block.accessory
        ? html`<div class="block-accessory">${drawElement(place, blockId, block.accessory)}</div>`
        : nothing
    }
  </div>`;
}

function drawContext(place: BlockPlace, block: ContextBlock): TemplateResult {
  return html`<div class="block-context">
    ${block.elements.map((element) =>
      element.type === 'image' ? drawImage(element) : html`<span>${drawText(place.state, element)}</span>`,
    )}
  </div>`;
}

function drawTable(place: BlockPlace, block: TableBlock): TemplateResult {
  const [head = [], ...rows] = block.rows;
  const drawCell = (cell: TableBlock['rows'][number][number]) =>
    cell.type === 'rich_text' ? drawRichText(place.state, cell) : cell.text;
  const align = (column: number) => block.column_settings?.[column]?.align ?? 'left';
  const wraps = (column: number) => block.column_settings?.[column]?.is_wrapped ?? false;
  return html`<div class="block-table" tabindex="0" role="region" aria-label="Table">
    <table>
      <thead><tr>${head.map((cell, n) => html`<th scope="col" data-align=${align(n)} ?data-wraps=${wraps(n)}>${drawCell(cell)}</th>`)}</tr></thead>
      <tbody>
        ${rows.map((row) => html`<tr>${row.map((cell, n) => html`<td data-align=${align(n)} ?data-wraps=${wraps(n)}>${drawCell(cell)}</td>`)}</tr>`)}
      </tbody>
    </table>
  </div>`;
}

function drawInput(place: BlockPlace, blockId: string, block: InputBlock): TemplateResult {
  const error = place.errors[blockId];
  // In an input block Slack reports a change at once only where the block asks for it.
  const quiet: BlockPlace = block.dispatch_action ? place : { ...place, act: () => {} };
  return html`<div class="block-input" role="group" aria-label=${block.label.text}>
    <div class="block-label">
      ${withEmoji(block.label.text)} ${block.optional ? html`<span class="optional">(optional)</span>` : nothing}
    </div>
    ${drawElement(quiet, blockId, block.element)}
    ${error ? html`<p class="block-error" role="alert">${error}</p>` : nothing}
    ${block.hint ? html`<p class="block-hint">${withEmoji(block.hint.text)}</p>` : nothing}
  </div>`;
}

function drawContainer(place: BlockPlace, block: ContainerBlock): TemplateResult {
  const title = block.rich_text_title
    ? drawRichText(place.state, block.rich_text_title)
    : drawText(place.state, block.title);
  const inside = html`${drawText(place.state, block.subtitle)}${drawBlocks(place, block.child_blocks)}`;
  if (!block.is_collapsible) return html`<section class="block-container"><b>${title}</b>${inside}</section>`;
  return html`<details class="block-container" ?open=${!block.default_collapsed}>
    <summary>${title}</summary>
    ${inside}
  </details>`;
}
