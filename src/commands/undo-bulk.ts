import { readBulkNumber } from './close-alike.ts';
import type { DeskCommand } from './command.ts';

export const undoBulk: DeskCommand = {
  kind: 'desk',
  name: 'undo-bulk',
  aliases: [],
  usage: 'undo-bulk <5>',
  summary: 'Open again what was closed together, within ten minutes.',

  answer: ({ args }, { bulks }) => bulks.undo(readBulkNumber(args, 'undo-bulk 5')),
};
