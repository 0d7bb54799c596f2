import { html, type TemplateResult } from 'lit-html';

/** The box one writes in. `send` gets the trimmed text; the box is cleared before it is answered. */
export function drawComposer(of: {
  label: string;
  placeholder: string;
  send: (text: string) => unknown;
}): TemplateResult {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { currentTarget: form } = event;
    if (!(form instanceof HTMLFormElement)) return;
    const text = String(new FormData(form).get('text') ?? '').trim();
    if (!text) return;
    form.reset();
    of.send(text);
  };
  return html`<form class="composer" @submit=${submit}>
    <input name="text" aria-label=${of.label} placeholder=${of.placeholder} autocomplete="off" spellcheck="false" />
    <button type="submit" aria-label="Send">
      <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M3 3.5 17 10 3 16.5 5 11l6-1-6-1z" /></svg>
    </button>
  </form>`;
}
