import { written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import type { DeskCommand } from './command.ts';
import { unquote } from './understand.ts';

const reasonLimit = 500;

export const automation: DeskCommand = {
  kind: 'desk',
  name: 'automation',
  aliases: [],
  usage: 'automation [stop "why" | start]',
  summary: 'Rules that run playbooks by themselves: what they did, and the switch for all of them.',
  examples: ['automation', 'automation stop "it isolates build machines"', 'automation start'],

  async answer({ args: [order = '', ...more], rest }, { plays }) {
    switch (order.toLowerCase()) {
      case '':
        return plays.automation('tell');
      case 'start':
        if (more.length > 0) throw new Refused('Say automation start, and nothing else.');
        return plays.automation('start');
      case 'stop':
        return plays.automation({ stop: readReason(rest.slice(order.length)) });
      default:
        throw new Refused(
          `I cannot "${order.slice(0, 40)}" it. Say automation, automation stop "why", or automation start.`,
        );
    }
  },
};

/** Whoever comes next has to know whether it may be started again. */
function readReason(said: string): string {
  const reason = written(unquote(said.trim()), reasonLimit);
  if (reason) return reason;
  throw new Refused('Say why: automation stop "it isolates build machines".');
}
