import { Refused } from '../../errors.ts';
import type { Guard } from '../../kql/guard.ts';
import type { HuntLibrary } from '../../kql/hunt.ts';
import type { Logs } from '../../kql/logs.ts';
import { type LogPolicy, usualLogs } from '../../kql/policy.ts';
import type { Delegations } from '../sign-in.ts';

/** What there is to ask logs with. */
export interface LogsAtHand {
  /** `undefined` where the settings name no workspace. */
  logs: Logs | undefined;
  guard: Guard;
  hunts: HuntLibrary;
  policy: LogPolicy;
  /** Who lets us ask in their name; absent where the bot asks in its own. */
  delegations?: Delegations;
}

/** Until the parts are there, and where nobody asks. */
export const noLogs: LogsAtHand = {
  logs: undefined,
  guard: {
    check: async () => {
      throw new Error('There is no guard.');
    },
    close: async () => {},
  },
  hunts: { all: () => [], find: () => undefined, search: () => [], refused: () => [] },
  policy: usualLogs,
};

/** Throws `Refused`, saying what to configure. */
export function needLogs({ logs }: Pick<LogsAtHand, 'logs'>): Logs {
  if (logs) return logs;
  throw new Refused(
    'No workspace is configured, so there are no logs to ask. An admin adds logs.workspaces to the settings file: docs/queries.md.',
  );
}
