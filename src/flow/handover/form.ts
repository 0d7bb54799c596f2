import { clean } from '../../channels/clean.ts';
import type { Curtain } from '../../channels/clearance.ts';
import { mostInFull } from '../../channels/handover.ts';
import type { FieldView, FormView } from '../../channels/views.ts';
import { noteField, readField } from '../../commands/note.ts';
import { Refused } from '../../errors.ts';
import { type Handover, type HandoverEntry, handoverName } from '../../incident/handover.ts';
import { type Incident, incidentName } from '../../incident/incident.ts';
import type { Noted } from '../../incident/working-note.ts';

/** Its entries on that page of the form, from 1. Throws `Refused` where there are none. */
export function entriesOn({ entries, number }: Handover, page: number): HandoverEntry[] {
  const from = (page - 1) * mostInFull;
  const some = entries.slice(from, from + mostInFull);
  if (some.length === 0 && page > 1)
    throw new Refused(`${handoverName(number)} has ${entries.length} incidents, and no page ${page}.`);
  return some;
}

/** Who takes over; of each incident its next step, whom it waits for, and whether it goes along. */
export function drawHandoverForm(
  handover: Handover,
  page: number,
  incidents: Map<number, Incident>,
  curtainOf: (incident: Incident) => Curtain,
): FormView {
  const { number, to, entries } = handover;
  const whom: FieldView = {
    kind: 'person',
    id: 'to',
    label: 'Who takes over?',
    required: true,
    ...(to && { chosen: { value: to.id, label: clean(to.name, 75) } }),
  };
  const pages = Math.ceil(entries.length / mostInFull);
  return {
    title: 'Handover',
    about: `${handoverName(number)}${pages > 1 ? `, part ${page} of ${pages}` : ''}`,
    submit: 'Keep',
    fields: [
      ...(page === 1 ? [whom] : []),
      ...entriesOn(handover, page).flatMap((entry) => {
        const incident = incidents.get(entry.incident);
        return incident ? fieldsOf(entry, incident, curtainOf(incident)) : [];
      }),
    ],
  };
}

function fieldsOf({ incident: id, included }: HandoverEntry, incident: Incident, show: Curtain): FieldView[] {
  const name = incidentName(id);
  return [
    {
      kind: 'says',
      id: `about-${id}`,
      label: `${name} · ${incident.severity} · ${incident.status}`,
      text: show(incident.title, 150),
    },
    named(noteField(`next-${id}`, 'next', incident.note?.next ?? ''), name),
    named(noteField(`waiting-${id}`, 'waitingOn', incident.note?.waitingOn ?? ''), name),
    {
      kind: 'choice',
      id: `include-${id}`,
      label: `Does ${name} change hands?`,
      required: true,
      chosen: included ? 'yes' : 'no',
      choices: [
        { value: 'yes', label: 'It changes hands' },
        { value: 'no', label: 'It stays where it is' },
      ],
    },
  ];
}

/** A screen reader hears one field at a time. */
const named = <F extends { label: string }>(field: F, name: string): F => ({
  ...field,
  label: `${field.label} of ${name}`,
});

/** What was filled in for the entries of one page. A field that did not come back says nothing. */
export function readHandoverForm(entries: HandoverEntry[], fields: Record<string, string>) {
  const included = new Map(
    entries.flatMap(({ incident }) => {
      const said = fields[`include-${incident}`];
      return said === 'yes' || said === 'no' ? [[incident, said === 'yes'] as const] : [];
    }),
  );
  const notes = new Map(
    entries
      // Of what could not be shown there was nothing to fill.
      .filter(({ incident }) => fields[`include-${incident}`] !== undefined)
      .map(({ incident }): [number, Noted] => [
        incident,
        { next: readField(fields[`next-${incident}`]), waitingOn: readField(fields[`waiting-${incident}`]) },
      ]),
  );
  return { included, notes };
}
