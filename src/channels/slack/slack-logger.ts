import type { Logger } from '@slack/bolt';
import { LogLevel } from '@slack/bolt';
import type { Log } from '../../log.ts';

/**
 * Lets Slack's own packages warn into our log. Only their first sentence is kept: what follows it may be a
 * request with everything in it.
 */
export function slackLogger(log: Log): Logger {
  const warn = (...said: unknown[]) => {
    if (typeof said[0] === 'string') log.debug({ said: said[0].slice(0, 200) }, 'Slack package warned');
  };
  return {
    debug: () => {},
    info: () => {},
    warn,
    error: warn,
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
