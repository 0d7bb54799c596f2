const references: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const characters: Record<string, string> = { lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ', amp: '&' };

/** Text for a comment, which Sentinel reads as HTML: no tag, no reference of its own, line ends kept. */
export function escapeHtml(text: string): string {
  const escaped = Array.from(text, (character) => references[character] ?? character).join('');
  return escaped.replace(/\r?\n/g, '<br>');
}

/** The text of a comment. Tags go before references are read, so that text about a tag stays text. */
export function plainText(html: string): string {
  return html
    .slice(0, 30_000)
    .replace(/<(br|\/p|\/div|\/li)\b[^<>]*>/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(lt|gt|quot|#39|nbsp|amp);/g, (whole, name: string) => characters[name] ?? whole)
    .replace(/\n{3,}/g, '\n\n');
}
