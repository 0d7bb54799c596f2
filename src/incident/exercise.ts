import type { Incident } from './incident.ts';

/** Sources whose alerts are made up: nothing happened, and nothing real is done about it. */
export const exercises = ['drill', 'proof'] as const;

/**
 * Whether an incident is made up, to practise or to prove that alerts arrive. It is worked on like any other, counts in no
 * number that people are measured by, and no playbook touches a real target for it.
 */
export function isExercise(incident: Pick<Incident, 'alerts'>): boolean {
  return exerciseOf(incident) !== undefined;
}

/** Which of the two it is. Alerts of an exercise join nothing else, so any of them tells it. */
export function exerciseOf({ alerts }: Pick<Incident, 'alerts'>): (typeof exercises)[number] | undefined {
  return exercises.find((name) => alerts.some(({ source }) => source === name));
}
