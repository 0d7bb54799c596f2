import { html, type TemplateResult } from 'lit-html';
import { Directive, directive, type ElementPart } from 'lit-html/directive.js';
import { screen } from '../page/screen.ts';
import type { AdaptiveCardJson } from '../page/state.ts';
import { type CardHost, renderCard } from './renderer.ts';

export function drawCard(json: AdaptiveCardJson, host: Omit<CardHost, 'dark'>): TemplateResult {
  const key = `${isDark()} ${screen.acting} ${JSON.stringify(json)}`;
  return html`<div class="teams-card" ${cardIn(key, json, { ...host, dark: isDark() })}></div>`;
}

export function isDark(): boolean {
  if (screen.theme !== 'auto') return screen.theme === 'dark';
  return matchMedia('(prefers-color-scheme: dark)').matches;
}

class CardIn extends Directive {
  #key = '';

  render(_key: string, _json: AdaptiveCardJson, _host: CardHost): unknown {
    return undefined;
  }

  /** Draws again only what is another card: what a person typed in this one stays. */
  override update(part: ElementPart, [key, json, host]: [string, AdaptiveCardJson, CardHost]): unknown {
    if (key !== this.#key) {
      this.#key = key;
      part.element.replaceChildren(renderCard(json, host));
    }
    return undefined;
  }
}

const cardIn = directive(CardIn);
