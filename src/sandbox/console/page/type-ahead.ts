export interface Choice {
  label: string;
  value: string;
}

/** Slack and Teams both wait for a pause in typing; 200 ms keeps the server at five calls a second at most. */
const PAUSE_MS = 200;
let count = 0;

/** A text box whose choices come from a call: an ARIA combobox with a list. */
export class TypeAhead extends HTMLElement {
  load: (text: string) => Promise<Choice[]> = async () => [];
  placeholder = 'Type to search';
  label = '';
  value: string | undefined;
  readonly #input = document.createElement('input');
  readonly #list = document.createElement('ul');
  #timer: number | undefined;
  #asked = 0;

  connectedCallback(): void {
    if (this.#input.isConnected) return;
    count += 1;
    this.#list.id = `choices-${count}`;
    this.#list.role = 'listbox';
    this.#list.hidden = true;
    this.#input.type = 'text';
    this.#input.role = 'combobox';
    this.#input.autocomplete = 'off';
    this.#input.placeholder = this.placeholder;
    this.#input.setAttribute('aria-label', this.label || this.placeholder);
    this.#input.setAttribute('aria-controls', this.#list.id);
    this.#input.setAttribute('aria-expanded', 'false');
    this.append(this.#input, this.#list);
    this.#input.addEventListener('input', () => this.#typed());
    this.#input.addEventListener('focus', () => this.#ask());
    this.#input.addEventListener('keydown', (event) => this.#keyed(event));
    this.#input.addEventListener('blur', () => this.#close());
  }

  /** Shows a choice as chosen, e.g. the initial option. */
  choose(choice: Choice): void {
    this.value = choice.value;
    this.#input.value = choice.label;
    this.#close();
  }

  #typed(): void {
    this.value = undefined;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#ask(), PAUSE_MS);
  }

  async #ask(): Promise<void> {
    this.#asked += 1;
    const mine = this.#asked;
    const choices = await this.load(this.#input.value);
    if (mine !== this.#asked || document.activeElement !== this.#input) return;
    this.#list.replaceChildren(...choices.map((choice) => this.#option(choice)));
    if (choices.length === 0) this.#list.append(nothingFound());
    this.#list.hidden = false;
    this.#input.setAttribute('aria-expanded', 'true');
  }

  #option(choice: Choice): HTMLLIElement {
    const option = document.createElement('li');
    option.role = 'option';
    option.textContent = choice.label;
    // Before the input's blur, which closes the list.
    option.addEventListener('mousedown', (event) => {
      event.preventDefault();
      this.#take(choice);
    });
    option.addEventListener('chosen', () => this.#take(choice));
    return option;
  }

  #take(choice: Choice): void {
    this.choose(choice);
    this.dispatchEvent(new CustomEvent('choose', { detail: choice, bubbles: true }));
  }

  #keyed(event: KeyboardEvent): void {
    if (event.key === 'Escape' && !this.#list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      this.#close();
    }
    const marked = this.#list.querySelector('[aria-selected=true]');
    if (event.key === 'Enter') {
      event.preventDefault();
      marked?.dispatchEvent(new Event('chosen'));
    }
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    event.preventDefault();
    const options = [...this.#list.querySelectorAll('[role=option]')];
    const step = event.key === 'ArrowDown' ? 1 : -1;
    const now = marked ? options.indexOf(marked) : -1;
    const next = now < 0 && step < 0 ? options.at(-1) : options.at((now + step) % options.length);
    for (const option of options) option.setAttribute('aria-selected', String(option === next));
    next?.scrollIntoView({ block: 'nearest' });
  }

  #close(): void {
    this.#list.hidden = true;
    this.#input.setAttribute('aria-expanded', 'false');
  }
}

function nothingFound(): HTMLLIElement {
  const line = document.createElement('li');
  line.className = 'nothing-found';
  line.textContent = 'Nothing found';
  return line;
}

customElements.define('type-ahead', TypeAhead);
