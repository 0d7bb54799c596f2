import { type Logger, pino } from 'pino';
import { traceFields } from './trace.ts';

export type Log = Logger;

/**
 * Structured log: one fixed sentence, fields beside it. Anything that looks like a credential is left out. Within a
 * span a line names it, so that log and trace are found from one another.
 */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    mixin: traceFields,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: {
      paths: ['*.token', '*.secret', '*.authorization', '*.password', '*.response_url', '*.trigger_id'],
      censor: '[left out]',
    },
  });
}
