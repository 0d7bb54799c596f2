import { expect } from 'vitest';

/** Nothing Slack would parse: text parsed as markup is escaped or our own date; links lead to https. */
export function expectNoMarkup(shown: { text: string }): void {
  expect(shown.text).not.toMatch(/[<>]/);
  walk(shown, (node) => {
    expect(['user', 'usergroup', 'channel', 'broadcast', 'team']).not.toContain(node.type);
    if (node.type === 'mrkdwn') expect(node.text).toMatch(/^<!date\^\d+\^[{}a-z_ ]+\|[\d: -]+UTC>$/);
    if (node.type === 'plain_text') expect(node.emoji).toBe(false);
    if (node.type === 'link') expect(node.url).toMatch(/^https:/);
    if ('fallback' in node && 'color' in node) expect(node.fallback).not.toMatch(/[<>]/);
  });
}

function walk(value: unknown, look: (node: { [key: string]: unknown }) => void): void {
  if (typeof value !== 'object' || value === null) return;
  look({ ...value });
  for (const one of Object.values(value)) walk(one, look);
}
