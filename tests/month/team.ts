import type { KnownPerson } from '../../src/people/roster.ts';

export const timeZone = 'Europe/Berlin';

/** Six people in three shifts of eight hours, and a lead and a manager above them. */
const shifts = ['early', 'late', 'night'] as const;
export const team: KnownPerson[] = [
  ...shifts.flatMap((shift, n) => [person(2 * n + 1, `${shift} one`), person(2 * n + 2, `${shift} two`)]),
  { ...person(7, 'shift lead'), roles: ['lead'] },
  { ...person(8, 'manager'), roles: ['manager'] },
];

function person(n: number, name: string): KnownPerson {
  const words = name.replace(' ', '.');
  return {
    id: `0000000${n}-0000-4000-8000-00000000000${n}`,
    name: name.charAt(0).toUpperCase() + name.slice(1),
    upn: `${words}@contoso.com`,
    roles: ['analyst'],
    slack: `U0${words.toUpperCase().replace('.', '')}`,
  };
}

/** Hours on the clocks of the team's town: early 6 to 14, late 14 to 22, night 22 to 6. */
export const hoursOf = { early: [6, 14], late: [14, 22], night: [22, 6] } as const;

export function shiftAt(at: number): (typeof shifts)[number] {
  const hour = Number(
    new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(at),
  );
  return hour >= 6 && hour < 14 ? 'early' : hour >= 14 && hour < 22 ? 'late' : 'night';
}
