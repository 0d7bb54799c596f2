import { Directive, directive, type ElementPart } from 'lit-html/directive.js';

/** How far from the end still counts as reading the end, in CSS pixels. */
const NEAR_END = 120;

class NewestInView extends Directive {
  #room = '';

  render(_room: string): unknown {
    return undefined;
  }

  override update(part: ElementPart, [room]: [string]): unknown {
    const { element } = part;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    if (room !== this.#room || distance < NEAR_END) {
      this.#room = room;
      // After the children are drawn, and again after cards have their height.
      requestAnimationFrame(() => {
        element.scrollTo({ top: element.scrollHeight });
        // Behind another pane of a phone nothing scrolls: it does when it is shown.
        if (element.clientHeight === 0) this.#room = '';
      });
    }
    return undefined;
  }
}

/** Keeps a list scrolled to its newest message, unless the reader has scrolled up. */
export const newestInView = directive(NewestInView);
