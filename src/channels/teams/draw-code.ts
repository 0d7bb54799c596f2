import { inert } from './inert.ts';

/** Text of even width, lines and all. KQL is none of the languages that Teams colours. */
export function drawCode(text: string): object {
  const shown = inert(text.replaceAll('\t', '    '));
  const run = {
    type: 'TextRun',
    text: shown.replaceAll(' ', '\u00a0'),
    fontType: 'Monospace',
    size: 'Small',
  };
  return {
    type: 'CodeBlock',
    codeSnippet: shown,
    language: 'PlainText',
    // Clients without code blocks show it as text.
    fallback: { type: 'RichTextBlock', inlines: [run] },
  };
}
