import { z } from 'zod';
import { cron, type Room, roomById, text, timeZone } from '../setting-shapes.ts';

/** What the settings file says of practice, proof and what is looked after by itself. */
export interface PreparationPolicy {
  /** Who is told of what was found missing; where nothing stands here, the rooms of `playbooks`, or those of the root of the route. */
  rooms: Room[];
  drills: {
    /** A folder of scenarios of your own, beside those that come with Watchfloor. */
    folder: string | undefined;
    /** Where drills are shown that name no room; where nothing stands here, as real alerts would be. */
    rooms: Room[];
    /** Whether a drill calls whoever is on call: nobody, or in chat alone, told that it is an exercise. */
    pages: 'nobody' | 'marked';
    gameDays: GameDay[];
  };
  proof: {
    everyMinutes: number;
    /** Nothing is proven where there is none. */
    rooms: Room[];
    /** Each of its steps has to be done within this. */
    withinSeconds: number;
  };
  reconcile: { everyMinutes: number };
  /** When it is looked whether Azure knows whom to warn. */
  contacts: { enabled: boolean; at: string; timeZone: string };
}

/** A drill that begins by itself. */
export interface GameDay {
  name: string;
  scenario: string;
  at: string;
  timeZone: string;
  rooms: Room[];
  announced: boolean;
}

export const usualPreparation: PreparationPolicy = {
  rooms: [],
  drills: { folder: undefined, rooms: [], pages: 'nobody', gameDays: [] },
  // A minute is far beyond what a step takes, and within what people would wait.
  proof: { everyMinutes: 60, rooms: [], withinSeconds: 60 },
  reconcile: { everyMinutes: 60 },
  contacts: { enabled: true, at: '0 8 * * *', timeZone: 'UTC' },
};

/** One room needs no brackets. */
const rooms = z.preprocess(
  (said) => (said === undefined || Array.isArray(said) ? said : [said]),
  z.array(roomById).max(4).default([]),
);

const gameDay = z
  .object({
    name: text.max(60),
    scenario: text,
    at: cron,
    timeZone: timeZone.default('UTC'),
    room: rooms,
    announced: z.boolean().default(true),
  })
  .strict()
  .transform(({ room, ...rest }): GameDay => ({ ...rest, rooms: room }));

const { drills, proof, reconcile, contacts } = usualPreparation;

/** The block `preparation` of the settings. */
export const preparationPolicy: z.ZodType<PreparationPolicy> = z
  .object({
    room: rooms,
    drills: z
      .object({
        folder: text.optional(),
        room: rooms,
        pages: z.enum(['nobody', 'marked']).default(drills.pages),
        gameDays: z
          .array(gameDay)
          .max(20)
          .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, {
            error: 'two game days have one name',
          })
          .default([]),
      })
      .strict()
      .transform(({ folder, room, ...rest }) => ({ folder, rooms: room, ...rest }))
      .default(drills),
    proof: z
      .object({
        everyMinutes: z.number().int().min(5).max(1_440).default(proof.everyMinutes),
        room: rooms,
        withinSeconds: z.number().int().min(10).max(600).default(proof.withinSeconds),
      })
      .strict()
      .transform(({ room, ...rest }) => ({ rooms: room, ...rest }))
      .default(proof),
    reconcile: z
      .object({ everyMinutes: z.number().int().min(10).max(1_440).default(reconcile.everyMinutes) })
      .strict()
      .default(reconcile),
    contacts: z
      .object({
        enabled: z.boolean().default(contacts.enabled),
        at: cron.default(contacts.at),
        timeZone: timeZone.default('UTC'),
      })
      .strict()
      .default(contacts),
  })
  .strict()
  .transform(({ room, ...rest }) => ({ rooms: room, ...rest }));
