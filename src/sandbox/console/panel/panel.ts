import { html, type TemplateResult } from 'lit-html';
import { change, type Screen, screen } from '../page/screen.ts';
import type { SandboxState } from '../page/state.ts';
import { drawAlerts } from './alerts.ts';
import { drawFaults } from './faults.ts';
import { drawPortal } from './portal.ts';

const tabs: [Screen['panelTab'], string][] = [
  ['alerts', 'Send alerts'],
  ['portal', 'Azure portal'],
  ['faults', 'Outages'],
];

/** What happens outside the rooms: alerts appear, the portal is used, far sides fail. */
export function drawPanel(state: SandboxState): TemplateResult {
  const broken = Object.values(state.faults).some((fault) => fault.kind !== 'none');
  return html`<aside id="controls" class="pane panel" data-pane="controls" aria-label="Control panel">
    <div class="panel-tabs" role="tablist" aria-label="Control panel">
      ${tabs.map(
        ([tab, name]) => html`<button
          type="button"
          role="tab"
          aria-selected=${tab === screen.panelTab}
          @click=${() => change({ panelTab: tab })}
        >
          ${name}${tab === 'faults' && broken ? html`<span class="dot" aria-label="something is broken"></span>` : ''}
        </button>`,
      )}
    </div>
    <div class="panel-body" role="tabpanel" aria-label=${tabs.find(([tab]) => tab === screen.panelTab)?.[1] ?? ''}>
      ${screen.panelTab === 'alerts' ? drawAlerts(state) : ''}
      ${screen.panelTab === 'portal' ? drawPortal(state) : ''}
      ${screen.panelTab === 'faults' ? drawFaults(state) : ''}
    </div>
  </aside>`;
}
