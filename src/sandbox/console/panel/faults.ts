import { html, nothing, type TemplateResult } from 'lit-html';
import type { FarSide, FaultKind } from '../../faults.ts';
import { call } from '../page/calls.ts';
import { attempt } from '../page/screen.ts';
import type { SandboxState } from '../page/state.ts';

const sides: [FarSide, string][] = [
  ['azure', 'Azure'],
  ['graph', 'Graph (who works here)'],
  ['intel', 'Threat intelligence'],
  ['schedules', 'PagerDuty, Opsgenie'],
  ['slack', 'Slack'],
  ['teams', 'Teams'],
];
const kinds: [FaultKind, string, string][] = [
  ['none', 'Healthy', ''],
  ['slow', 'Slow', 'Each answer takes five seconds.'],
  ['failing', 'Failing', 'Every call is answered 503.'],
  ['throttled', 'Throttled', 'Every call is answered 429, retry after five seconds.'],
  ['lost-answer', 'Lost answers', 'What was asked is done, then the connection drops.'],
];

export function drawFaults(state: SandboxState): TemplateResult {
  return html`<p class="quiet">
      Nothing may be lost: cards say that they are behind, and catch up when the side is healthy again.
    </p>
    ${sides.map(([side, name]) => drawSide(side, name, state.faults[side].kind))}
    ${drawNotes(state.slack.notes ?? [])}`;
}

/** What Slack does not show to people, and an app's author looks for. */
function drawNotes(notes: string[]) {
  if (notes.length === 0) return nothing;
  return html`<section class="notes">
    <h3>What Slack complained of</h3>
    <ul>
      ${notes
        .slice(-20)
        .toReversed()
        .map((note) => html`<li>${note}</li>`)}
    </ul>
  </section>`;
}

function drawSide(side: FarSide, name: string, now: FaultKind): TemplateResult {
  const set = (kind: FaultKind) => attempt(() => call('POST', '/api/faults', { side, kind, ms: 5_000 }));
  return html`<section class="fault" data-kind=${now}>
    <h3>${name}</h3>
    <div class="fault-kinds" role="radiogroup" aria-label=${name}>
      ${kinds.map(
        ([
          kind,
          label,
        ]) => html`<button type="button" role="radio" aria-checked=${kind === now} @click=${() => set(kind)}>
          ${label}
        </button>`,
      )}
    </div>
    <p class="quiet" role="status">${kinds.find(([kind]) => kind === now)?.[2]}</p>
  </section>`;
}
