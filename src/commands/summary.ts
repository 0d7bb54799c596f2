import { Refused } from '../errors.ts';
import type { Period } from '../incident/local-span.ts';
import type { DeskCommand } from './command.ts';

/** As it is sent, and as `stats` calls the same spans. */
const periodOf: Record<string, Period> = {
  ...{ daily: 'day', weekly: 'week', monthly: 'month' },
  ...{ day: 'day', yesterday: 'day', week: 'week', month: 'month' },
};

export const summary: DeskCommand = {
  kind: 'desk',
  name: 'summary',
  aliases: ['digest'],
  usage: 'summary [daily | weekly | monthly]',
  summary: 'The digest of yesterday, of last week or of last month, as it is sent by itself.',
  examples: ['summary', 'summary weekly'],

  async answer({ args }, { digests }) {
    const period = periodOf[args[0]?.toLowerCase() ?? 'daily'];
    if (!period || args.length > 1)
      throw new Refused('Say summary daily, summary weekly or summary monthly; today so far is stats today.');
    return digests.digest(period);
  },
};
