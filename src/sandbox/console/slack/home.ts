import { html, type TemplateResult } from 'lit-html';
import type { SandboxPerson } from '../../people.ts';
import { call } from '../page/calls.ts';
import { attempt, change } from '../page/screen.ts';
import type { SandboxState } from '../page/state.ts';
import { drawBlocks } from './blocks.ts';
import { placeOfView } from './modal.ts';

/** The name under which the page remembers that the Home tab is open. */
export const homeTab = 'home';

/** The app's Home tab of the acting person: what it published for them last. */
export function drawHome(state: SandboxState, person: SandboxPerson): TemplateResult {
  const home = state.slack.homes?.find(({ user }) => user === person.slackId);
  return html`<div class="messages slack-home" role="region" aria-label="Home" tabindex="0">
    ${
      home
        ? drawBlocks(placeOfView(state, person, home, {}), home.view.blocks)
        : html`<p class="quiet">Nothing here yet.</p>`
    }
  </div>`;
}

/** Whoever opens it tells the app, which draws it anew. */
export function openHome(person: SandboxPerson): void {
  change({ slackRoom: homeTab });
  void attempt(() => call('POST', '/api/slack/home', { as: person.id }));
}
