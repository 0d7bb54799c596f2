import type { Alert, Instant } from './alert.ts';
import {
  type Deed,
  emptyIncident,
  evolve,
  type Incident,
  type IncidentEvent,
  tellsOfDeed,
} from './incident.ts';
import { deedInWords } from './summary.ts';
import { learnedInWords } from './worth.ts';

/** Everything that happened, in order; the first has version 1. */
export type Story = readonly IncidentEvent[];

/** All that it was alerted to; the incident itself keeps the first few. */
export const alertsIn = (story: Story): Alert[] =>
  story.flatMap((event) => ('alert' in event ? [event.alert] : []));

/** Any event in words, also one that nobody did. Holds untrusted text as it was written. */
export function eventInWords(event: IncidentEvent, version: number): string {
  switch (event.type) {
    case 'opened':
      return `Opened by an alert of ${event.alert.product}: ${event.alert.title}`;
    case 'alert-joined':
      return `An alert of ${event.alert.product} joined: ${event.alert.title}`;
    case 'alert-changed':
      return `Its source changed an alert: ${event.alert.title}`;
    case 'worth-learned':
      return learnedInWords(event.learned, event.priority);
    default:
      if (!tellsOfDeed(event.type)) return inWords(event.type);
      return deedInWords({ ...event, version } as Deed);
  }
}

/** Of a version after this one: `legal-hold-lifted`. */
const inWords = (type: string): string => type.replaceAll('-', ' ');

/**
 * The incident as it was then, and how much of the story had happened; `undefined` before it was there. The story is cut
 * where the first event is later: what stood then is a state that there was.
 */
export function asItWas(
  id: number,
  story: Story,
  at: Instant,
): { incident: Incident; happened: number } | undefined {
  const later = story.findIndex((event) => event.at > at);
  const happened = later < 0 ? story.length : later;
  if (happened === 0) return undefined;
  return { incident: story.slice(0, happened).reduce(evolve, emptyIncident(id)), happened };
}

/** What a review tells of how fast it went; `undefined` where it did not come to that. In milliseconds since it opened. */
export interface StoryTimes {
  acknowledge: number | undefined;
  /** Until the first change stood that a playbook can take back. */
  contain: number | undefined;
  /** Until it was closed, and stayed so. */
  remediate: number | undefined;
}

export function timesOf(story: Story): StoryTimes {
  const opened = story.find(({ type }) => type === 'opened');
  const since = (event: IncidentEvent | undefined) =>
    event && opened ? Math.max(0, Date.parse(event.at) - Date.parse(opened.at)) : undefined;
  const ended = story.findLast(({ type }) => ['closed', 'merged', 'reopened'].includes(type));
  return {
    acknowledge: since(story.find(({ type }) => type === 'acknowledged')),
    contain: since(story.find(isContained)),
    remediate: ended?.type === 'reopened' ? undefined : since(ended),
  };
}

function isContained(event: IncidentEvent): boolean {
  return event.type === 'run-moved' && event.move === 'succeeded' && event.run.standing;
}

/** A run as its incident's story tells of it. */
export interface RunStory {
  name: string;
  title: string;
  target: string;
  asked: Told | undefined;
  approved: Told[];
  withoutApproval: Told | undefined;
  done: Instant | undefined;
  failed: Told | undefined;
  undone: Told | undefined;
  /** It changes something still, as far as the story goes. */
  stands: boolean;
}

export interface Told {
  at: Instant;
  by: string;
  note: string;
}

/** Runs in the order in which they were asked for, or came along. */
export function runsIn(story: Story, nameOf: (event: IncidentEvent) => string): RunStory[] {
  const runs = new Map<string, RunStory>();
  for (const event of story) {
    if (event.type !== 'run-moved') continue;
    const { run, move, note } = event;
    const told: Told = { at: event.at, by: nameOf(event), note };
    const known = runs.get(run.id) ?? {
      name: `RUN-${run.number}`,
      title: run.title,
      target: run.target,
      asked: undefined,
      approved: [],
      withoutApproval: undefined,
      done: undefined,
      failed: undefined,
      undone: undefined,
      stands: false,
    };
    runs.set(run.id, {
      ...known,
      stands: run.standing,
      ...(move === 'requested' && { asked: told }),
      ...(move === 'approved' && { approved: [...known.approved, told] }),
      // What was approved before is not what is asked now.
      ...(move === 'changed' && { approved: [] }),
      ...(move === 'broke-glass' && { withoutApproval: told }),
      ...(move === 'succeeded' && { done: event.at }),
      ...((move === 'failed' || move === 'undo-failed') && { failed: told }),
      ...(move === 'undo-started' && { undone: told }),
      ...(move === 'undone' && { undone: { ...told, by: known.undone?.by ?? told.by } }),
    });
  }
  return [...runs.values()];
}
