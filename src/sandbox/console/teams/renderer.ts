import type * as Library from 'adaptivecards';
import { TypeAhead } from '../page/type-ahead.ts';
import { hostConfig } from './host-config.ts';
import { markdownToHtml } from './markdown.ts';
import { registerTeamsElements } from './teams-elements.ts';

declare global {
  /** Microsoft's renderer, a script of its own on the page. */
  var AdaptiveCards: typeof Library;
}

export type CardAction =
  | { kind: 'execute'; verb: string; data: object; inputs: Record<string, unknown> }
  | { kind: 'submit'; data: Record<string, unknown>; inputs: Record<string, unknown> };

export interface CardHost {
  dark: boolean;
  act: (action: CardAction) => void;
  search: (dataset: string, text: string) => Promise<{ title: string; value: string }[]>;
}

let prepared = false;

/** Draws an Adaptive Card with Microsoft's renderer, tuned to look like Teams. */
export function renderCard(json: Record<string, unknown>, host: CardHost): HTMLElement {
  const { AdaptiveCard, HostConfig } = AdaptiveCards;
  if (!prepared) prepareLibrary();
  const card = new AdaptiveCard();
  const mentioned = mentionedNames(json);
  AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdownToHtml(text, mentioned);
    result.didProcess = true;
  };
  card.hostConfig = new HostConfig(hostConfig(host.dark));
  card.onExecuteAction = (action) => execute(action, host);
  // Teams reads `choices.data` in cards of version 1.5; the library only from 1.6.
  card.parse({ ...json, version: '1.6' });
  const drawn = card.render();
  if (!drawn) return failure('This card could not be drawn.');
  for (const element of drawn.querySelectorAll('type-ahead')) {
    if (!(element instanceof TypeAhead)) continue;
    const dataset = element.dataset.dataset ?? '';
    element.load = async (text) =>
      (await host.search(dataset, text)).map(({ title, value }) => ({ label: title, value }));
  }
  return drawn;
}

function execute(action: Library.Action, host: CardHost): void {
  const { ExecuteAction, OpenUrlAction, SubmitAction } = AdaptiveCards;
  if (action instanceof OpenUrlAction) {
    const url = action.url ?? '';
    if (/^https?:/i.test(url)) window.open(url, '_blank', 'noopener,noreferrer');
  } else if (action instanceof ExecuteAction) {
    const inputs = inputsOf(action);
    host.act({ kind: 'execute', verb: action.verb ?? '', data: ownData(action), inputs });
  } else if (action instanceof SubmitAction) {
    host.act({ kind: 'submit', data: ownData(action), inputs: inputsOf(action) });
  }
}

/** The data that the card's author wrote; the library's `data` has the inputs mixed in by now. */
const ownData = (action: Library.Action): Record<string, unknown> => ({ ...action.toJSON()?.data });

function inputsOf(action: Library.ExecuteAction | Library.SubmitAction): Record<string, unknown> {
  if (action.associatedInputs === 'none') return {};
  const inputs = action.parent?.getRootElement()?.getAllInputs() ?? [];
  return Object.fromEntries(
    inputs.filter((i) => i.id && i.value !== undefined).map((i) => [i.id, heldBy(i)]),
  );
}

function heldBy(input: Library.Input): unknown {
  return input instanceof AdaptiveCards.NumberInput ? input.value : String(input.value);
}

/** Only names that the card declares are mentions; `<at>` around anything else is text. */
function mentionedNames(json: Record<string, unknown>): string[] {
  const { entities = [] } = Object(json.msteams) as { entities?: { type?: string; text?: string }[] };
  return entities.map((entity) => /^<at>(.+)<\/at>$/.exec(entity.text ?? '')?.[1] ?? '').filter(Boolean);
}

function failure(text: string): HTMLElement {
  const line = document.createElement('p');
  line.className = 'undrawn';
  line.textContent = text;
  return line;
}

function prepareLibrary(): void {
  prepared = true;
  const { ChoiceSetInput, GlobalRegistry, Versions } = AdaptiveCards;

  /** The library gives the title of a dynamic choice where Teams gives its value, and forgets a first choice. */
  class TeamsChoiceSet extends ChoiceSetInput {
    #typeAhead: TypeAhead | undefined;
    #native: HTMLElement | undefined;

    protected override internalRender(): HTMLElement | undefined {
      if (!this.choicesData?.dataset || this.isMultiSelect) {
        this.#native = super.internalRender();
        return this.#native;
      }
      const box = new TypeAhead();
      box.dataset.dataset = this.choicesData.dataset;
      box.placeholder = this.placeholder ?? 'Type to search';
      box.label = this.label ?? '';
      const chosen = this.choices.find((choice) => choice.value === this.defaultValue);
      if (chosen?.value) box.choose({ label: chosen.title ?? chosen.value, value: chosen.value });
      box.addEventListener('choose', () => this.valueChanged());
      this.#typeAhead = box;
      return box;
    }

    override isSet(): boolean {
      return Boolean(this.value);
    }

    override get value(): string | undefined {
      if (this.#typeAhead) return this.#typeAhead.value;
      if (this.#native instanceof HTMLSelectElement) return this.#native.value || undefined;
      return super.value;
    }
  }
  GlobalRegistry.elements.register('Input.ChoiceSet', TeamsChoiceSet, Versions.v1_0);

  registerTeamsElements();
}
