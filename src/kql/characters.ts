import type { Refusal } from './refusal.ts';

/** Code points: what is typed, and what was written beforehand. 20 kB of brackets took the parser 7 s. */
const mostTyped = 8_000;
const mostReviewed = 20_000;
/** Brackets within brackets. People write ten; from hundreds on the parser's time grows with the square. */
const deepest = 60;

/** What is seen without a parser, so that the parser never sees what would hold it up. */
export function lookAtCharacters(text: string, isReviewed: boolean): Refusal | undefined {
  const most = isReviewed ? mostReviewed : mostTyped;
  // A code point is one or two units: no need to count in what is far longer.
  if (text.length > most * 2 || [...text].length > most)
    return {
      rule: 'too-long',
      message: `A query has at most ${most.toLocaleString('en-GB')} characters. Shorten it, or save it as a hunt.`,
    };
  if (text.trim() === '') return { rule: 'syntax', message: 'The query is empty.' };
  return findHidden(text) ?? findDepth(text);
}

/**
 * Characters that nobody sees, or that turn the direction of what follows: people would read another query than
 * the one that runs. Also ends of lines that one reader takes for one and another does not.
 */
function findHidden(text: string): Refusal | undefined {
  const hidden = /[^\P{Cc}\t\n\r]|[\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.exec(
    text,
  );
  if (!hidden) return undefined;
  const code = (hidden[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return {
    rule: 'characters',
    message: `Here is a character that cannot be seen (U+${code}). Delete it; in a text that is looked for, write it as an escape.`,
    at: { start: hidden.index, length: hidden[0].length },
  };
}

/** Texts and comments are stepped over: a bracket in them opens nothing. */
const steps =
  /```[\s\S]*?(?:```|$)|~~~[\s\S]*?(?:~~~|$)|@"(?:[^"\n]|"")*"?|@'(?:[^'\n]|'')*'?|"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?|\/\/[^\n]*|[([{]|[)\]}]/g;

function findDepth(text: string): Refusal | undefined {
  let depth = 0;
  for (const step of text.matchAll(steps)) {
    if ('([{'.includes(step[0])) depth += 1;
    else if (')]}'.includes(step[0])) depth = Math.max(0, depth - 1);
    if (depth > deepest)
      return {
        rule: 'too-deep',
        message: `Brackets may stand ${deepest} deep in each other. Name the inner parts with let.`,
        at: { start: step.index, length: 1 },
      };
  }
  return undefined;
}
