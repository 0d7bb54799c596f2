import { randomUUID } from 'node:crypto';

/**
 * What Teams makes of typed words. Three backticks begin its code editor: in the text of the activity the code is one
 * line like the rest of it, and only the HTML beside it still has its lines.
 */
export function asSent(typed: string): { text: string; html: string } {
  const parts = typed.split(/```[ \t]*\w*\n?([\s\S]*?)(?:\n?```|$)/);
  const drawn = parts.map((part, n) => (n % 2 === 1 ? codeBlock(part) : paragraphs(part)));
  const flat = parts.map((part, n) => (n % 2 === 1 ? ` ${part.replace(/\s+/g, ' ').trim()} ` : part));
  return { text: flat.join('').trim(), html: `<div>${drawn.join('')}</div>` };
}

function paragraphs(text: string): string {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => `<div>${escapeHtml(line)}</div>`)
    .join('\n');
}

/** The empty paragraph is what the editor leaves; a browser would fold spaces that could break. */
function codeBlock(code: string): string {
  const id = `codeBlockEditor-${randomUUID().slice(0, 8)}`;
  const lines = escapeHtml(code).replaceAll(' ', '&nbsp;').replaceAll('\n', '<br>');
  return `<p itemtype="http://schema.skype.com/CodeBlockEditor" id="x_${id}">\r\n&nbsp;</p>\r\n<pre class="language-plaintext" itemid="${id}"><code>${lines}</code></pre>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
