import { z } from 'zod';
import type { ClockKind } from '../incident/clock.ts';
import { type Role, roles } from './roles.ts';

/** Legal clocks that may be started, and by whom. */
export interface ClockRule extends ClockKind {
  /** Of those who may start one at all: see `permissions.ts`. */
  startedBy: Role[];
}

const answerable: Role[] = ['lead', 'manager', 'admin'];

/**
 * NIS 2: https://eur-lex.europa.eu/eli/dir/2022/2555/oj, article 23 (4) a and b. GDPR:
 * https://eur-lex.europa.eu/eli/reg/2016/679/oj, article 33 (1). Whether one of them applies lawyers say.
 */
export const usualClocks: ClockRule[] = [
  { name: 'gdpr', title: 'GDPR', hours: 72, startedBy: answerable },
  { name: 'nis2-early-warning', title: 'NIS2 early warning', hours: 24, startedBy: answerable },
  { name: 'nis2-notification', title: 'NIS2 notification', hours: 72, startedBy: answerable },
];

const text = z.string().trim().min(1);
// A month: longer ones are plans, not clocks.
const hours = z.number().positive().max(744);
const rule = z.union([
  text.regex(/^\d{1,3}h$/, 'is not like 72h').transform((said) => ({ hours: Number(said.slice(0, -1)) })),
  z
    .object({ hours, title: text.max(40).optional(), startedBy: z.array(z.enum(roles)).min(1).optional() })
    .strict(),
]);

/** By name: `gdpr: 72h`, or with a title and roles. What is written there stands in place of the usual ones. */
export const clockPolicy = z
  .record(text.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not like nis2-early-warning'), rule)
  .transform((all): ClockRule[] =>
    Object.entries(all).map(([name, { hours, ...more }]) => ({
      name,
      title: ('title' in more && more.title) || (usualClocks.find((one) => one.name === name)?.title ?? name),
      hours,
      startedBy: ('startedBy' in more && more.startedBy) || answerable,
    })),
  );
