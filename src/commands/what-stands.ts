import type { FieldView } from '../channels/views.ts';
import { Refused } from '../errors.ts';
import type { Intent } from '../incident/decide.ts';
import type { Incident } from '../incident/incident.ts';
import { runName } from '../incident/run.ts';
import type { Words } from './command.ts';

/** What becomes of what playbooks changed, once its incident is closed. */
type Fate = NonNullable<Extract<Intent, { type: 'close' }>['contained']>;

const fates: { value: Fate; label: string; description: string }[] = [
  {
    value: 'keep',
    label: 'Keep it',
    description: 'It stands until its time is over, or somebody takes it back.',
  },
  { value: 'undo', label: 'Take it back', description: 'Each is undone now, and tells how it goes.' },
];

/** Asked only where something stands. Nothing is chosen beforehand: either may hurt. */
export function askWhatStands({ runs = [] }: Incident): FieldView[] {
  const names = runs.filter(({ standing }) => standing).map(({ number }) => runName(number));
  if (names.length === 0) return [];
  const more = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const label = `What stands: ${names.slice(0, 3).join(', ')}${more}`;
  return [{ kind: 'choice', id: 'contained', label, required: true, choices: fates }];
}

/** Of `--contained`, as it was typed. Throws `Refused`. */
export function readFate(said: Words['options'][string] | undefined): Fate | undefined {
  if (said === undefined) return undefined;
  const fate = findFate(String(said).toLowerCase());
  if (fate) return fate;
  throw new Refused('Say --contained keep, or --contained undo.');
}

export function findFate(said: string | undefined): Fate | undefined {
  return fates.find(({ value }) => value === said)?.value;
}
