import { html, type TemplateResult } from 'lit-html';

/** The box one writes in: Enter sends, with Shift it is a new line. `send` gets the trimmed text; the box is cleared before it is answered. */
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
    <textarea name="text" rows="1" aria-label=${of.label} placeholder=${of.placeholder} autocomplete="off"
      spellcheck="false" @keydown=${sendOnEnter}></textarea>
    <button type="submit" aria-label="Send">
      <svg viewBox="0 0 20 20" aria-hidden="true"><path d="M3 3.5 17 10 3 16.5 5 11l6-1-6-1z" /></svg>
    </button>
  </form>`;
}

function sendOnEnter(event: KeyboardEvent): void {
  const { currentTarget: box } = event;
  // Enter also ends a word of a script that is composed letter by letter.
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
  if (!(box instanceof HTMLTextAreaElement)) return;
  event.preventDefault();
  box.form?.requestSubmit();
}
