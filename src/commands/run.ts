import { written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import { readLength } from '../time/length.ts';
import type { DeskCommand, Words } from './command.ts';
import { readSettings } from './read-settings.ts';

/** A sentence or two: approvers read it on a phone. */
const reasonLimit = 500;

/** Asks for it. Whether somebody has to approve, the desk knows. */
export const run: DeskCommand = {
  kind: 'desk',
  namesIncident: true,
  name: 'run',
  aliases: ['act'],
  usage: 'run <playbook> [INC-1042] [--target vm-pay-web-01] [--for 4h] [--reason "why"]',
  summary: 'Ask for a playbook to be run; you see what it comes to before anything is changed.',
  options: [
    {
      name: 'target',
      value: 'name',
      summary: 'Whom or what it is done to; not needed where one only of the incident fits.',
    },
    { name: 'for', value: 'time', summary: 'How long it is to last: 30m, 4h, 2d. Then it is taken back.' },
    { name: 'set', value: 'name=value', summary: 'Whatever else the playbook asks for.', isMany: true },
    {
      name: 'reason',
      value: 'words',
      summary: 'Why, for whoever approves and for the record.',
      isWords: true,
    },
  ],
  examples: [
    'run isolate-machine INC-1042 --target vm-pay-web-01 --for 4h --reason "reverse shell"',
    'run disable-user --target adam@contoso.com',
    'run close-port --target vm-pay-web-01 --set port=3389',
  ],

  async answer(words, { plays }) {
    const { incident, options } = words;
    const { play, target } = readWhat(words);
    const minutes = readMinutes(options.for);
    const parameters = readSettings(options.set);
    const reason = typeof options.reason === 'string' ? written(options.reason, reasonLimit) : '';
    if (incident === undefined)
      throw new Refused(`For which incident? Say it under its card, or: run ${play.slice(0, 40)} INC-1042.`);
    return plays.request({ incident, play, target, parameters, minutes, reason });
  },
};

/** Many say the target right after the playbook. */
function readWhat({ args, options }: Words): { play: string; target: string } {
  const [play, ...others] = args;
  if (!play) throw new Refused('Run what? "playbooks" lists them. Like: run isolate-machine INC-1042.');
  const after = others.join(' ');
  if (typeof options.target !== 'string') return { play, target: after };
  if (after)
    throw new Refused(`What is "${after.slice(0, 40)}"? Several words go in quotes: --target "Adam Keller".`);
  return { play, target: options.target.trim() };
}

function readMinutes(said: Words['options'][string] | undefined): number | undefined {
  if (said === undefined) return undefined;
  const length = typeof said === 'string' ? readLength(said) : undefined;
  if (length !== undefined) return length / 60_000;
  throw new Refused(
    `"${String(said).slice(0, 40)}" is no length of time. Say --for 30m, --for 4h or --for 2d.`,
  );
}
