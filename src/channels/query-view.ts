import type { BodyView } from './body-view.ts';
import type { Fact } from './fact.ts';
import type { FormView } from './views.ts';

/** What a query's message can offer to press. */
export const queryVerbs = [
  'previous',
  'next',
  // Show it as the one or the other.
  'chart',
  'table',
  'csv',
  'narrow',
  'rerun',
  'pin',
  'cancel',
  // Run it though it costs something.
  'confirm',
  // Of one section of several: ask for the rows behind it.
  'more',
] as const;
export type QueryVerb = (typeof queryVerbs)[number];

/**
 * A query of the logs as one message: from its place in line to its answer. Names of columns and everything in rows are
 * untrusted; all is cleaned and bounded, but a channel must still draw it as plain text.
 */
export interface QueryView {
  /** UUID of the query; its buttons carry it. */
  id: string;
  /** Grows with every change of the message. */
  revision: number;
  state: 'waiting' | 'running' | 'unconfirmed' | 'answered' | 'failed' | 'cancelled';
  /** `Query · 214 rows · 0.8 s`, `Query · 3rd in line`, at most 150 code points. */
  headline: string;
  /** KQL as it was typed, lines and all, at most 1,500 code points; empty where there is nothing to show of it. */
  text: string;
  /** Time range, workspace, who asked; at most six. */
  facts: Fact[];
  /** What the reader must know before trusting it: rows are missing, details are hidden. Empty where nothing. */
  warning: string;
  fault: QueryFaultView | undefined;
  /** One for a query; several for what is asked of an entity, each a glance. At most eight. */
  sections: SectionView[];
  /** At most eight, in order. */
  buttons: QueryButton[];
  /** A full sentence for notifications and screen readers. */
  fallback: string;
}

export interface QueryFaultView {
  /** A sentence, at most 500 code points. */
  message: string;
  /** The line at fault and a caret below the place, for a fixed-width font; empty where no place is known. */
  excerpt: string;
}

export interface SectionView {
  /** Empty where there is only one. */
  title: string;
  body: BodyView;
  /** Argument of the `more` button beside it; `undefined` where there is no more to see. */
  more: string | undefined;
}

export interface QueryButton {
  verb: QueryVerb;
  /** At most 20 characters. */
  label: string;
  primary: boolean;
  /** Opens a dialog first. */
  dialog: boolean;
}

/** A form about a query: which part of it to look at, which incident to pin it to. */
export interface QueryDialogView extends FormView {
  query: string;
  verb: QueryVerb;
}
