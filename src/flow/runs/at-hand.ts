import type { Playbook } from '../../playbooks/playbook.ts';
import { type PlaybookPolicy, usualPlaybooks } from '../../playbooks/settings.ts';

/** What can be done about incidents, and under which rules. */
export interface PlaysAtHand {
  /** By name; empty where nothing can. */
  all: Map<string, Playbook>;
  policy: PlaybookPolicy;
  /** What the team has in Azure and has not let be run from here; absent where Azure is not asked. */
  find?: () => Promise<{ kind: string; name: string; resource: string }[]>;
}

export const noPlays: PlaysAtHand = { all: new Map(), policy: usualPlaybooks };
