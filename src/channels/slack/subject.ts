import { z } from 'zod';
import { type QueryVerb, queryVerbs } from '../query-view.ts';
import type { ButtonVerb, Choice, FieldView } from '../views.ts';
import { lengthOf } from './faults.ts';
import { buttonVerb } from './verbs.ts';

/** What a dialog is about. The conversation, and the thread in it, is where the person is told how it went. */
export type Subject = IncidentSubject | QuerySubject;

export interface IncidentSubject extends Suggested {
  incident: number;
  version: number;
  verb: ButtonVerb;
  conversation: string;
}

export interface QuerySubject extends Suggested {
  query: string;
  verb: QueryVerb;
  conversation: string;
  thread?: string | undefined;
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
    suggested,
  }),
  z.object({
    query: z.uuid(),
    verb: z.enum(queryVerbs),
    conversation: z.string(),
    thread: z.string().optional(),
    suggested,
  }),
]) satisfies z.ZodType<Subject>;

export function readSubject(privateMetadata: string): Subject {
  return subject.parse(JSON.parse(privateMetadata));
}

/** Slack takes 3,000 characters of metadata; the rest of it needs some 200. */
const longest = 2_500;

/** The first so many suggestions of a field that is searched. */
export function suggestedIn(fields: FieldView[]): Suggested {
  const field = fields.find((one) => one.kind === 'hunt');
  const kept: Suggestion[] = (field?.suggested ?? []).map(({ value, label }) => [value, label]);
  while (lengthOf(JSON.stringify(kept)) > longest) kept.pop();
  return kept.length > 0 ? { suggested: kept } : {};
}

export function asChoices({ suggested = [] }: Suggested): Choice[] {
  return suggested.map(([value, label]) => ({ value, label }));
}
