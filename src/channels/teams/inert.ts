import type { Instant } from '../../incident/alert.ts';

/**
 * Untrusted text for a `TextRun`, which knows no markdown but two other things: clients evaluate
 * `{{DATE(…)}}` in any text, and `<at>` is how Teams writes a mention. What nobody can see goes first: sentences that
 * refuse something hold words as they were typed.
 */
export function inert(text: string): string {
  return seen(text)
    .replace(/\{(?=\{)/g, '{ ')
    .replace(/<(?=\s*\/?\s*at\b)/gi, '‹');
}

function seen(text: string): string {
  return text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, (c) => (c === '\n' ? c : ''));
}

/** Untrusted text where a client may read markdown or SSML: fallback text, summaries, choices, messages. */
export function inertSentence(text: string): string {
  return inert(text)
    .replaceAll('<', '‹')
    .replaceAll('>', '›')
    .replace(/\](?=[(:[])/g, '] ');
}

/** An instant as Adaptive Cards' date functions read it: they leave text with milliseconds as it is. */
export function readerTime(at: Instant): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** The portal's links are a few hundred characters; one of 25,000 would be a card that Teams does not get. */
const longestUrl = 1_000;

/** The link where it is https and no longer than links are, otherwise nothing. */
export function httpsOnly(url: string | undefined): string {
  if (url === undefined || url.length > longestUrl) return '';
  const parsed = URL.parse(url);
  return parsed?.protocol === 'https:' && parsed.href.length <= longestUrl ? parsed.href : '';
}
