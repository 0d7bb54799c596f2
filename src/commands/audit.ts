import type { ReadCommand } from './command.ts';

export const audit: ReadCommand = {
  kind: 'read',
  name: 'audit',
  aliases: ['history', 'record'],
  usage: 'audit [INC-1042]',
  summary: 'Last lines of a history or of the record, and the last checkpoint.',
  private: true,
  answer: ({ incident }, reader) => reader.audit(incident),
};
