import type { ReplyView } from '../channels/views.ts';
import type { Part, Span } from '../incident/figures.ts';
import type { Period } from '../incident/local-span.ts';

/** A span that somebody asked about, and how they called it. */
export interface Asked {
  title: string;
  span: Span;
  before: Span;
}

/** What a command about numbers may do. */
export interface DigestDesk {
  now: Date;
  /** Whose midnight ends a day. */
  timeZone: string;
  /** Numbers of a span, told apart where somebody asks for that. */
  stats(asked: Asked, by: Part | undefined): Promise<ReplyView>;
  /** The same, every row of it, as a file in their direct chat. */
  file(asked: Asked, by: Part | undefined, format: 'csv' | 'json'): Promise<ReplyView>;
  /** How often they themselves were interrupted; how others were, by nobody's name. */
  mine(asked: Asked): Promise<ReplyView>;
  /** The digest of the last whole day, week or month. */
  digest(period: Period): Promise<ReplyView>;
  /** What is theirs, what nobody has, how it goes. */
  dashboard(): Promise<ReplyView>;
}
