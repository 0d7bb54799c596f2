import type { Instant, Owner } from './alert.ts';
import { type Subject, subjectName } from './enrichment.ts';

/** How much harm a playbook can do where it is wrong. */
export const risks = ['low', 'medium', 'high'] as const;
export type Risk = (typeof risks)[number];

/**
 * Where a run stands. `requested`: it is looked at how things are, nothing is changed. `succeeded` may go on to
 * `reversing`, and comes back from there where it cannot be undone.
 */
const runStates = [
  'requested',
  'awaiting-approval',
  'approved',
  'refused',
  'expired',
  'running',
  'succeeded',
  'failed',
  'cancelled',
  'reversing',
  'reversed',
] as const;
export type RunState = (typeof runStates)[number];

/** Whose yes a run needs. `own`: whoever asked says it again once they have seen what it comes to. `two`: a lead and one more. */
export const needs = ['own', 'peer', 'lead', 'two'] as const;
export type Need = (typeof needs)[number];

/** Who wanted it: a person, or a rule of the settings by its name. */
export type Requester = ({ kind: 'person' } & Owner) | { kind: 'rule'; name: string };

/** What exactly is to be done; approval is of this and nothing else. */
export interface RunOrder {
  /** Name of the playbook. */
  play: string;
  target: Subject;
  parameters: Record<string, string>;
  /** Until it is taken back by itself; `undefined` where it stands until somebody ends it. */
  minutes: number | undefined;
}

/** What the playbook said of itself when the run was asked for. */
export interface PlayGlance {
  /** `Isolate a machine`. */
  title: string;
  risk: Risk;
  /** One sentence; may hold untrusted names. */
  effect: string;
  /** `Release`, and what that does; `undefined` where nothing takes it back. */
  reverse: { title: string; effect: string } | undefined;
}

/** What happened to a run, in the past tense. Stored for ever. */
const runMoves = [
  'requested',
  'changed',
  'approved',
  'broke-glass',
  'reviewed',
  'refused',
  'expired',
  'withdrawn',
  'started',
  'succeeded',
  'failed',
  'reminded',
  'extended',
  'carried',
  'undo-started',
  'undone',
  'undo-failed',
] as const;
export type RunMove = (typeof runMoves)[number];

export interface Approval {
  by: Owner;
  at: Instant;
  /** Hash of the order that was approved. */
  hash: string;
  /** They answer for it, beyond being one more pair of eyes. */
  asLead: boolean;
}

/** Done without the approval that it needs, loudly, by somebody who answers for it. */
export interface BreakGlass {
  by: Owner;
  at: Instant;
  reason: string;
  /** What a lead made of it afterwards; `undefined` until then. */
  review: { by: Owner; at: Instant; note: string } | undefined;
}

/** One execution of a playbook. */
export interface Run {
  /** UUID. */
  id: string;
  number: number;
  incident: number;
  /** Grows with every change. */
  version: number;
  play: PlayGlance;
  order: RunOrder;
  /** SHA-256 of the order, hexadecimal. */
  hash: string;
  /** The version since which the order is this one. */
  changedAt: number;
  /** Why it is wanted, as whoever asked wrote it; may be empty. */
  reason: string;
  requestedBy: Requester;
  requestedAt: Instant;
  need: Need;
  /** Why that much is needed: `a crown jewel`. */
  because: string;
  state: RunState;
  /** How things were before, from the look. */
  found: { label: string; value: string }[];
  warning: string;
  approvals: Approval[];
  /** An approval after this is one too late. */
  decideBy: Instant;
  breakGlass: BreakGlass | undefined;
  /** Who refused or cancelled it, and what they wrote. */
  ended: { by: string; note: string } | undefined;
  startedAt: Instant | undefined;
  /** When it was done, or was given up. */
  endedAt: Instant | undefined;
  /** When it is taken back by itself. */
  endsAt: Instant | undefined;
  /** Somebody was told that it will end soon. */
  reminded: boolean;
  /** The newest sentence about how far it is. */
  says: string;
  outputs: ({ label: string; text: string } | { label: string; url: string })[];
  /** Who took it back, or `its end`; why it could not be taken back, empty where it could. */
  undo: { by: string; at: Instant; failure: string } | undefined;
  /** What the playbook remembers, and left while it was under way; JSON. */
  memory: unknown;
  handle: unknown;
  /** Tries in a row that failed. */
  attempts: number;
  /** Of an exercise: asked for and decided on like any other, and nothing is done. */
  rehearsed?: boolean;
}

/** What an incident remembers of a run, and its card shows. Names are untrusted. */
export interface RunGlance {
  id: string;
  number: number;
  /** `Isolate a machine`. */
  title: string;
  /** `vm-pay-web-01`. */
  target: string;
  state: RunState;
  /** Whose yes is missing yet. */
  need: Need;
  /** See `isStanding`. */
  standing: boolean;
  endsAt: Instant | undefined;
  /** Why it could not be taken back; empty elsewhere. */
  trouble: string;
  /** It was run without the approval that it needed, and no lead has looked at that yet. */
  unreviewed: boolean;
  /** Nothing was done: it belongs to an exercise. */
  rehearsed?: boolean;
}

export function glanceOf(run: Run): RunGlance {
  return {
    id: run.id,
    number: run.number,
    title: run.play.title,
    target: subjectName(run.order.target),
    state: run.state,
    need: stillNeed(run),
    standing: isStanding(run),
    endsAt: run.endsAt,
    trouble: run.undo?.failure ?? '',
    unreviewed: run.breakGlass !== undefined && run.breakGlass.review === undefined,
    ...(run.rehearsed && { rehearsed: true }),
  };
}

/** Whose yes is missing yet: of two, one may have been said. */
export function stillNeed({ need, approvals }: Pick<Run, 'need' | 'approvals'>): Need {
  if (need !== 'two' || approvals.length === 0) return need;
  return approvals.some(({ asLead }) => asLead) ? 'peer' : 'lead';
}

/** `RUN-7`. */
export function runName(number: number): string {
  return `RUN-${number}`;
}

/** It changes something right now, and could be taken back. */
export function isStanding({ state, play, rehearsed }: Pick<Run, 'state' | 'play' | 'rehearsed'>): boolean {
  return !rehearsed && play.reverse !== undefined && (state === 'succeeded' || state === 'reversing');
}

/** Something is still to come of it: somebody decides, or a far side is at it. */
const openStates: readonly RunState[] = [
  'requested',
  'awaiting-approval',
  'approved',
  'running',
  'reversing',
];

/** Somebody has to know of it still. */
export function isAlive({ state, standing, unreviewed }: RunGlance): boolean {
  return standing || unreviewed || openStates.includes(state);
}

/** The run after a change of it. */
export function moved(run: Run, change: Partial<Run>): Run {
  return { ...run, ...change, version: run.version + 1 };
}

/** So many minutes after that. */
export function later(at: Instant, minutes: number): Instant {
  return new Date(Date.parse(at) + minutes * 60_000).toISOString();
}
