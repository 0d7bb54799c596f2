import { isExercise } from './exercise.ts';
import type { Incident } from './incident.ts';
import type { QuietPolicy } from './quiet-settings.ts';

/**
 * Whether an incident is told of in the next digest and has no card: nobody has taken it, it is of no great severity, and
 * it is none that is made up in order to be seen.
 */
export function goesToDigest({ digest }: QuietPolicy, incident: Incident): boolean {
  const { severity, status, owner } = incident;
  const isLow = digest?.severities.includes(severity) ?? false;
  return isLow && status === 'new' && !owner && !isExercise(incident);
}
