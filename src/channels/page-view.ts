import type { BodyView } from './body-view.ts';
import type { Fact } from './fact.ts';

/**
 * A message made of sections: a digest, a preview, a reminder, a handover. Everything in it may hold names and titles that
 * others chose; all is cleaned and bounded, but a channel must still draw it as plain text.
 */
export interface PageView {
  /** A sentence or a few words, at most 150 code points. */
  title: string;
  /** A quieter line under it: the span of time, how it was computed. At most 300 code points; empty where nothing. */
  subtitle: string;
  /** Colours the edge of the message; the words say it as well. */
  tone: 'plain' | 'good' | 'warning' | 'urgent';
  /** At most eight. */
  facts: Fact[];
  /** At most twelve, in order. */
  sections: PageSection[];
  /** At most eight, in order. */
  buttons: PageButton[];
  /** A full sentence for notifications and screen readers. */
  fallback: string;
  /** Words whose answer takes its place; absent of what is said once. A channel that can asks by itself when it is looked at. */
  refresh?: string;
}

export interface PageSection {
  /** Empty where the body says enough. */
  title: string;
  body: PageBody;
}

export type PageBody =
  | BodyView
  /** One below the other, at most 30. What leads a line is drawn strong; a moment in the reader's time zone. */
  | { kind: 'lines'; lines: { lead: string; text: string; at?: string }[]; more: number };

/** Longer ones are no words of a button, wherever they come from. */
export const longestWords = 150;

/**
 * Pressing is saying: a button stands for words that whoever presses could have typed, and grants nothing. Whether they may
 * is looked at as for words.
 */
export interface PageButton {
  /** At most 20 characters. */
  label: string;
  /** What it says, as it would be typed: `take INC-1042`. At most 150 characters. */
  words: string;
  primary: boolean;
  /** Asks for more first: the form of the command that the words begin with. */
  form: boolean;
}

/** A button that says these words. */
export function say(
  label: string,
  words: string,
  { primary = false, form = false }: { primary?: boolean; form?: boolean } = {},
): PageButton {
  return { label, words, primary, form };
}
