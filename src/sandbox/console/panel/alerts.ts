import { html, nothing, type TemplateResult } from 'lit-html';
import { call } from '../page/calls.ts';
import { attempt, change, screen } from '../page/screen.ts';
import type { Sample, SandboxState } from '../page/state.ts';

const sourceNames: Record<string, string> = {
  defender: 'Defender for Cloud',
  sentinel: 'Microsoft Sentinel',
};
let push = true;

export function drawAlerts(state: SandboxState): TemplateResult {
  const wanted = screen.sampleSearch.toLowerCase();
  const found = state.samples.filter((s) =>
    `${s.title} ${s.kind} ${s.severity}`.toLowerCase().includes(wanted),
  );
  const sources = [...new Set(found.map((s) => s.source))];
  return html`
    <div class="panel-tools">
      <input
        type="search"
        placeholder="Search sample alerts"
        aria-label="Search sample alerts"
        @input=${(event: InputEvent) => {
          if (event.target instanceof HTMLInputElement) change({ sampleSearch: event.target.value });
        }}
      />
      <fieldset class="segments">
        <legend class="unseen">How the alert reaches Watchfloor</legend>
        ${drawWay('Push to the webhook', true)} ${drawWay('Wait for the poll', false)}
      </fieldset>
    </div>
    <div class="sample-list" tabindex="0" role="region" aria-label="Sample alerts">
    ${sources.map(
      (source) => html`<section class="samples">
        <h3>${sourceNames[source] ?? source}</h3>
        <ul>
          ${found.filter((s) => s.source === source).map(drawSample)}
        </ul>
      </section>`,
    )}
    ${found.length === 0 ? html`<p class="quiet">No sample matches.</p>` : nothing}
    </div>
    ${drawStorm()}
  `;
}

function drawWay(label: string, value: boolean): TemplateResult {
  return html`<label>
    <input type="radio" name="push" ?checked=${push === value} @change=${() => {
      push = value;
    }} />
    <span>${label}</span>
  </label>`;
}

function drawSample(sample: Sample): TemplateResult {
  const send = () => attempt(() => call('POST', '/api/alerts', { sample: sample.id, push }));
  const severity = sample.severity.toLowerCase();
  return html`<li>
    <button type="button" class="sample" @click=${send}>
      <span class="sample-title">${sample.title}</span>
      <span class="severity" data-severity=${severity}>${severity}</span>
      <span class="send" aria-hidden="true">Send</span>
    </button>
  </li>`;
}

function drawStorm(): TemplateResult {
  const send = (event: SubmitEvent) => {
    event.preventDefault();
    if (!(event.currentTarget instanceof HTMLFormElement)) return;
    const form = new FormData(event.currentTarget);
    const count = Number(form.get('count'));
    const repeats = Number(form.get('repeats')) / 100;
    attempt(() => call('POST', '/api/storm', { count, repeats }));
  };
  return html`<form class="storm" @submit=${send}>
    <h3>Storm</h3>
    <p class="quiet">Many alerts at once; repeats are about the same thing.</p>
    <div class="storm-fields">
      <label>Alerts <input type="number" name="count" min="1" max="1000" value="50" required /></label>
      <label>Repeats, % <input type="number" name="repeats" min="0" max="100" value="30" required /></label>
      <button type="submit" class="button">Start storm</button>
    </div>
  </form>`;
}
