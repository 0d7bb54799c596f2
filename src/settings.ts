import fs from 'node:fs';
import path from 'node:path';
import Mustache from 'mustache';
import { parse } from 'yaml';
import { z } from 'zod';
import { type AudienceRule, audiencePolicy } from './channels/audience-policy.ts';
import type { RoomClearance } from './channels/clearance.ts';
import { type DigestPolicy, digestPolicy, usualDigests } from './channels/digest-settings.ts';
import { type EnrichmentPolicy, enrichmentPolicy, usualEnrichment, withFiles } from './enrichers/settings.ts';
import { severities } from './incident/alert.ts';
import { type QuestionPolicy, usualQuestions } from './incident/consequence.ts';
import type { EscalationPolicy } from './incident/limits.ts';
import { type Matcher, matchable } from './incident/match.ts';
import type { ValueRule } from './incident/priority.ts';
import { type QuietPolicy, quietPolicy, usualQuiet } from './incident/quiet-settings.ts';
import type { Route } from './incident/route.ts';
import { type HuntPolicy, noHunts } from './kql/hunt-policy.ts';
import { type LogPolicy, usualLogs } from './kql/policy.ts';
import { entityKinds } from './kql/read-entity.ts';
import { eventHubsHost } from './outgoing.ts';
import { type ClockRule, clockPolicy, usualClocks } from './people/clock-policy.ts';
import { escalationPolicy, usualEscalation } from './people/escalation-settings.ts';
import { type HandoverPolicy, handoverPolicy, usualHandovers } from './people/handover-settings.ts';
import { roles } from './people/roles.ts';
import type { KnownPerson, RoleGroup } from './people/roster.ts';
import { noRotas, type OnCallPolicy, onCallPolicy, withCalendars } from './people/rota-settings.ts';
import { type PlaybookPolicy, playbookPolicy, usualPlaybooks } from './playbooks/settings.ts';
import { type PreparationPolicy, preparationPolicy, usualPreparation } from './preparation/settings.ts';
import { room, text } from './setting-shapes.ts';

