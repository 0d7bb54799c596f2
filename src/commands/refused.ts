import type { ReadCommand } from './command.ts';

export const refused: ReadCommand = {
  kind: 'read',
  name: 'refused',
  aliases: ['unread'],
  usage: 'refused',
  summary: 'Alerts that came in a form I could not read, and why.',
  answer: (_words, reader) => reader.refused(),
};
