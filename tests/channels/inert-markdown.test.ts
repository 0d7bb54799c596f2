import { expect, it } from 'vitest';
import { inertMarkdown } from '../../src/channels/inert-markdown.ts';

it('leaves nothing in a stranger’s text that a reader of Markdown would act on', () => {
  const inert = (text: string) => inertMarkdown(text);
  expect(inert('[a](https://evil.example)')).toBe('\\[a\\]\\(hxxps://evil\\[.\\]example\\)');
  expect(inert('![a](x)')).toBe('\\!\\[a\\]\\(x\\)');
  expect(inert('<img src=x onerror=1>')).toBe('\\<img src=x onerror=1\\>');
  expect(inert('see www.evil.example or mia@evil.example')).toBe(
    'see w-w-w\\[.\\]evil\\[.\\]example or mia\\[@\\]evil\\[.\\]example',
  );
  expect(inert('a | b\n\n# c')).toBe('a \\| b \\# c');
  for (const [said, written] of [
    ['- x', '\\- x'],
    ['+ x', '\\+ x'],
    ['1. x', '1\\. x'],
    ['===', '\\==='],
    ['```', '\\`\\`\\`'],
  ] as const)
    expect(inert(said)).toBe(written);
});