/** What the YAML file holds. */
export interface Settings {
  people: KnownPerson[];
  /** Entra groups whose members have roles. */
  groups: RoleGroup[];
  /** Who says who works here: Entra ID, or this file alone. */
  directory: 'entra' | 'file';
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
  /** Rooms that are shown less than the whole, or are said to be shown it. */
  clearance: RoomClearance[];
  /** Legal clocks that may be started. */
  clocks: ClockRule[];
  /** Whom updates about an incident may be sent to. */
  audiences: AudienceRule[];
  /** The template of a review, as its file holds it; our own where absent. */
  reviews: { template?: string | undefined };
  windowHours: number;
  lookbackDays: number;
  /** When new incidents join one summary instead of a card each. */
  storm: { waiting: number; perMinute: number };
  /** What is kept quiet: maintenance windows, what explains what, what opens and closes by itself, what goes to a digest. */
  quiet: QuietPolicy;
  /** How often one person may ask for something, and be denied. */
  limits: { personPerMinute: number; deniedPerMinute: number };
  /** "Was this you?": how long an answer is waited for, and what follows. */
  questions: QuestionPolicy;
  /** Where logs are asked, and how much of it. */
  logs: LogPolicy;
  /** Folders of saved queries, and those that run by themselves. */
  hunts: HuntPolicy;
  /** What is asked of far sides about entities, and what it weighs. */
  enrichment: EnrichmentPolicy;
  /** Which numbers are told by themselves, when and where. */
  digests: DigestPolicy;
  /** What may be run from cards, whose yes it needs, and what is run by itself. */
  playbooks: PlaybookPolicy;
  /** Who is on call when, and where that is kept. */
  onCall: OnCallPolicy;
  /** Drills, the proof that alerts arrive, and what is looked after by itself. */
  preparation: PreparationPolicy;
  /** Where handovers between shifts are shown, and how long they wait. */
  handovers: HandoverPolicy;
  /** Until when somebody has to have an incident, and who is called where nobody does. */
  escalation: EscalationPolicy;
  /** Days: raw alerts, refused ones, answers of logs, closed incidents and lines of the record before they may be archived. */
  keep: {
    rawDays: number;
    refusedDays: number;
    queryDays: number;
    closedDays: number;
    recordDays: number;
  };
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

const patterns = z
  .union([text, z.array(text)])
  .transform((value) => (Array.isArray(value) ? value : [value]));
const matcher = z.partialRecord(z.enum(matchable), patterns) satisfies z.ZodType<Matcher>;

const routeFields = {
  name: text.default('unnamed'),
  match: matcher.default({}),
  priority: z.number().min(0).default(0),
  to: z.array(room).optional(),
  escalation: text.optional(),
  continue: z.boolean().default(false),
};
const route: z.ZodType<Route> = z
  .object({ ...routeFields, routes: z.lazy(() => z.array(route)).default([]) })
  .strict()
  .transform(({ to, ...rest }) => ({ ...rest, to }));

/** By id: the platform calls a room by nothing else, and one that is not known again would be shown the whole. */
const slackRoom = /^[CDG][A-Z0-9]+$/;
const roomClearance: z.ZodType<RoomClearance> = z
  .object({
    slack: text.regex(slackRoom, 'is not like C012ABCDEF, the id in the details of a channel').optional(),
    teams: text.optional(),
    shows: z.enum(['whole', 'masked', 'existence']),
    hideHosts: z.boolean().default(false),
  })
  .strict()
  .transform(({ slack, teams, ...rest }, context) => {
    if (slack && !teams) return { channel: 'slack' as const, conversation: slack, ...rest };
    if (teams && !slack) return { channel: 'teams' as const, conversation: teams, ...rest };
    context.addIssue({ code: 'custom', message: 'needs either slack or teams' });
    return z.NEVER;
  });

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

/**
 * Five a second, kept up for a minute: nobody reads that fast, and every letter typed in a search is one. A new
 * colleague tries every button once and is denied each; a denial is a row that is kept for good.
 */
const perPerson = { personPerMinute: 300, deniedPerMinute: 20 };

/**
 * A week to look at what came in and at what logs said, a quarter for what was not understood, a year and a bit of
 * precedents, seven years.
 */
const kept = { rawDays: 7, refusedDays: 90, queryDays: 7, closedDays: 400, recordDays: 2_557 };
const days = z.number().int().min(1).max(36_500);

const workspace = z
  .object({
    // It is typed after --workspace.
    name: text.regex(/^[\w-]{1,40}$/, 'is a word of letters, digits, - and _'),
    id: z.guid().toLowerCase(),
    resource: text
      .regex(
        /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/[^/]+\/providers\/Microsoft\.OperationalInsights\/workspaces\/[^/]+$/i,
        'is not like /subscriptions/…/resourceGroups/…/providers/Microsoft.OperationalInsights/workspaces/…',
      )
      .optional(),
  })
  .strict();

/** From five minutes to two weeks, as Sentinel's own rules. */
const minutesIn: Record<string, number> = { m: 1, h: 60, d: 1_440 };
const minutes = text.transform((said, context) => {
  const [, count = '', unit = ''] = said.match(/^(\d{1,5})([mhd])$/) ?? [];
  const length = Number(count) * (minutesIn[unit] ?? 0);
  if (length >= 5 && length <= 20_160) return length;
  context.addIssue({ code: 'custom', message: 'is not like 15m, 4h or 7d, from 5m to 14d' });
  return z.NEVER;
});

const scheduledHunt = z
  .object({
    hunt: text,
    every: minutes,
    last: minutes.optional(),
    workspace: text.optional(),
    severity: z.enum(severities).default('medium'),
    values: z.record(text, z.union([text, z.number().transform(String), z.array(text)])).default({}),
    entities: z.partialRecord(z.enum(entityKinds), text).default({}),
  })
  .strict()
  .transform(({ every, last, workspace, ...rest }) => ({
    ...rest,
    everyMinutes: every,
    lastMinutes: last ?? every,
    workspace,
  }));

const settings = z
  .object({
    people: z
      .array(
        z
          .object({
            id: z.guid().toLowerCase(),
            name: text,
            upn: text,
            roles: z.array(z.enum(roles)).min(1),
            slack: text.regex(/^[UW][A-Z0-9]+$/, 'is not like U012ABCDEF').optional(),
            manager: z.guid().toLowerCase().optional(),
          })
          .strict(),
      )
      .default([]),
    groups: z
      .array(
        z.object({ id: z.guid().toLowerCase(), name: text, roles: z.array(z.enum(roles)).min(1) }).strict(),
      )
      .default([]),
    directory: z.enum(['entra', 'file']).default('entra'),
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
    clearance: z.array(roomClearance).default([]),
    clocks: clockPolicy.default(usualClocks),
    audiences: audiencePolicy.default([]),
    reviews: z.object({ template: text.optional() }).strict().default({}),
    windowHours: z.number().positive().default(24),
    lookbackDays: z.number().positive().default(7),
    storm: z
      .object({
        waiting: z.number().int().min(1).default(calm.waiting),
        perMinute: z.number().int().min(1).default(calm.perMinute),
      })
      .strict()
      .default(calm),
    limits: z
      .object({
        personPerMinute: z.number().int().min(10).default(perPerson.personPerMinute),
        deniedPerMinute: z.number().int().min(1).default(perPerson.deniedPerMinute),
      })
      .strict()
      .default(perPerson),
    questions: z
      .object({
        // A day: whoever has not answered by then is not going to.
        minutes: z.number().positive().max(1_440).default(usualQuestions.minutes),
        yes: z.enum(['note', 'lower', 'close']).default(usualQuestions.yes),
        no: z.enum(['note', 'raise']).default(usualQuestions.no),
        unanswered: z.enum(['note', 'raise']).default(usualQuestions.unanswered),
        slackSignIn: z.enum(['entra', 'separate']).default(usualQuestions.slackSignIn),
      })
      .strict()
      .default(usualQuestions),
    logs: z
      .object({
        workspaces: z
          .array(workspace)
          .refine((all) => new Set(all.map(({ name }) => name.toLowerCase())).size === all.length, {
            error: 'two workspaces have one name',
          })
          .default([]),
        as: z.enum(['bot', 'person']).default(usualLogs.as),
        // Azure runs no more than five for one name.
        atOnce: z.number().int().min(1).max(5).default(usualLogs.atOnce),
        // Azure's own limit is ten minutes.
        seconds: z.number().int().min(5).max(600).default(usualLogs.seconds),
        rows: z.number().int().min(10).max(30_000).default(usualLogs.rows),
        days: z.number().int().min(1).max(730).default(usualLogs.days),
      })
      .strict()
      .default(usualLogs),
    hunts: z
      .object({
        folder: text.optional(),
        folders: z.array(text).default([]),
        scheduled: z.array(scheduledHunt).max(200).default([]),
      })
      .strict()
      .transform(({ folder, folders, scheduled }) => ({
        folders: [...(folder === undefined ? [] : [folder]), ...folders],
        scheduled,
      }))
      .default(noHunts),
    enrichment: enrichmentPolicy.default(usualEnrichment),
    digests: digestPolicy.default(usualDigests),
    playbooks: playbookPolicy(matcher).default(usualPlaybooks),
    onCall: onCallPolicy(matcher).default(noRotas),
    preparation: preparationPolicy.default(usualPreparation),
    handovers: handoverPolicy.default(usualHandovers),
    escalation: escalationPolicy.default(usualEscalation),
    quiet: quietPolicy(matcher, room).default(usualQuiet),
    keep: z
      .object({
        rawDays: days.default(kept.rawDays),
        refusedDays: days.default(kept.refusedDays),
        queryDays: days.default(kept.queryDays),
        closedDays: days.default(kept.closedDays),
        recordDays: days.default(kept.recordDays),
      })
      .strict()
      .default(kept),
  })
  .strict()
  .superRefine(({ logs, hunts }, context) => {
    if (hunts.scheduled.length > 0 && (hunts.folders.length === 0 || logs.workspaces.length === 0)) {
      const message = 'also needs hunts.folder and logs.workspaces';
      context.addIssue({ code: 'custom', path: ['hunts', 'scheduled'], message });
    }
    for (const [index, { workspace }] of hunts.scheduled.entries()) {
      if (!workspace || logs.workspaces.some(({ name }) => name === workspace)) continue;
      const message = `${workspace} is none of the workspaces under logs`;
      context.addIssue({ code: 'custom', path: ['hunts', 'scheduled', index, 'workspace'], message });
    }
  })
  .superRefine(({ route, escalation }, context) => {
    const known = escalation.policies.map(({ name }) => name);
    for (const name of policiesOf(route).filter((one) => !known.includes(one))) {
      const message = `${name} is none of the policies under escalation`;
      context.addIssue({ code: 'custom', path: ['route'], message });
    }
  })
  .superRefine(({ clearance, ...others }, context) => {
    if (!clearance.some(({ channel }) => channel === 'slack')) return;
    // A room that something else calls by its name would not be known for the one that is listed by its id.
    for (const [key, value] of Object.entries(others)) {
      for (const name of slackRoomsIn(value).filter((room) => !slackRoom.test(room))) {
        const message = `${name} is a name; where clearance lists rooms of Slack, every one is given by its id`;
        context.addIssue({ code: 'custom', path: [key], message });
      }
    }
  });

/** Names of policies of limits that routes call for. */
function policiesOf({ escalation, routes }: Route): string[] {
  return [...(escalation === undefined ? [] : [escalation]), ...routes.flatMap(policiesOf)];
}

/** Wherever a room may be named, however deep. */
function slackRoomsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('channel' in value && value.channel === 'slack' && 'conversation' in value)
    return [String(value.conversation)];
  return Object.values(value).flatMap(slackRoomsIn);
}

