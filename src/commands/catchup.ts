import { Refused } from '../errors.ts';
import { readMoment } from '../kql/moment.ts';
import type { DeskCommand } from './command.ts';

export const catchUp: DeskCommand = {
  kind: 'desk',
  name: 'catchup',
  aliases: ['catch-up'],
  usage: 'catchup [--since 08:00]',
  summary: 'What changed since you were last here.',
  private: true,
  options: [
    {
      name: 'since',
      value: 'time',
      summary: 'Since then, by the clock that you see: 08:00, 4h, yesterday 18:00.',
      isWords: true,
    },
  ],
  examples: ['catchup', 'catchup --since 08:00', 'catchup --since yesterday 18:00'],

  async answer({ args, options, zone = 'UTC' }, { catchUps }) {
    if (args.length > 0) throw new Refused('Say catchup, or catchup --since 08:00.');
    const { since } = options;
    return catchUps.tell(typeof since === 'string' ? readMoment(since, catchUps.now, zone) : undefined);
  },
};
