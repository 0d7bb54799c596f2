import { html, nothing } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import { asModal } from '../page/as-modal.ts';
import { call } from '../page/calls.ts';
import { actingPerson, attempt } from '../page/screen.ts';
import type { SandboxState } from '../page/state.ts';
import { drawCard } from './card.ts';
import { searchFor } from './search.ts';

/** The dialog that the product opened for the acting person. */
export function drawDialog(state: SandboxState) {
  const person = actingPerson(state);
  const dialog = state.teams.dialogs.findLast((d) => d.person === person.id);
  if (!dialog) return nothing;
  const close = () => attempt(() => call('POST', '/api/teams/close', { as: person.id }));
  // Another page of a form is another dialog in the same place: read from its top, and focus is in it.
  return keyed(
    `${dialog.activity} ${JSON.stringify(dialog.card)}`,
    html`<dialog class="teams-dialog" aria-labelledby="teams-dialog-title" ${asModal} @cancel=${(
      event: Event,
    ) => {
      event.preventDefault();
      close();
    }}>
      <header>
        <h2 id="teams-dialog-title">${dialog.title}</h2>
        <button type="button" class="icon-button" aria-label="Close" @click=${close}>✕</button>
      </header>
      ${drawCard(dialog.card, {
        act: ({ data, inputs }) =>
          attempt(() =>
            call('POST', '/api/teams/submit', {
              as: person.id,
              conversation: dialog.conversation,
              data: { ...data, ...inputs },
            }),
          ),
        search: (dataset, text) => searchFor(person, dialog.conversation, dataset, text),
      })}
    </dialog>`,
  );
}
