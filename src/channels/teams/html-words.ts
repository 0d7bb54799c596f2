/**
 * The words of a message's HTML as they were typed, its code between fences. Teams sends code in two forms:
 * `<pre class="language-sql"><code>…<br>…</code></pre>` after an empty paragraph that marks it, and
 * `<codeblock class=""><code>…</code></codeblock>`. Mentions are spans; those of a name in `without` are left out.
 */
export function wordsOfHtml(html: string, without: string[]): string {
  const left = [...without];
  const blocks: string[] = [];
  let prose: string[] = [];
  let code: string[] | undefined;
  let mentioned: string[] | undefined;

  function endProse(): void {
    blocks.push(asLines(prose.join('')));
    prose = [];
  }
  function endCode(): void {
    if (!code) return;
    blocks.push(`\`\`\`\n${trimLines(code.join(''))}\n\`\`\``);
    code = undefined;
  }
  function endMention(): void {
    const name = mentioned?.join('').trim() ?? '';
    mentioned = undefined;
    const own = left.indexOf(name);
    if (own < 0) prose.push(name);
    else left.splice(own, 1);
  }

  for (const [part] of html.matchAll(/<[^<>]*>|[^<]+|</g)) {
    const [, end, tag = ''] = /^<(\/?)([a-z][a-z\d]*)/i.exec(part) ?? [];
    const name = tag.toLowerCase();
    const isEnd = end === '/';
    if (name === '') (code ?? mentioned ?? prose).push(decode(part));
    else if (name === 'pre' || name === 'codeblock') {
      if (isEnd) endCode();
      else if (!code) {
        endProse();
        code = [];
      }
    }
    // Colours are spans around words; of the tags within code only the lines matter.
    else if (code) code.push(name === 'br' ? '\n' : '');
    else if (mentioned && isEnd && (name === 'at' || name === 'span')) endMention();
    else if (!isEnd && (name === 'at' || (name === 'span' && part.includes('schema.skype.com/Mention'))))
      mentioned = [];
    else if (breaks.has(name)) prose.push(lineEnd);
  }
  endCode();
  if (mentioned) endMention();
  endProse();
  return blocks.filter((block) => block !== '').join('\n');
}

/** Tags that begin or end a line. */
const breaks = new Set(['br', 'p', 'div', 'li', 'ul', 'ol', 'blockquote', 'h1', 'h2', 'h3', 'tr', 'table']);

/** What ends a line here is a tag; what ends one in HTML's own text is a space. */
const lineEnd = '\u2028';

function asLines(prose: string): string {
  const lines = prose.split(lineEnd).map((line) => line.replace(/\s+/g, ' ').trim());
  return lines.filter((line) => line !== '').join('\n');
}

/** Empty lines around code are the editor's; what indents its first line is not. */
function trimLines(code: string): string {
  const lines = code.replace(/\r\n?/g, '\n').replaceAll('\u00a0', ' ').trimEnd().split('\n');
  const first = lines.findIndex((line) => line.trim() !== '');
  return lines.slice(Math.max(first, 0)).join('\n');
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' };

/** Teams sends typed `<` and `&` as HTML entities. Decoded once: `&amp;lt;` is the text `&lt;`. */
export function decode(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(\w{2,6}));/gi, (entity, decimal, hex, name) => {
    if (name !== undefined) return named[name.toLowerCase()] ?? entity;
    const point = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : entity;
  });
}
