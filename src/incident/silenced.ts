import type { Instant } from './alert.ts';

/** Nobody is shown or called for the incident until then: no card, no escalation, no notice. It is stored, listed and counted. */
export interface Silenced {
  /** What keeps it quiet: a silence or a maintenance window, `SIL-7`, or a graver incident that explains it, `INC-1012`. */
  silence: string;
  /** It always ends. */
  until: Instant;
  /** As somebody wrote it, or the rule's name. */
  reason: string;
}

/**
 * Why it is quiet no longer: its time is `over`, somebody `ended` the silence, a `graver` alert or one of an `other-rule`
 * came, the incident that explained it does so no longer, mostly as it is `closed`, or somebody has `taken-up` the incident.
 */
export type WhyUnsilenced = 'over' | 'ended' | 'graver' | 'other-rule' | 'closed' | 'taken-up';

/** `SIL-7`. */
export function silenceName(number: number): string {
  return `SIL-${number}`;
}

export function whyUnsilencedInWords(silence: string, why: WhyUnsilenced): string {
  switch (why) {
    case 'over':
      return `${silence} is over`;
    case 'ended':
      return `${silence} was ended`;
    case 'graver':
      return `it became graver than what ${silence} silences`;
    case 'other-rule':
      return `an alert of another rule joined, which ${silence} does not silence`;
    case 'closed':
      return `${silence} explains it no longer`;
    case 'taken-up':
      return `somebody deals with it, in spite of ${silence}`;
  }
}
