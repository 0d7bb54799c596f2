const AT = /&lt;at&gt;([^&<]+)&lt;\/at&gt;/g;

/**
 * The markdown that Teams draws in cards and messages: bold, italic, lists and links, as HTML. The text is
 * escaped first, so nothing in it can be a tag. `mentioned` are the names that the card says it mentions.
 */
export function markdownToHtml(text: string, mentioned: readonly string[] = []): string {
  const lines = escapeHtml(text).split(/\r\n|\r|\n/);
  const drawn: string[] = [];
  let list: { tag: 'ul' | 'ol'; rows: string[] } | undefined;
  const endList = () => {
    if (list) drawn.push(`<${list.tag}>${list.rows.map((row) => `<li>${row}</li>`).join('')}</${list.tag}>`);
    list = undefined;
  };
  for (const line of lines) {
    const row = /^\s*(?:([-*])|\d+\.)\s+(.+)$/.exec(line);
    const spans = drawSpans(row?.[2] ?? line, mentioned);
    if (!row) {
      endList();
      drawn.push(`<p>${spans}</p>`);
      continue;
    }
    const tag = row[1] ? 'ul' : 'ol';
    if (list?.tag !== tag) endList();
    list ??= { tag, rows: [] };
    list.rows.push(spans);
  }
  endList();
  return drawn.join('');
}

function drawSpans(escaped: string, mentioned: readonly string[]): string {
  return (
    escaped
      // Links first: their address must not be read for bold and italic.
      .split(/(\[[^\]]+\]\([^)\s]+\))/)
      .map((part) => drawLink(part) ?? drawMarks(part))
      .join('')
      .replace(AT, (all, name: string) =>
        mentioned.includes(name) ? `<span class="mention">${name}</span>` : all,
      )
  );
}

function drawLink(part: string): string | undefined {
  const [, label = '', url = ''] = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part) ?? [];
  if (!/^(https?:|mailto:)/i.test(url)) return undefined;
  return `<a href="${url}" target="_blank" rel="noopener noreferrer">${drawMarks(label)}</a>`;
}

function drawMarks(escaped: string): string {
  return escaped
    .replace(/\\([\\*_[\]()#`~-])/g, (_all, mark: string) => `&#${mark.charCodeAt(0)};`)
    .replace(/\*\*(\S(?:.*?\S)?)\*\*/g, '<b>$1</b>')
    .replace(/__(\S(?:.*?\S)?)__/g, '<b>$1</b>')
    .replace(/(?<![\p{L}\p{N}*])\*(\S(?:[^*]*?\S)?)\*(?![\p{L}\p{N}*])/gu, '<i>$1</i>')
    .replace(/(?<![\p{L}\p{N}_])_(\S(?:[^_]*?\S)?)_(?![\p{L}\p{N}_])/gu, '<i>$1</i>')
    .replace(/~~(\S(?:.*?\S)?)~~/g, '<s>$1</s>');
}

export function escapeHtml(text: string): string {
  return text
    .replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`)
    .replace(/&#60;/g, '&lt;')
    .replace(/&#62;/g, '&gt;');
}
