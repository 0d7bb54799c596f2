import { html, nothing } from 'lit-html';
import { asModal } from '../page/as-modal.ts';
import { change, screen } from '../page/screen.ts';

/** Slack's "are you sure" in front of an element that has a `confirm`. */
export function drawConfirm() {
  const { asking } = screen;
  if (!asking) return nothing;
  const { confirm, proceed } = asking;
  const close = () => change({ asking: undefined });
  return html`<dialog class="slack-modal slack-confirm" aria-label=${confirm.title?.text ?? 'Are you sure?'} ${asModal} @cancel=${close}>
    <h2>${confirm.title?.text ?? 'Are you sure?'}</h2>
    <p>${confirm.text.text}</p>
    <footer>
      <button type="button" class="slack-button" data-style="default" @click=${close}>${confirm.deny?.text ?? 'Cancel'}</button>
      <button type="button" class="slack-button" data-style=${confirm.style ?? 'primary'}
        @click=${() => {
          close();
          proceed();
        }}>${confirm.confirm?.text ?? 'Yes'}</button>
    </footer>
  </dialog>`;
}
