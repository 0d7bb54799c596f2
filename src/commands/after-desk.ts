import type { FieldFaults } from '../channels/channel.ts';
import type { FormView, ReplyView } from '../channels/views.ts';
import type { Instant } from '../incident/alert.ts';
import type { Lessons } from '../incident/follow-up.ts';

type Form = Pick<FormView, 'title' | 'submit' | 'fields' | 'about'>;

/** What a command about the time after an incident may do, and about who else is told. */
export interface AfterDesk {
  now: Date;
  /** Everything that happened, a page at a time, or as a file. `wantsAlone` where nobody beside them is to have it. */
  timeline(incident: number, page: number): Promise<ReplyView>;
  timelineFile(incident: number, as: 'csv' | 'markdown', wantsAlone: boolean): Promise<ReplyView>;
  /** Hands over the review as a file, and says in short what stands in it. */
  review(incident: number, wantsAlone: boolean): Promise<ReplyView>;
  /** What is absent of `lessons` stays as it was. */
  learn(incident: number, lessons: Partial<Lessons>): Promise<ReplyView>;
  lessonsForm(incident: number): Promise<Form>;
  followUp(wish: {
    incident: number;
    owner: string;
    what: string;
    dueAt: Instant | undefined;
  }): Promise<ReplyView>;
  followUpForm(incident: number): Promise<Form>;
  followUpDone(number: number): Promise<ReplyView>;
  followUps(filter: { incident: number | undefined; isMine: boolean }): Promise<ReplyView>;
  /** Shows how it will be read; nothing is sent yet. */
  update(wish: { incident: number; audience: string; text: string }): Promise<ReplyView>;
  updateForm(incident: number): Promise<Form>;
  confirmUpdate(number: number, asWritten: boolean): Promise<ReplyView>;
  clocks(incident: number): Promise<ReplyView>;
  startClock(incident: number, name: string, since: string): Promise<ReplyView>;
  stopClock(incident: number, name: string, note: string): Promise<ReplyView>;
  clockForm(incident: number, order: 'start' | 'stop', name: string): Promise<Form>;
  /** What a filled form of a clock asks for. */
  fillClock(
    incident: number,
    order: 'start' | 'stop',
    name: string,
    fields: Record<string, string>,
  ): Promise<ReplyView | FieldFaults>;
}