/** Reads and checks it; what is wrong is added to `faults`, and then what is returned is empty. */
export function readSettings(file: string, faults: string[]): Settings {
  const empty: Settings = {
    people: [],
    groups: [],
    directory: 'entra',
    feeds: { defender: [], sentinel: [], streams: [] },
    values: [],
    route: { name: '', match: {}, priority: 0, to: [], continue: false, routes: [] },
    clearance: [],
    clocks: usualClocks,
    audiences: [],
    reviews: {},
    windowHours: 24,
    lookbackDays: 7,
    storm: calm,
    limits: perPerson,
    questions: usualQuestions,
    logs: usualLogs,
    hunts: noHunts,
    enrichment: usualEnrichment,
    digests: usualDigests,
    playbooks: usualPlaybooks,
    onCall: noRotas,
    preparation: usualPreparation,
    handovers: usualHandovers,
    escalation: usualEscalation,
    quiet: usualQuiet,
    keep: kept,
  };
  if (!file) return empty;
  try {
    const read = settings.safeParse(parse(fs.readFileSync(file, 'utf8')));
    if (read.success) return withPlaces(read.data, file);
    for (const issue of read.error.issues)
      faults.push(`${file}: ${issue.path.join('.') || 'top'}: ${issue.message}`);
  } catch (error) {
    faults.push(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  return empty;
}

/** Folders are named as seen from the settings file. */
function withPlaces(read: Settings, file: string): Settings {
  const seenFromFile = (place: string) => path.resolve(path.dirname(file), place);
  const folders = read.hunts.folders.map(seenFromFile);
  const { drills } = read.preparation;
  const folder = drills.folder === undefined ? undefined : seenFromFile(drills.folder);
  return {
    ...read,
    hunts: { ...read.hunts, folders },
    preparation: { ...read.preparation, drills: { ...drills, folder } },
    reviews: withTemplate(read.reviews, seenFromFile),
    enrichment: withFiles(read.enrichment, seenFromFile),
    onCall: withCalendars(read.onCall, seenFromFile),
  };
}

/** Read and tried at the start: a review is asked for when there is no time to mend it. */
function withTemplate(
  { template }: Settings['reviews'],
  seenFromFile: (place: string) => string,
): Settings['reviews'] {
  if (!template) return {};
  const text = fs.readFileSync(seenFromFile(template), 'utf8');
  Mustache.parse(text);
  return { template: text };
}

/** The YAML file alone, for tools that need no credentials. */
export function readSettingsFile(file: string): Settings {
  const faults: string[] = [];
  const read = readSettings(file, faults);
  if (faults.length > 0) throw new ConfigFaults(faults);
  return read;
}
