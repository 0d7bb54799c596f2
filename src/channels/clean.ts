import { domainToASCII } from 'node:url';
import { maskSecrets } from './mask.ts';

/**
 * The one place that makes untrusted text fit to be shown: control, zero-width and bidirectional characters
 * go, white space is folded, secrets are masked, length is bounded by code point. Channels then draw it as plain
 * text; this is not an escape for any markup.
 */
export function clean(text: string, limit: number): string {
  return bound(maskSecrets(fold(text)), limit);
}

/** The same, secrets and all: for what is clean already, and for whom everything is revealed. */
export function legible(text: string, limit: number): string {
  return bound(fold(text), limit);
}

/** One line of characters that can be seen. */
export function fold(text: string): string {
  return (
    near(text)
      .toWellFormed()
      .normalize('NFC')
      .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      // Zero width, bidirectional overrides (Trojan Source), tags, soft hyphen; and whatever else is drawn as nothing.
      .replace(/[\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, '')
      // No script needs so many marks on one letter; they draw over the lines above and below.
      .replace(/(\p{M}{4})\p{M}+/gu, '$1')
      .replace(/\s+/g, ' ')
      .trim()
  );
}

/** Nothing so long is ever shown; cleaning a megabyte would cost more than drawing the card. */
const longestRead = 20_000;
const longestWord = 4_000;

/** What can be shown of a text at most. A word that is cut could be a secret that looks like none: it goes. */
function near(text: string): string {
  if (text.length <= longestRead) return text;
  const read = text.slice(0, longestRead);
  return `${read.slice(0, Math.max(read.lastIndexOf(' '), longestRead - longestWord))}…`;
}

/** What people wrote, lines and all, without what the database refuses or nobody can see. */
export function written(text: string, limit: number): string {
  const visible = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu, (c) => (c === '\n' || c === '\t' ? c : ''));
  return bound(visible.trim(), limit);
}

/** At most `limit` code points, visibly cut. */
export function bound(text: string, limit: number): string {
  const points = Array.from(text);
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}

/**
 * Addresses and links that no client turns into something to press: `hxxps://evil[.]example`,
 * `203.0.113[.]9`. Every dot that could join a host name is bracketed: the front part of a bracketed name could
 * be a name of its own. In an address the last one is enough.
 */
export function defang(text: string): string {
  return text
    .replace(/\bh(tt)(ps?)\b(?=:)/gi, 'hxx$2')
    .replace(/\b((?:\d{1,3}\.){2}\d{1,3})\.(\d{1,3})\b/g, '$1[.]$2')
    .replace(/(?<=[\p{L}\p{N}-])\.(?=\p{L})/gu, '[.]')
    .replace(/@/g, '[@]');
}

/**
 * Names of hosts as computers read them, beside those that hold other than Latin letters: `аpple.com` with a
 * Cyrillic а looks like another's. `https://аpple.com/x` becomes `https://аpple.com/x (xn--pple-43d.com)`.
 */
export function unmaskHosts(text: string): string {
  const names = new Set<string>();
  for (const [name] of text.matchAll(/[\p{L}\p{M}\p{N}-]+(?:[.。．｡][\p{L}\p{M}\p{N}-]+)+/gu)) {
    // DNS takes at most 253 characters.
    if (name.length > 253 || !/\P{ASCII}/u.test(name)) continue;
    const read = domainToASCII(name);
    if (read && read !== name.toLowerCase()) names.add(read);
  }
  return names.size > 0 ? `${text} (${[...names].slice(0, 3).join(', ')})` : text;
}
