import type { Incident } from './incident.ts';
import type { QuietPolicy } from './quiet-settings.ts';

/** Whether an incident is told of in the next digest and has no card: nobody has taken it, and it is of no great severity. */
export function goesToDigest({ digest }: QuietPolicy, { severity, status, owner }: Incident): boolean {
  return (digest?.severities.includes(severity) ?? false) && status === 'new' && !owner;
}
