import { Refused } from '../errors.ts';
import type { QueryPlan, Scope } from '../kql/plan.ts';
import type { LogCommand, LogDesk, Words } from './command.ts';
import { readScope, readSpan, whereAndWhen } from './where-and-when.ts';

/** A day: what happened just now, and the night before it. */
const usualMs = 86_400_000;

export const query: LogCommand = {
  kind: 'logs',
  name: 'query',
  aliases: ['kql'],
  usage: 'query <KQL> [--last 4h]',
  summary: 'Ask the logs; the answer is a table or a chart.',
  options: [
    ...whereAndWhen,
    { name: 'resource', value: 'id', summary: 'The logs of one resource, by its Azure id.' },
  ],
  isText: true,
  examples: [
    'query SigninLogs | where ResultType != 0 | summarize count() by UserPrincipalName --last 4h',
    'query SecurityEvent | summarize count() by bin(TimeGenerated, 1h) | render timechart --last 2d',
    'query AzureActivity | take 20 --between yesterday 14:00 and yesterday 16:00 --workspace soc --private',
  ],

  async ask(words, desk): Promise<QueryPlan> {
    const text = (words.code || words.rest).trim();
    if (!text) throw new Refused('Say what to ask: query SigninLogs | take 5 --last 4h');
    return {
      kind: 'query',
      title: 'Query',
      parts: [{ title: '', text }],
      span: readSpan(words, desk, usualMs),
      scope: scopeOf(words, desk),
      isReviewed: false,
      isPrivate: words.options.private === true,
    };
  },
};

function scopeOf(words: Words, desk: LogDesk): Scope {
  const { resource, workspace } = words.options;
  if (typeof resource !== 'string') return readScope(words, desk);
  if (workspace !== undefined)
    throw new Refused('Say either --workspace or --resource: a resource knows where its logs are.');
  return { kind: 'resource', id: resource };
}
