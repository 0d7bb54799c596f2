import { z } from 'zod';
import { type Room, roomById, text } from '../setting-shapes.ts';
import type { Clearance } from './clearance.ts';

/** Others who are told how an incident stands, and how much of it. */
export interface AudienceRule {
  /** `managers`. */
  name: string;
  rooms: Room[];
  shows: Clearance;
}

/** By name. Nobody but the team is told anything unless the settings say so. */
export const audiencePolicy = z
  .record(
    text.regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'is not like app-team'),
    z
      .object({
        rooms: z.array(roomById).min(1).max(20),
        shows: z.enum(['existence', 'masked', 'whole']).default('masked'),
      })
      .strict(),
  )
  .transform((all): AudienceRule[] => Object.entries(all).map(([name, rule]) => ({ name, ...rule })));
