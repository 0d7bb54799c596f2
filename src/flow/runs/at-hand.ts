import type { Playbook } from '../../playbooks/playbook.ts';
import type { PlaybookPolicy } from '../../playbooks/settings.ts';

/** What can be done about incidents, and under which rules. */
export interface PlaysAtHand {
  /** What may be asked for, by name; empty where nothing may. */
  open: Map<string, Playbook>;
  /** Those, and what is switched off: what it did before is still taken back. */
  all: Map<string, Playbook>;
  policy: PlaybookPolicy;
  /** What the team has in Azure and has not let be run from here; absent where Azure is not asked. */
  find?: () => Promise<{ kind: string; name: string; resource: string }[]>;
}
