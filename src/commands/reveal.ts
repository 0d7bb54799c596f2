import type { ChangeCommand } from './command.ts';

/** On the record before anything is shown. */
export const reveal: ChangeCommand = {
  kind: 'change',
  verb: 'reveal',
  name: 'reveal',
  aliases: ['unmask'],
  usage: 'reveal [INC-1042]',
  summary: 'See for yourself what its card masks; it goes on the record.',
  understand: () => ({ type: 'reveal' }),
  told: () => 'Shown to you alone, and on the record.',
  shows: (incident, reader) => reader.card(incident, true),
};
