import { expect, test } from 'vitest';
import { markdownToHtml } from '../../src/sandbox/console/teams/markdown.ts';

test('bold, italic and links are drawn as Teams draws them', () => {
  expect(markdownToHtml('**High** _new_ [open](https://portal.azure.com/?a=1&b=2)')).toBe(
    '<p><b>High</b> <i>new</i> <a href="https://portal.azure.com/?a=1&#38;b=2" target="_blank" rel="noopener noreferrer">open</a></p>',
  );
});

test('lists are lists', () => {
  expect(markdownToHtml('- one\n- two\n1. first')).toBe(
    '<ul><li>one</li><li>two</li></ul><ol><li>first</li></ol>',
  );
});

test('a tag in the text stays text', () => {
  const drawn = markdownToHtml('<img src=x onerror=alert(1)> "a" \'b\'');
  expect(drawn).not.toContain('<img');
  expect(drawn).not.toContain('"a"');
});

test('a link to a script is no link', () => {
  expect(markdownToHtml('[open](javascript:alert(1))')).not.toContain('<a');
  expect(markdownToHtml('[open](https://a.example/"onclick="x)')).not.toContain('"onclick');
});

test('an escaped mark is not bold', () => {
  expect(markdownToHtml('\\*\\*not bold\\*\\*')).not.toContain('<b>');
});

test('only a name that the card declares is a mention', () => {
  const text = '<at>Olivia Marsh</at> and <at>everyone</at>';
  const drawn = markdownToHtml(text, ['Olivia Marsh']);
  expect(drawn).toContain('<span class="mention">Olivia Marsh</span>');
  expect(drawn).toContain('&lt;at&gt;everyone');
});
