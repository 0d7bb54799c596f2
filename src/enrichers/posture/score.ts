import { z } from 'zod';
import { number, readRows, typeIn } from '../azure/rows.ts';

/** Defender for Cloud's secure score of a subscription. */
export interface Score {
  current: number;
  max: number;
  percent: number;
}

const type = 'microsoft.security/securescores';

/** https://learn.microsoft.com/azure/defender-for-cloud/secure-score-security-controls */
export const score = `type =~ "${type}" and name =~ "ascScore"`;

const rowShape = z.object({
  type: typeIn(type),
  current: number,
  max: number,
});

export function readScore(rows: readonly unknown[]): Score | undefined {
  const [score] = readRows(rowShape, rows, rows.length);
  if (score?.current === undefined || !score.max) return undefined;
  const { current, max } = score;
  return { current, max, percent: Math.round((100 * current) / max) };
}

/** `43 % of its subscription, 25 of 58 points`. */
export const scoreInWords = ({ current, max, percent }: Score, whose: string): string =>
  `${percent} %${whose}, ${Math.round(current)} of ${Math.round(max)} points`;
