import type { Proposal } from '../incident/proposal.ts';
import { longestWords } from './page-view.ts';

/** `Proposed: silence it on host vm-web-01; in 30 days that would have hidden 41, of which 0 true positives.` */
export function proposalInWords(
  { on, hidden, truePositives, days }: Proposal,
  show: (text: string, limit: number) => string,
): string {
  const where = on ? ` on ${on.field} ${show(on.name, 60)}` : '';
  return `Proposed: silence it${where}; in ${days} days that would have hidden ${hidden}, of which ${truePositives} true positives.`;
}

/**
 * What shows a preview of that silence, as somebody would type it; `undefined` where its names are no words of a pattern.
 * A pattern takes any run of characters for a star, so spaces are stars.
 */
export function silenceWords({ rule, on, hidden, days }: Proposal): string | undefined {
  const fields = [`type=${pattern(rule)}`, ...(on ? [`${on.field}=${pattern(on.name)}`] : [])];
  const words = `silence ${fields.join(' ')} for 7d "noise: ${hidden} in ${days} days, none real"`;
  const isPlain = fields.every((field) => /^\w+=[\p{L}\p{N}_.@:*/-]+$/u.test(field));
  return isPlain && words.length <= longestWords ? words : undefined;
}

const pattern = (name: string) => name.trim().replace(/\s+/g, '*');
