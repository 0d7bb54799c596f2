import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';

export const drill: DeskCommand = {
  kind: 'desk',
  name: 'drill',
  aliases: ['drills'],
  usage: 'drill [scenarios | start <scenario> | stop | report [7]]',
  summary: 'Practise with a made-up incident, and see how quick everybody was.',
  options: [
    {
      name: 'room',
      value: 'here',
      summary: 'Where its cards go: here, or the id of a room; where the settings say, unless said.',
    },
    {
      name: 'unannounced',
      value: undefined,
      summary: 'Nobody is told that it begins; its cards say DRILL all the same.',
    },
  ],
  examples: ['drill scenarios', 'drill start ransomware --room here', 'drill stop', 'drill report 7'],

  async answer({ args: [order = 'scenarios', what, ...more], options }, { drills }) {
    if (more.length > 0) throw new Refused(sayInstead);
    switch (order.toLowerCase()) {
      case 'scenarios':
      case 'list':
        return drills.scenarios();
      case 'start': {
        if (!what) throw new Refused('Say which: drill start ransomware. "drill scenarios" lists them.');
        const room = typeof options.room === 'string' ? options.room : undefined;
        return drills.start(what, { room, unannounced: options.unannounced === true });
      }
      case 'stop':
        return drills.stop();
      case 'report':
        return drills.report(what === undefined ? undefined : readNumber(what));
      default:
        throw new Refused(sayInstead);
    }
  },
};

const sayInstead = 'Say drill scenarios, drill start ransomware, drill stop, or drill report 7.';

/** `7`, `DRILL-7`. */
function readNumber(said: string): number {
  const [, digits] = said.match(/^(?:drill-)?(\d{1,9})$/i) ?? [];
  if (digits === undefined) throw new Refused(`"${said.slice(0, 20)}" is no drill. Say drill report 7.`);
  return Number(digits);
}
