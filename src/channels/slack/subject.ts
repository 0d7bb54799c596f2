import { z } from 'zod';
import { longestWords } from '../page-view.ts';
import { type QueryVerb, queryVerbs } from '../query-view.ts';
import { type RunVerb, runVerbs } from '../run-view.ts';
import type { ButtonVerb, Choice, FieldView } from '../views.ts';
import { lengthOf } from './faults.ts';
import { buttonVerb } from './verbs.ts';

/** What a dialog is about. The conversation, and the thread in it, is where the person is told how it went. */
export type Subject = IncidentSubject | QuerySubject | RunSubject | WordsSubject;

export interface IncidentSubject extends Suggested {
  incident: number;
  version: number;
  verb: ButtonVerb;
  conversation: string;
  /** What was filled on the page before: Slack sends back only what is on this one. */
  carried?: Record<string, string> | undefined;
}

export interface QuerySubject extends Suggested {
  query: string;
  verb: QueryVerb;
  conversation: string;
  thread?: string | undefined;
}

export interface RunSubject extends Suggested {
  run: string;
  revision: number;
  verb: RunVerb;
  conversation: string;
  thread?: string | undefined;
}

export interface WordsSubject extends Suggested {
  words: string;
  conversation: string;
  thread?: string | undefined;
  /** The button was in a message that nobody else sees; nobody else is told what comes of it. */
  alone?: true | undefined;
}

/** What a field that is searched offers before anything is typed: Slack keeps no place for it beside the field. */
interface Suggested {
  suggested?: Suggestion[] | undefined;
}
type Suggestion = [value: string, label: string];

const suggested = z.array(z.tuple([z.string(), z.string()])).optional();
const subject = z.union([
  z.object({
    incident: z.number().int(),
    version: z.number().int(),
    verb: buttonVerb,
    conversation: z.string(),
    carried: z.record(z.string(), z.string()).optional(),
    suggested,
  }),
  z.object({
    query: z.uuid(),
    verb: z.enum(queryVerbs),
    conversation: z.string(),
    thread: z.string().optional(),
    suggested,
  }),
  z.object({
    run: z.uuid(),
    revision: z.number().int(),
    verb: z.enum(runVerbs),
    conversation: z.string(),
    thread: z.string().optional(),
    suggested,
  }),
  z.object({
    words: z.string().min(1).max(longestWords),
    conversation: z.string(),
    thread: z.string().optional(),
    alone: z.literal(true).optional(),
    suggested,
  }),
]) satisfies z.ZodType<Subject>;

export function readSubject(privateMetadata: string): Subject {
  return subject.parse(JSON.parse(privateMetadata));
}

/** Slack takes 3,000 characters of metadata. */
const longest = 3_000;

/** As metadata, with so many suggestions of a field that is searched as fit. */
export function writeSubject(subject: Subject, fields: FieldView[]): string {
  const field = fields.find((one) => one.kind === 'hunt');
  const kept: Suggestion[] = (field?.suggested ?? []).map(({ value, label }) => [value, label]);
  for (; ; kept.pop()) {
    const written = JSON.stringify(kept.length > 0 ? { ...subject, suggested: kept } : subject);
    if (kept.length === 0 || lengthOf(written) <= longest) return written;
  }
}

export function asChoices({ suggested = [] }: Suggested): Choice[] {
  return suggested.map(([value, label]) => ({ value, label }));
}
