import type { ReadCommand } from './command.ts';

export const enrichers: ReadCommand = {
  kind: 'read',
  name: 'enrichers',
  aliases: [],
  usage: 'enrichers',
  summary: 'Who is asked about entities, what each needs, and how it fares.',
  answer: (_words, reader) => reader.enrichers(),
};
