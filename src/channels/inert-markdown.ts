import { defang } from './clean.ts';

/**
 * Untrusted text, already clean, within a Markdown document: one line in which nothing is a heading, a list, a link, a picture,
 * HTML, a mention or a cell's end. What may be escaped: https://spec.commonmark.org/0.31.2/#backslash-escapes. Addresses are
 * defanged as well, because GitHub and others make links of bare ones after escapes are read.
 */
export function inertMarkdown(text: string): string {
  return (
    defang(text)
      .replace(/\s+/g, ' ')
      .trim()
      .replace(/\bwww(?=\[?\.)/gi, 'w-w-w')
      .replace(/[\\`*_[\]<>()#!|&~${}^]/g, '\\$&')
      // What means something only where a line begins.
      .replace(/^[-+=:]/, '\\$&')
      .replace(/^(\d+)(?=[.)])/, '$1\\')
  );
}
