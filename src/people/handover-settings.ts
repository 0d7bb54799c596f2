import { z } from 'zod';

/** What the settings file says of handovers. */
export interface HandoverPolicy {
  /** Rooms that are shown them once they are signed; where the route leads first, where nothing is said. */
  rooms: { channel: 'slack' | 'teams'; conversation: string }[] | undefined;
  /** So long a draft, or a signed one, waits for the other side. */
  expireHours: number;
}

/** A shift: whoever has not accepted by then comes on with the next. */
export const usualHandovers: HandoverPolicy = { rooms: undefined, expireHours: 12 };

/** `destination` is how settings name a room. */
export function handoverPolicy(
  destination: z.ZodType<{ channel: 'slack' | 'teams'; conversation: string }>,
): z.ZodType<HandoverPolicy> {
  return z
    .object({
      rooms: z.array(destination).optional(),
      expireHours: z.number().positive().max(72).default(usualHandovers.expireHours),
    })
    .strict()
    .transform(({ rooms, expireHours }) => ({ rooms, expireHours }));
}
