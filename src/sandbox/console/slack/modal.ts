import type { Option } from '@slack/types';
import { html, nothing } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import type { SandboxPerson } from '../../people.ts';
import { asModal } from '../page/as-modal.ts';
import { call } from '../page/calls.ts';
import { actingPerson, attempt, change } from '../page/screen.ts';
import type { SandboxState, SlackView } from '../page/state.ts';
import { readValues } from './block-input.ts';
import { drawBlocks } from './blocks.ts';
import type { BlockPlace } from './place.ts';

/** The view on top of what the acting person has open. */
export function drawModal(state: SandboxState) {
  const person = actingPerson(state);
  const open = state.slack.views.findLast((v) => v.user === person.slackId);
  if (!open) return nothing;
  const { view, errors = {} } = open;
  const close = () => attempt(() => call('POST', '/api/slack/close', { as: person.id, view_id: open.id }));
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const { currentTarget: form } = event;
    if (!(form instanceof HTMLElement)) return;
    await attempt(() =>
      call('POST', '/api/slack/submit', { as: person.id, view_id: open.id, values: readValues(form) }),
    );
  };
  const heading = `modal-${open.id}`;
  return keyed(
    open.id,
    html`<dialog class="slack-modal" aria-labelledby=${heading} ${asModal} @cancel=${(event: Event) => {
      event.preventDefault();
      close();
    }}>
      <form novalidate @submit=${submit}>
        <header>
          <h2 id=${heading}>${view.title.text}</h2>
          <button type="button" class="icon-button" aria-label="Close" @click=${close}>✕</button>
        </header>
        <div class="slack-modal-body">${drawBlocks(placeOfView(state, person, open, errors), view.blocks)}</div>
        <footer>
          <button type="button" class="slack-button" data-style="default" @click=${close}>
            ${view.close?.text ?? 'Cancel'}
          </button>
          ${
            view.submit
              ? html`<button type="submit" class="slack-button" data-style="primary">${view.submit.text}</button>`
              : nothing
          }
        </footer>
      </form>
    </dialog>`,
  );
}

/** What pressing something in a view does. */
export function placeOfView(
  state: SandboxState,
  person: SandboxPerson,
  open: Pick<SlackView, 'id'>,
  errors: Record<string, string>,
): BlockPlace {
  const as = { as: person.id, view_id: open.id };
  return {
    state,
    errors,
    act: ({ block_id, action_id, confirm, value }) => {
      const press = () =>
        attempt(() => call('POST', '/api/slack/press', { ...as, block_id, action_id, value }));
      if (confirm) change({ asking: { confirm, proceed: press } });
      else press();
    },
    suggest: async (block_id, action_id, value) => {
      const answer = await attempt(() =>
        call<{ options: Option[] }>('POST', '/api/slack/suggest', { ...as, block_id, action_id, value }),
      );
      return answer?.options ?? [];
    },
  };
}
