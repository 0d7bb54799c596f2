import type { Instant } from '../../incident/alert.ts';

/**
 * Untrusted text for a `TextRun`, which knows no markdown but two other things: clients evaluate
 * `{{DATE(…)}}` in any text, and `<at>` is how Teams writes a mention.
 */
export function inert(text: string): string {
  return text.replace(/\{(?=\{)/g, '{ ').replace(/<(?=\s*\/?\s*at\b)/gi, '‹');
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

/** The link where it is https, otherwise nothing. */
export function httpsOnly(url: string | undefined): string {
  return url !== undefined && URL.canParse(url) && new URL(url).protocol === 'https:'
    ? new URL(url).href
    : '';
}
