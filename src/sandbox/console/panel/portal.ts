import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { repeat } from 'lit-html/directives/repeat.js';
import { call } from '../page/calls.ts';
import { attempt, screen } from '../page/screen.ts';
import type { DefenderAlert, SandboxState, SentinelIncident } from '../page/state.ts';

const severities = ['High', 'Medium', 'Low', 'Informational'];
const classifications = ['Undetermined', 'TruePositive', 'BenignPositive', 'FalsePositive'];

/** What Azure holds, changed here as somebody in the portal would, who has never heard of Watchfloor. */
export function drawPortal(state: SandboxState): TemplateResult {
  const { alerts, incidents } = state.azure;
  return html`
    <section class="portal">
      <h3>Sentinel incidents <span class="count">${incidents.length}</span></h3>
      ${incidents.length === 0 ? html`<p class="quiet">None yet.</p>` : nothing}
      ${repeat(
        incidents.slice(0, 100),
        (i) => i.name,
        (i) => drawIncident(state, i),
      )}
    </section>
    <section class="portal">
      <h3>Defender for Cloud alerts <span class="count">${alerts.length}</span></h3>
      ${alerts.length === 0 ? html`<p class="quiet">None yet.</p>` : nothing}
      ${repeat(alerts.slice(0, 100), (a) => a.name, drawAlert)}
    </section>
  `;
}

function drawIncident(state: SandboxState, incident: SentinelIncident): TemplateResult {
  const { title, severity, status, incidentNumber, owner, classification, labels = [] } = incident.properties;
  const path = `/api/azure/incidents/${encodeURIComponent(incident.name)}`;
  const patch = (properties: object) => attempt(() => call('PATCH', path, { as: screen.acting, properties }));
  const { comments = [] } = incident;
  return html`<details class="portal-entry">
    <summary>
      <span class="severity" data-severity=${severity.toLowerCase()}>${severity}</span>
      <span class="portal-title"><small>#${incidentNumber ?? '?'}</small> ${title}</span>
      <span class="portal-status" data-status=${status.toLowerCase()}>${status}</span>
    </summary>
    <div class="portal-fields">
      ${drawPick('Severity', severities, severity, (to) => patch({ severity: to }))}
      ${drawPick('Status', ['New', 'Active', 'Closed'], status, (to) =>
        patch(to === 'Closed' ? { status: to, classification: 'Undetermined' } : { status: to }),
      )}
      ${drawPick(
        'Owner',
        ['', ...state.people.map((p) => p.upn)],
        owner?.userPrincipalName ?? '',
        (to) => patch({ owner: ownerNamed(state, to) }),
        (upn) => state.people.find((p) => p.upn === upn)?.name ?? 'Nobody',
      )}
      ${
        status === 'Closed'
          ? drawPick('Classification', classifications, classification ?? 'Undetermined', (to) =>
              patch({ status, classification: to, ...reasonFor(to) }),
            )
          : nothing
      }
    </div>
    ${
      labels.length > 0
        ? html`<p class="labels">${labels.map((label) => html`<span>${label.labelName}</span>`)}</p>`
        : nothing
    }
    ${comments.map(
      (c) =>
        html`<p class="portal-comment"><b>${c.properties.author?.name ?? 'Watchfloor'}</b> ${c.properties.message}</p>`,
    )}
    <form class="portal-say" @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      if (!(event.currentTarget instanceof HTMLFormElement)) return;
      const message = String(new FormData(event.currentTarget).get('message') ?? '').trim();
      event.currentTarget.reset();
      if (message) attempt(() => call('POST', `${path}/comments`, { as: screen.acting, message }));
    }}>
      <input name="message" placeholder="Comment in the portal" aria-label=${`Comment on incident ${incidentNumber}`} autocomplete="off" />
      <button type="submit" class="button">Add</button>
    </form>
  </details>`;
}

function drawAlert(alert: DefenderAlert): TemplateResult {
  const { alertDisplayName, severity, status, compromisedEntity } = alert.properties;
  const path = `/api/azure/alerts/${encodeURIComponent(alert.name)}`;
  return html`<details class="portal-entry">
    <summary>
      <span class="severity" data-severity=${severity.toLowerCase()}>${severity}</span>
      <span class="portal-title">${alertDisplayName}</span>
      <span class="portal-status" data-status=${status.toLowerCase()}>${status}</span>
    </summary>
    <div class="portal-fields">
      ${drawPick('Status', ['Active', 'InProgress', 'Resolved', 'Dismissed'], status, (to) =>
        attempt(() => call('PATCH', path, { status: to })),
      )}
      ${compromisedEntity ? html`<p class="quiet">${compromisedEntity}</p>` : nothing}
    </div>
  </details>`;
}

function drawPick(
  label: string,
  values: string[],
  now: string,
  pick: (to: string) => unknown,
  nameOf = (value: string) => value,
): TemplateResult {
  const shown = values.includes(now) ? values : [now, ...values];
  return html`<label>
    <span>${label}</span>
    <select .value=${live(now)} @change=${(event: Event) => {
      if (event.target instanceof HTMLSelectElement) pick(event.target.value);
    }}>
      ${shown.map((value) => html`<option value=${value} ?selected=${value === now}>${nameOf(value)}</option>`)}
    </select>
  </label>`;
}

/** Sentinel takes true, benign and false positives only with a reason. */
function reasonFor(classification: string): object {
  switch (classification) {
    case 'TruePositive':
      return { classificationReason: 'SuspiciousActivity' };
    case 'BenignPositive':
      return { classificationReason: 'SuspiciousButExpected' };
    case 'FalsePositive':
      return { classificationReason: 'IncorrectAlertLogic' };
    default:
      return {};
  }
}

function ownerNamed(state: SandboxState, upn: string): object {
  const person = state.people.find((p) => p.upn === upn);
  if (!person) return { objectId: null, assignedTo: null, email: null, userPrincipalName: null };
  return { objectId: person.oid, assignedTo: person.name, email: person.upn, userPrincipalName: person.upn };
}
