import type { Matchable, Matcher } from '../incident/match.ts';

/** Names that a matcher says whole, of a field; `undefined` where it says none, or patterns. */
export function wholeNames(matcher: Matcher, field: Matchable): string[] | undefined {
  const said = matcher[field];
  return said && !said.some((pattern) => pattern.includes('*')) ? said : undefined;
}

/** Whether it says nothing beside these fields, and of its source nothing that leaves this one out. */
export function saysOnly(matcher: Matcher, source: string, fields: Matchable[]): boolean {
  const isOurs =
    matcher.source?.some((pattern) => pattern === '*' || pattern.toLowerCase() === source) ?? true;
  const said = Object.keys(matcher).filter((field) => field !== 'source');
  return isOurs && said.every((field) => fields.some((known) => known === field));
}
