import type { Classification, Status } from '../alert.ts';

/** Where an incident stands in the NIST Cybersecurity Framework 2.0. */
export interface Standing {
  function: 'Detect' | 'Respond' | 'Recover';
  categories: CsfCategory[];
  /** Why it stands there: `nobody has judged it yet`. */
  because: string;
}

/** https://doi.org/10.6028/NIST.CSWP.29 */
const categories = {
  'DE.AE': 'Adverse Event Analysis',
  'RS.MA': 'Incident Management',
  'RS.AN': 'Incident Analysis',
  'RS.MI': 'Incident Mitigation',
  'RC.RP': 'Incident Recovery Plan Execution',
  'RC.CO': 'Incident Recovery Communication',
} as const;
type CsfCategory = keyof typeof categories;

/**
 * An event becomes an incident in the framework's sense once somebody has judged it to be one (DE.AE-08): what turned out
 * to be none never left Detect. https://doi.org/10.6028/NIST.SP.800-61r3
 */
export function standingOf(incident: { status: Status; classification?: Classification }): Standing {
  switch (incident.status) {
    case 'new':
      return { function: 'Detect', categories: ['DE.AE'], because: 'nobody has judged it yet' };
    case 'active':
      return { function: 'Respond', categories: ['RS.MA', 'RS.AN', 'RS.MI'], because: 'it is worked on' };
    case 'closed':
      return standingAfter(incident.classification);
  }
}

function standingAfter(classification: Classification | undefined): Standing {
  const none = { function: 'Detect', categories: ['DE.AE'] } satisfies Partial<Standing>;
  switch (classification) {
    case 'true-positive':
      return { function: 'Recover', categories: ['RC.RP', 'RC.CO'], because: 'it was real and is closed' };
    case 'benign-positive':
      return { ...none, because: 'it was closed as benign, no incident' };
    case 'false-positive':
      return { ...none, because: 'it was closed as a false positive, no incident' };
    case 'undetermined':
      return { ...none, because: 'it was closed and nobody could tell what it was' };
    case undefined:
      return { ...none, because: 'it was closed and nobody said what it was' };
  }
}

/** `Detect: Adverse Event Analysis (DE.AE); nobody has judged it yet`. */
export function standingInWords({ function: name, categories: ids, because }: Standing): string {
  return `${name}: ${ids.map((id) => `${categories[id]} (${id})`).join(', ')}; ${because}`;
}
