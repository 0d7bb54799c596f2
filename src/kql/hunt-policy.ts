import type { Severity } from '../incident/alert.ts';
import type { HuntValues } from './plan-hunt.ts';
import type { EntityKind } from './read-entity.ts';

/** What the settings say of hunts. */
export interface HuntPolicy {
  /** Folders with hunts, each as YAML: those within them, too. */
  folders: string[];
  scheduled: ScheduledHunt[];
}

/** A hunt that runs by itself; what it finds is an alert. */
export interface ScheduledHunt {
  /** Id or name. */
  hunt: string;
  /** Minutes between two runs. */
  everyMinutes: number;
  /** Minutes that each run looks back. */
  lastMinutes: number;
  /** By the names that the settings give them. */
  workspace: string | undefined;
  severity: Severity;
  values: HuntValues;
  /** Kind of entity → column of the hunt's rows, where its file says otherwise or nothing. */
  entities: Partial<Record<EntityKind, string>>;
}

export const noHunts: HuntPolicy = { folders: [], scheduled: [] };
