import type { Classification } from './alert.ts';
import type { Mark, SubjectKind } from './enrichment.ts';
import type { Matcher } from './match.ts';

/** What an incident comes to when a rule looks at it; `learned`: somebody told something new of its entities. */
export const occasions = ['opened', 'learned', 'closed'] as const;
export type Occasion = (typeof occasions)[number];

/** A rule of the settings that wants a playbook run by itself. Approval is needed as for anybody: `needOf`. */
export interface AutomationRule {
  /** Shown as whoever wanted the run: `block what is known bad`. */
  name: string;
  on: Occasion;
  match: Matcher;
  /** Only of what is marked so; any where empty. Nothing is marked when an incident opens. */
  marks: Mark[];
  /** Only where it was closed so; any where empty. */
  classification: Classification[];
  /** Name of the playbook. */
  run: string;
  /** Every entity of this kind that the incident names. */
  target: SubjectKind;
  parameters: Record<string, string>;
  /** Until it is taken back by itself; what the playbook says of itself where absent. */
  minutes?: number | undefined;
  /** What it wants beyond that within an hour is left undone, and said. */
  mostPerHour: number;
}
