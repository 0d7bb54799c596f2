import { z } from 'zod';
import { type Room, room } from '../setting-shapes.ts';

/** What the settings file says of handovers. */
export interface HandoverPolicy {
  /** Rooms that are shown them once they are signed; where the route leads first, where nothing is said. */
  rooms: Room[] | undefined;
  /** So long a draft, or a signed one, waits for the other side. */
  expireHours: number;
}

/** A shift: whoever has not accepted by then comes on with the next. */
export const usualHandovers: HandoverPolicy = { rooms: undefined, expireHours: 12 };

export const handoverPolicy: z.ZodType<HandoverPolicy> = z
  .object({
    rooms: z.array(room).optional(),
    expireHours: z.number().positive().max(72).default(usualHandovers.expireHours),
  })
  .strict()
  .transform(({ rooms, expireHours }) => ({ rooms, expireHours }));
