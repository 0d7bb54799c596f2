import { z } from 'zod';
import type { Clearance } from './clearance.ts';

/** Others who are told how an incident stands, and how much of it. */
export interface AudienceRule {
  /** `managers`. */
  name: string;
  rooms: { channel: 'slack' | 'teams'; conversation: string }[];
  shows: Clearance;
}

const text = z.string().trim().min(1);
const room = z.union([
  z
    .object({ slack: text.regex(/^[CDG][A-Z0-9]+$/, 'is not like C012ABCDEF') })
    .strict()
    .transform(({ slack }) => ({ channel: 'slack' as const, conversation: slack })),
  z
    .object({ teams: text })
    .strict()
    .transform(({ teams }) => ({ channel: 'teams' as const, conversation: teams })),
]);

/** By name. Nobody but the team is told anything unless the settings say so. */
export const audiencePolicy = z
  .record(
    text.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not like app-team'),
    z
      .object({
        rooms: z.array(room).min(1).max(20),
        shows: z.enum(['existence', 'masked', 'whole']).default('masked'),
      })
      .strict(),
  )
  .transform((all): AudienceRule[] => Object.entries(all).map(([name, rule]) => ({ name, ...rule })));
