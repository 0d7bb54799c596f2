import { expect, it } from 'vitest';
import { catchUp, type Happened } from '../../src/incident/catch-up.ts';
import type { IncidentFact } from '../../src/incident/incident.ts';
import { adam, defenderAlert, owner, priya } from './alerts.ts';
import { incidentAfter, type Past } from './given.ts';

const closing = { classification: 'undetermined', reason: undefined, comment: '' } as const;

/** Everything that happened to an incident, newest first, as it is now. */
function happened(id: number, ...past: Past[]): Happened[] {
  const incident = { ...incidentAfter(...past), id };
  return past
    .map((fact, minute) => ({
      incident,
      event: { by: priya, ...fact, at: new Date(Date.UTC(2026, 10, 21, 10, minute)).toISOString() },
    }))
    .toReversed();
}
const opened = (severity: 'high' | 'low'): IncidentFact => ({
  type: 'opened',
  alert: defenderAlert({ severity }),
});
const has = (person: typeof adam): IncidentFact => ({ type: 'assigned', owner: owner(person) });

it('tells whoever comes back what is theirs first, then what is grave, then what others did', () => {
  const { groups, otherNew } = catchUp(
    [
      ...happened(1, opened('high'), has(priya)),
      ...happened(2, opened('low'), has(adam), { type: 'commented', text: 'the owner called back' }),
      ...happened(3, opened('low'), has(priya), { type: 'closed', closing }),
      ...happened(6, opened('low'), {
        type: 'escalated',
        limit: 'acknowledge',
        missed: null,
        episode: 1,
        step: 0,
        dueAt: '2026-11-21T10:00:00.000Z',
        to: [owner(adam)],
        how: ['direct'],
        why: '',
        notice: null,
      }),
      ...happened(4, opened('high'), { type: 'merged', into: 1 }),
      ...happened(5, opened('low'), {
        type: 'handed-over',
        from: owner(adam),
        to: owner(priya),
        handover: 7,
      }),
    ],
    adam,
  );
  expect(groups.map(({ kind, told }) => [kind, told.map(({ incident }) => incident.id)])).toEqual([
    ['yours', [2]],
    ['new-high', [1]],
    ['escalated', [6]],
    ['handed-over', [5]],
    ['taken', [1]],
    ['closed', [3]],
  ]);
  // Of each the newest alone.
  expect(groups[0]?.told[0]?.event).toMatchObject({ type: 'commented' });
  expect(otherNew).toEqual([{ severity: 'low', count: 4 }]);
});

it('says of many how many more there are', () => {
  const many = Array.from({ length: 11 }, (_, id) => happened(id + 1, opened('high'))).flat();
  expect(catchUp(many, adam).groups).toMatchObject([{ kind: 'new-high', told: { length: 8 }, more: 3 }]);
});
