import { Refused } from '../errors.ts';

/** `RUN-7`, `run 7`, `7`. Throws `Refused`, saying how `verb` is said. */
export function readRunNumber(args: string[], verb: string): number {
  const said = args.join(' ');
  const [, digits] = /^(?:run[- ]?|#)?(\d{1,9})$/i.exec(said) ?? [];
  if (digits) return Number(digits);
  const what = said ? `"${said.slice(0, 40)}" is no run.` : 'Which run?';
  throw new Refused(`${what} Say ${verb} RUN-7, and nothing else; "runs" lists them.`);
}
