import { boundText } from './bounded-text.ts';
import { lookAtCharacters } from './characters.ts';
import { lookAtGrammar } from './grammar.ts';
import type { GuardRules, Verdict } from './guard.ts';
import { columnsOf, kindOf, kindOfText, parse, symbolKindOf, type Tables, type Token } from './kusto.ts';
import { lookAtNames } from './names.ts';
import type { Refusal } from './refusal.ts';
import { lookAtScan, type Plans } from './scanned.ts';

/** Cheapest first: nothing reaches a step that the one before would have refused. Takes as long as it takes. */
export function judge(text: string, rules: GuardRules, tables: Tables): Verdict {
  const refusal = lookAtCharacters(text, rules.isReviewed);
  if (refusal) return refused(refusal);
  if (kindOfText(text) !== 'Query')
    return refused({
      rule: 'command',
      message: 'Only queries are run, no commands. Begin with the name of a table.',
    });
  const parsed = parse(text);
  const misread = lookAtTokens(parsed.tokens()) ?? lookAtGrammar(parsed, rules.isReviewed);
  if (misread) return refused(misread);

  const analysed = parsed.analyse(tables);
  if (!analysed.isBound)
    return refused({
      rule: 'too-complex',
      message: 'Its parts stand too deep in each other. Ask it in parts.',
    });
  const reading = lookAtNames(analysed, rules);
  if ('rule' in reading) return refused(reading);
  const { result } = analysed;
  const answers = result ? symbolKindOf(result) : '';
  if (reading.isExact && answers !== 'Table')
    return refused({ rule: 'not-a-table', message: 'This is a value, not a table. Write print before it.' });
  const scan = lookAtScan(analysed.root, reading, plansOf(rules));
  if (typeof scan !== 'boolean') return refused(scan);
  return {
    kind: 'allowed',
    bounded: boundText(parsed, rules.mostRows),
    tables: [...new Set([...reading.reads.map(({ SimpleName }) => SimpleName ?? ''), ...reading.reached])],
    readsUnknown: reading.readsUnknown,
    columns:
      answers === 'Table' && result && !result.IsOpen && reading.isExact ? columnsOf(result) : undefined,
    isSearch: scan,
  };
}

const refused = ({ rule, message, at }: Refusal): Verdict => ({ kind: 'refused', rule, message, at });

const plansOf = ({ schema }: GuardRules): Plans =>
  new Map(schema?.tables.map(({ name, plan }) => [name, plan]) ?? []);

/**
 * Letters of other alphabets look like ours: they belong into texts that are looked for, and into comments. Spaces of
 * any kind are what chats and web pages make of spaces; plain ones are run instead.
 */
function lookAtTokens(tokens: Token[]): Refusal | undefined {
  let at = 0;
  for (const token of tokens) {
    const start = at + token.Trivia.length;
    at = start + token.Text.length;
    const space = token.Trivia.replace(/\/\/[^\n]*/g, (comment) => ' '.repeat(comment.length));
    const odd = /[^\p{ASCII}\p{Zs}]/u.exec(space) ?? (isText(token) ? null : /\P{ASCII}/u.exec(token.Text));
    if (!odd) continue;
    const code = (odd[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    const place = (odd.input === space ? start - space.length : start) + odd.index;
    return {
      rule: 'characters',
      message: `${odd[0]} (U+${code}) is none of the letters and signs of a query, though it may look like one. Type it anew, or put it into quotes.`,
      at: { start: place, length: odd[0].length },
    };
  }
  return undefined;
}

const isText = (token: Token): boolean => kindOf(token) === 'StringLiteralToken';
