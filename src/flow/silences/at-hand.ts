import type { QuietPolicy } from '../../incident/quiet-settings.ts';

/** What is kept quiet, as far as the settings say. */
export interface QuietAtHand {
  policy: QuietPolicy;
  /** Nights of maintenance windows that have a silence already, as far as this process knows. */
  occasions: Set<string>;
}

export function openQuiet(policy: QuietPolicy): QuietAtHand {
  return { policy, occasions: new Set() };
}
