import fs from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Matcher, matchable } from './incident/match.ts';
import type { ValueRule } from './incident/priority.ts';
import type { Route } from './incident/route.ts';
import type { Person } from './people/people.ts';
import { roles } from './people/roles.ts';

/** What the YAML file holds. */
export interface Settings {
  people: Person[];
  feeds: {
    defender: string[];
    sentinel: { subscription: string; resourceGroup: string; workspace: string }[];
    streams: {
      source: 'defender' | 'sentinel';
      namespace: string;
      eventHub: string;
      consumerGroup: string;
    }[];
  };
  values: ValueRule[];
  route: Route;
  windowHours: number;
  lookbackDays: number;
  /** When new incidents join one summary instead of a card each. */
  storm: { waiting: number; perMinute: number };
  /** Days: raw alerts, refused ones, closed incidents before they may be archived. */
  keep: { rawDays: number; refusedDays: number; closedDays: number };
}

/** Every fault at once, each with its cure. */
export class ConfigFaults extends Error {
  override readonly name = 'ConfigFaults';
  constructor(faults: string[]) {
    super(
      `The configuration has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n- ${faults.join('\n- ')}`,
    );
  }
}

const text = z.string().trim().min(1);
const patterns = z
  .union([text, z.array(text)])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const matcher = z.partialRecord(z.enum(matchable), patterns) satisfies z.ZodType<Matcher>;

const destination = z.union([
  z
    .object({ slack: text })
    .strict()
    .transform(({ slack }) => ({ channel: 'slack' as const, conversation: slack })),
  z
    .object({ teams: text })
    .strict()
    .transform(({ teams }) => ({ channel: 'teams' as const, conversation: teams })),
]);

const routeFields = {
  name: text.default('unnamed'),
  match: matcher.default({}),
  priority: z.number().min(0).default(0),
  to: z.array(destination).optional(),
  continue: z.boolean().default(false),
};
const route: z.ZodType<Route> = z
  .object({ ...routeFields, routes: z.lazy(() => z.array(route)).default([]) })
  .strict()
  .transform(({ to, ...rest }) => ({ ...rest, to }));

/** Hosts of Event Hubs, public and sovereign clouds: our token goes to no others. */
const eventHubsHost = /^[a-z0-9-]+\.servicebus\.(windows\.net|usgovcloudapi\.net|chinacloudapi\.cn)$/;

const stream = z
  .object({
    source: z.enum(['defender', 'sentinel']),
    namespace: text.toLowerCase().regex(eventHubsHost, 'is not like contoso-alerts.servicebus.windows.net'),
    eventHub: text,
    consumerGroup: text.default('$Default'),
  })
  .strict();

/** Five seconds late at one message a second; a card every other second for a whole minute. */
const calm = { waiting: 5, perMinute: 30 };

/** A week to look at what came in, a quarter for what was not understood, a year and a bit of precedents. */
const kept = { rawDays: 7, refusedDays: 90, closedDays: 400 };
const days = z.number().int().min(1).max(36_500);

const settings = z
  .object({
    people: z
      .array(
        z
          .object({ id: z.guid().toLowerCase(), name: text, upn: text, roles: z.array(z.enum(roles)).min(1) })
          .strict(),
      )
      .default([]),
    feeds: z
      .object({
        defender: z.array(text).default([]),
        sentinel: z
          .array(z.object({ subscription: text, resourceGroup: text, workspace: text }).strict())
          .default([]),
        streams: z.array(stream).default([]),
      })
      .strict()
      .superRefine(({ streams, ...polled }, context) => {
        for (const [index, { source }] of streams.entries()) {
          if (polled[source].length > 0) continue;
          // What a stream misses is found by polling, and decisions are written back there.
          const message = `also needs an entry under feeds.${source}`;
          context.addIssue({ code: 'custom', path: ['streams', index], message });
        }
      })
      .default({ defender: [], sentinel: [], streams: [] }),
    values: z
      .array(z.object({ name: text, match: matcher, weight: z.number().min(1).max(10) }).strict())
      .default([]),
    route,
    windowHours: z.number().positive().default(24),
    lookbackDays: z.number().positive().default(7),
    storm: z
      .object({
        waiting: z.number().int().min(1).default(calm.waiting),
        perMinute: z.number().int().min(1).default(calm.perMinute),
      })
      .strict()
      .default(calm),
    keep: z
      .object({
        rawDays: days.default(kept.rawDays),
        refusedDays: days.default(kept.refusedDays),
        closedDays: days.default(kept.closedDays),
      })
      .strict()
      .default(kept),
  })
  .strict();

/** Reads and checks it; what is wrong is added to `faults`, and then what is returned is empty. */
export function readSettings(file: string, faults: string[]): Settings {
  const empty: Settings = {
    people: [],
    feeds: { defender: [], sentinel: [], streams: [] },
    values: [],
    route: { name: '', match: {}, priority: 0, to: [], continue: false, routes: [] },
    windowHours: 24,
    lookbackDays: 7,
    storm: calm,
    keep: kept,
  };
  if (!file) return empty;
  try {
    const read = settings.safeParse(parse(fs.readFileSync(file, 'utf8')));
    if (read.success) return read.data;
    for (const issue of read.error.issues)
      faults.push(`${file}: ${issue.path.join('.') || 'top'}: ${issue.message}`);
  } catch (error) {
    faults.push(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return empty;
}

/** The YAML file alone, for tools that need no credentials. */
export function readSettingsFile(file: string): Settings {
  const faults: string[] = [];
  const read = readSettings(file, faults);
  if (faults.length > 0) throw new ConfigFaults(faults);
  return read;
}
