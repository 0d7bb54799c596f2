import { closest, distance } from 'fastest-levenshtein';
import { tacticsAsWritten } from '../incident/attack.ts';

export { tacticInWords, techniqueId as techniqueName } from '../incident/attack.ts';

const known = new Map(tacticsAsWritten.map((tactic) => [plain(tactic), tactic]));

/** `Lateral Movement`, `lateral-movement` and `Lateralmovment` are one; what nobody knows stays as it is. */
export function tacticName(written: string): string {
  const word = plain(written);
  const near = closest(word, [...known.keys()]);
  return (distance(word, near) <= 2 && known.get(near)) || written.trim();
}

function plain(written: string): string {
  return written.toLowerCase().replace(/[^a-z]/g, '');
}
