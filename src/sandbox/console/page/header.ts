import { html, type TemplateResult } from 'lit-html';
import { drawAvatar } from './person.ts';
import { change, type Pane, screen, type Theme } from './screen.ts';
import type { SandboxState } from './state.ts';
import { isWrittenTo } from './unread.ts';

const nextTheme = { auto: 'light', light: 'dark', dark: 'auto' } satisfies Record<Theme, Theme>;
const themeSign = { auto: '◐', light: '☀', dark: '☾' } satisfies Record<Theme, string>;

export function drawHeader(state: SandboxState): TemplateResult {
  const acting = state.people.find((p) => p.id === screen.acting);
  return html`<header class="top">
    <h1 class="brand">${logo}<span>Watchfloor</span></h1>
    <span class="tag">Sandbox · Contoso</span>
    <span class="connection" role="status" data-connected=${screen.connected}>
      ${screen.connected ? 'Live' : 'Not connected'}
    </span>
    <div class="acting" role="radiogroup" aria-label="Act as">
      <span class="acting-name">
        <small>Acting as</small>
        <b>${acting?.name}</b> <span class="acting-title">${acting?.title}</span>
      </span>
      <div class="faces" role="none">
        ${state.people.map(
          (person) => html`<button
          type="button"
          role="radio"
          class="face"
          aria-checked=${person.id === screen.acting}
          data-written-to=${isWrittenTo(state, person)}
          aria-label=${`${person.name}, ${person.title}${isWrittenTo(state, person) ? ', was written to' : ''}`}
          title=${`${person.name} · ${person.title}`}
          @click=${() => change({ acting: person.id })}
        >
          ${drawAvatar(person.name)}
        </button>`,
        )}
      </div>
    </div>
    <button
      type="button"
      class="icon-button"
      aria-label=${`Theme: ${screen.theme}. Change to ${nextTheme[screen.theme]}.`}
      title=${`Theme: ${screen.theme}`}
      @click=${() => change({ theme: nextTheme[screen.theme] })}
    >
      ${themeSign[screen.theme]}
    </button>
    <button
      type="button"
      class="icon-button panel-toggle"
      aria-expanded=${screen.panelOpen}
      aria-controls="controls"
      aria-label="Control panel"
      title="Control panel"
      @click=${() => change({ panelOpen: !screen.panelOpen })}
    >
      ${screen.panelOpen ? '⇥' : '⇤'}
    </button>
  </header>`;
}

/** Shown on narrow screens only, where one pane at a time fits. */
export function drawPaneTabs(): TemplateResult {
  const panes: [Pane, string][] = [
    ['teams', 'Teams'],
    ['slack', 'Slack'],
    ['controls', 'Controls'],
  ];
  return html`<nav class="pane-tabs" aria-label="Panes">
    ${panes.map(
      ([pane, name]) => html`<button
        type="button"
        aria-current=${pane === screen.pane}
        @click=${() => change({ pane })}
      >
        ${name}
      </button>`,
    )}
  </nav>`;
}

const logo = html`<svg viewBox="0 0 32 32" aria-hidden="true">
  <rect width="32" height="32" rx="8" />
  <path d="M5 16c5-7 17-7 22 0-5 7-17 7-22 0z" />
  <circle cx="16" cy="16" r="3.6" />
</svg>`;
