import { html, nothing, type TemplateResult } from 'lit-html';
import { drawPanel } from '../panel/panel.ts';
import { drawConfirm } from '../slack/confirm.ts';
import { drawModal } from '../slack/modal.ts';
import { drawSlack } from '../slack/room.ts';
import { drawDialog } from '../teams/dialog.ts';
import { drawTeams } from '../teams/room.ts';
import { onTop } from './as-modal.ts';
import { drawHeader, drawPaneTabs } from './header.ts';
import { change, screen } from './screen.ts';

export function drawPage(): TemplateResult {
  const { state } = screen;
  if (!state) {
    return html`<p class="starting" role="status">
      ${screen.connected ? 'Opening the rooms…' : 'The sandbox does not answer. Is npm start still running?'}
    </p>`;
  }
  // Before the header, which tells who was written to: what the rooms show is read.
  const rooms = [drawTeams(state), drawSlack(state)];
  return html`
    ${drawHeader(state)}
    <main class="floor" data-pane=${screen.pane} data-panel=${screen.panelOpen ? 'open' : 'closed'}>
      ${rooms} ${drawPanel(state)}
    </main>
    ${drawPaneTabs()} ${drawModal(state)} ${drawDialog(state)} ${drawConfirm()} ${drawNotice()}
  `;
}

function drawNotice() {
  if (!screen.notice) return nothing;
  return html`<div class="notice" role="alert" popover="manual" ${onTop}>
    <span>${screen.notice}</span>
    <button type="button" class="plain" @click=${() => change({ notice: undefined })}>Dismiss</button>
  </div>`;
}
