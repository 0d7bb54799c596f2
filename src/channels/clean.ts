/**
 * The one place that makes untrusted text fit to be shown: control, zero-width and bidirectional characters
 * go, white space is folded, length is bounded by code point. Channels then draw it as plain text; this is
 * not an escape for any markup.
 */
export function clean(text: string, limit: number): string {
  const plain = text
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    // Format characters: zero width, bidirectional overrides (Trojan Source), tags, soft hyphen.
    .replace(/\p{Cf}/gu, '')
    .replace(/\s+/g, ' ')
    .trim();
  return bound(plain, limit);
}

/** What people wrote, lines and all, without what the database refuses or nobody can see. */
export function written(text: string, limit: number): string {
  const visible = text.toWellFormed().replace(/[\p{Cc}\p{Cf}]/gu, (c) => (c === '\n' || c === '\t' ? c : ''));
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
