import { Refused } from '../errors.ts';
import { severities } from '../incident/alert.ts';
import { type Matchable, type Matcher, matchable } from '../incident/match.ts';

/** What people call a field beside its own name. */
const otherWords: Record<string, Matchable> = {
  rule: 'type',
  user: 'account',
  machine: 'host',
  address: 'ip',
};

/** Longer than any name; a pattern is compared with every alert. */
const longestPattern = 200;
const mostPatterns = 20;

/** `host=vm-pay-*`, `rule="Password spray",Brute*`. */
export function isMatcherWord(word: string): boolean {
  return /^[a-z]+=/i.test(word);
}

/** Fields that are said twice may be either. Throws `Refused` where a field is unknown or says nothing. */
export function readMatcher(words: string[]): Matcher {
  const matcher: Matcher = {};
  for (const word of words) {
    const at = word.indexOf('=');
    const field = readField(word.slice(0, at).toLowerCase());
    const patterns = word
      .slice(at + 1)
      .split(',')
      .map((pattern) => pattern.trim())
      .filter(Boolean);
    const all = [...(matcher[field] ?? []), ...patterns];
    if (patterns.length === 0) throw new Refused(`${field}= says nothing. Like ${field}=${examples[field]}.`);
    if (all.length > mostPatterns) throw new Refused(`${field} has more than ${mostPatterns} patterns.`);
    if (all.some((pattern) => pattern.length > longestPattern))
      throw new Refused(`A pattern has at most ${longestPattern} characters.`);
    if (field === 'severity') refuseUnknownSeverity(patterns);
    matcher[field] = all;
  }
  return matcher;
}

function readField(said: string): Matchable {
  const field = otherWords[said] ?? matchable.find((known) => known === said);
  if (field) return field;
  throw new Refused(`"${said.slice(0, 30)}" is no field. Any of ${matchable.join(', ')}; rule is type.`);
}

function refuseUnknownSeverity(patterns: string[]): void {
  for (const pattern of patterns) {
    if (pattern.includes('*') || severities.some((severity) => severity === pattern.toLowerCase())) continue;
    throw new Refused(`"${pattern.slice(0, 30)}" is no severity: ${severities.join(', ')}.`);
  }
}

const examples: Record<Matchable, string> = {
  source: 'defender',
  severity: 'low,informational',
  product: '"Microsoft Defender for Cloud"',
  type: '"Password spray*"',
  title: '"*test*"',
  target: 'vm-pay-web-01',
  tactic: 'Discovery',
  technique: 'T1059*',
  tag: 'environment=test',
  subscription: '00000000-0000-0000-0000-000000000000',
  workspace: 'contoso-sentinel',
  account: 'adam@contoso.com',
  host: 'vm-pay-*',
  ip: '203.0.113.7',
  resource: '*/vm-pay-web-01',
  entity: 'vm-pay-web-01',
};
