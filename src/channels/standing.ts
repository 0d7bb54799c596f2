import type { Incident } from '../incident/incident.ts';
import { noteLabels, noteParts } from '../incident/working-note.ts';
import type { Curtain } from './clearance.ts';
import type { DetailsSubject } from './details-view.ts';

/** What whoever works on it says of it, first of all details; `undefined` where nobody said anything. */
export function drawStanding({ note }: Incident, show: Curtain): DetailsSubject | undefined {
  const facts = noteParts.flatMap((part) =>
    note?.[part] ? [{ label: noteLabels[part], value: show(note[part], 600), long: true as const }] : [],
  );
  if (facts.length === 0) return undefined;
  const part = { title: 'How it stands', facts, link: undefined, chart: undefined, map: undefined };
  return { kind: 'This incident', name: '', chips: [], verdict: '', parts: [part] };
}
