import type { Fact } from './fact.ts';
import type { FormView } from './views.ts';

/** What a run's message can offer to press. */
export const runVerbs = [
  // Whoever asked says it again, having seen what it comes to.
  'confirm',
  'approve',
  'refuse',
  // Without the approval that it needs.
  'break-glass',
  'change',
  // Before it begins, or while it is under way.
  'cancel',
  'extend',
  'undo',
  // What a lead makes of a broken glass.
  'review',
] as const;
export type RunVerb = (typeof runVerbs)[number];

/**
 * A run of a playbook as one message, from its request to its end. Names and whatever far sides said are untrusted; all is
 * cleaned and bounded, but a channel must still draw it as plain text.
 */
export interface RunView {
  /** UUID of the run; its buttons carry it. */
  id: string;
  /** Grows with every change of the message; buttons carry it. */
  revision: number;
  /** Colours the whole, beside words that say the same. */
  tone: 'asks' | 'busy' | 'done' | 'standing' | 'failed' | 'over';
  /** `RUN-7 · Isolate vm-pay-web-01 · waits for a lead's yes`, at most 150 code points. */
  headline: string;
  /** What follows, one sentence, at most 300 code points. */
  effect: string;
  /** Exactly what is asked, by whom, why, how it is now, how it is taken back, when it ends; at most twenty. */
  facts: Fact[];
  /** What one must know before pressing anything; empty where nothing. */
  warning: string;
  /** How far it is or how it ended, a sentence; empty where the headline says it all. */
  progress: string;
  /** What it gave back, at most three, each at most 1,500 code points, for a fixed-width font; a link is https and ours. */
  outputs: ({ label: string; text: string } | { label: string; url: string })[];
  /** At most six, in order. */
  buttons: RunButton[];
  /** A full sentence for notifications and screen readers. */
  fallback: string;
}

export interface RunButton {
  verb: RunVerb;
  /** At most 30 characters: Slack draws no more of a button. */
  label: string;
  /** The one that most people want; `danger` where it is the one that does the deed. */
  style: 'primary' | 'danger' | 'plain';
  /** Opens a dialog first. */
  dialog: boolean;
}

/** A form about a run: why it is refused, how much longer it stands, what is to be changed. */
export interface RunDialogView extends FormView {
  run: string;
  revision: number;
  verb: RunVerb;
}
