import type {
  Button,
  MrkdwnElement,
  PlainTextElement,
  RichTextBlock,
  RichTextElement,
  RichTextPreformatted,
  RichTextSection,
  SectionBlock,
} from '@slack/types';
import type { Instant } from '../../incident/alert.ts';
import { bound, legible } from '../clean.ts';

/** Words nobody parses: no mention, link, emoji or formatting comes out of them. Always at least one character. */
export function plain(text: string, limit: number): PlainTextElement {
  return { type: 'plain_text', text: tidy(text, limit) || '-', emoji: false };
}

/** Parts of one line of rich text; a part that has nothing to say is left out, because Slack refuses it. */
export function line(...parts: (RichTextElement | undefined)[]): RichTextSection {
  return { type: 'rich_text_section', elements: parts.filter((part) => part !== undefined) };
}

/** Lines as one block. One section with line ends: clients disagree about the space between two sections. */
export function richText(blockId: string, lines: RichTextSection[]): RichTextBlock {
  const said = lines.filter((one) => one.elements.length > 0);
  const elements = said.flatMap((one, n) => (n === 0 ? one.elements : [own('\n'), ...one.elements]));
  const section: RichTextSection = {
    type: 'rich_text_section',
    elements: elements.length > 0 ? elements : [own('-')],
  };
  return { type: 'rich_text', block_id: blockId, elements: [section] };
}

/** Plain lines with a button beside them, already tidied: nobody parses them either. */
export function beside(blockId: string, lines: string, button: Button): SectionBlock {
  const text = { type: 'plain_text', text: lines.trim() || '-', emoji: false } as const;
  return { type: 'section', block_id: blockId, text, accessory: button };
}

/** Lines in a fixed-width font, with their spaces; `undefined` where there is nothing to see. */
export function fixed(text: string, limit: number): RichTextPreformatted | undefined {
  const seen = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, (c) =>
      c === '\n' || c === '\t' ? c : '',
    );
  if (seen.trim() === '') return undefined;
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: bound(seen, limit) }] };
}

/** Words and spaces of our own, kept as they are. */
export function own(text: string): RichTextElement {
  return { type: 'text', text };
}

export function words(text: string, limit: number): RichTextElement | undefined {
  const fitted = tidy(text, limit);
  return fitted ? { type: 'text', text: fitted } : undefined;
}

export function bold(text: string, limit: number): RichTextElement | undefined {
  const fitted = tidy(text, limit);
  return fitted ? { type: 'text', text: fitted, style: { bold: true } } : undefined;
}

export function code(text: string, limit: number): RichTextElement | undefined {
  const fitted = tidy(text, limit);
  return fitted ? { type: 'text', text: fitted, style: { code: true } } : undefined;
}

/** The title, as a link where there is an https address that we or the source's reader built; else bold. */
export function linked(text: string, url: string | undefined, limit: number): RichTextElement | undefined {
  const fitted = tidy(text, limit);
  if (!fitted) return undefined;
  const address = httpsOnly(url);
  if (!address) return { type: 'text', text: fitted, style: { bold: true } };
  return { type: 'link', url: address, text: fitted, style: { bold: true } };
}

/** Where to read on; nothing where the address is not https. */
export function link(text: string, url: string, limit: number): RichTextElement | undefined {
  const address = httpsOnly(url);
  return address ? { type: 'link', url: address, text: tidy(text, limit) || address } : undefined;
}

/** The moment in the reader's own time zone and clock. */
export function moment(at: Instant): RichTextElement | undefined {
  const seconds = unixSeconds(at);
  if (seconds === undefined) return words(at, 40);
  return { type: 'date', timestamp: seconds, format: '{date_short_pretty} {time}', fallback: inUtc(seconds) };
}

/** Elements of a context block: plain words and, after them, a moment in the reader's time zone. */
export function small(text: string, limit: number, at?: Instant): (PlainTextElement | MrkdwnElement)[] {
  const seconds = at === undefined ? undefined : unixSeconds(at);
  if (seconds === undefined) return [plain(text, limit)];
  const date = `<!date^${seconds}^{date_short_pretty} {time}|${inUtc(seconds)}>`;
  return [plain(text, limit), { type: 'mrkdwn', text: date, verbatim: true }];
}

/**
 * A sentence for the places where Slack parses what it is given and offers no other: the top-level text and
 * an attachment's fallback. `limit` counts code points before escaping, which makes at most five of one.
 */
export function escaped(text: string, limit: number): string {
  return tidy(text, limit).replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}

/** Fit to be shown: what a view holds is masked already, as far as whoever reads it may not see it. */
export function tidy(text: string, limit: number): string {
  return legible(text, limit);
}

// Slack takes 3,000 characters; an address in a form of ours has no need of so many.
const LONGEST_URL = 1_000;

function httpsOnly(url: string | undefined): string | undefined {
  if (!url || url.length > LONGEST_URL) return undefined;
  const parsed = URL.parse(url);
  return parsed?.protocol === 'https:' && !parsed.username && !parsed.password ? parsed.href : undefined;
}

function unixSeconds(at: Instant): number | undefined {
  const ms = Date.parse(at);
  return Number.isNaN(ms) ? undefined : Math.floor(ms / 1000);
}

const inUtc = (seconds: number): string =>
  `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
