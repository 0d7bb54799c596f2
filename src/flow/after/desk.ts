import { written } from '../../channels/clean.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import type { FieldView, ReplyView } from '../../channels/views.ts';
import type { AfterDesk } from '../../commands/after-desk.ts';
import { Refused } from '../../errors.ts';
import type { Lessons } from '../../incident/follow-up.ts';
import { incidentName } from '../../incident/incident.ts';
import { readStory } from '../../store/history.ts';
import type { noteViewed } from '../reader.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { changeFor } from './change-for.ts';
import { drawStart, drawStop, readStart } from './clock-form.ts';
import { startClock, stopClock, tellClocks } from './clocks.ts';
import { agreeFollowUp, finishFollowUp, tellFollowUps } from './follow-ups.ts';
import { hangOver, lookAt } from './look.ts';
import { orderPaper } from './order-paper.ts';
import { timeRows } from './review.ts';
import { drawTimeline } from './timeline.ts';
import { confirmUpdate, draftUpdate, findAudience } from './updates.ts';

/** A few sentences each. */
const mostLesson = 1_500;

/** What somebody's words may do when an incident is over, as far as they may. */
export function openAfterDesk(floor: Watchfloor, visitor: Visitor): AfterDesk {
  const { person, user } = visitor;
  const text = (said: string): ReplyView => ({ kind: 'text', text: said });
  const look = (id: number, how: Parameters<typeof noteViewed>[3]) => lookAt(floor, visitor, id, how);
  /** What stands above the fields of a form. */
  const aboutOf = async (id: number) => {
    const { incident, show } = await look(id, 'details');
    return { incident, about: `${incidentName(id)} ${show(incident.title, 120)}` };
  };
  return {
    now: floor.now(),
    async timeline(id, page) {
      const { incident, audience } = await look(id, 'history');
      const story = await readStory(floor.db, id);
      return { kind: 'page', page: drawTimeline(id, story, hangOver(incident, story, audience), page) };
    },
    async timelineFile(id, as, wantsAlone) {
      const { incident } = await look(id, 'history');
      return text(await orderPaper(floor, visitor, incident, `timeline-${as}`, wantsAlone));
    },

    async review(id, wantsAlone) {
      const { incident, show } = await look(id, 'review');
      const told = await orderPaper(floor, visitor, incident, 'review', wantsAlone);
      const { lessons } = incident;
      const name = incidentName(id);
      const lesson = (label: string, said: string | undefined) => ({
        lead: label,
        text: said ? show(said, 300) : 'not written down yet',
      });
      const page: PageView = {
        title: `Review of ${name}`,
        subtitle: `${told} It holds the timeline, decisions, evidence, containments and follow-ups.`,
        tone: 'plain',
        facts: timeRows(await readStory(floor.db, id)).map(({ what, took }) => ({
          label: `Until ${what}`,
          value: took,
        })),
        sections: [
          {
            title: 'What was learned',
            body: {
              kind: 'lines',
              lines: [
                lesson('Went well', lessons?.wentWell),
                lesson('Failed', lessons?.failed),
                lesson('Guard rail', lessons?.guardRail),
              ],
              more: 0,
            },
          },
        ],
        buttons: [
          say('Write it down', `lessons ${name}`, { primary: true, form: true }),
          say('Add a follow-up', `follow-up ${name}`, { form: true }),
          say('Follow-ups', `follow-ups ${name}`),
          say('Timeline', `timeline ${name}`),
        ],
        fallback: `Review of ${name}. ${told}`,
      };
      return { kind: 'page', page };
    },
    async learn(id, said) {
      const trimmed = Object.fromEntries(
        Object.entries(said).map(([part, words]) => [part, written(words ?? '', mostLesson)]),
      ) as Partial<Lessons>;
      await changeFor(floor, person, id, ({ lessons }) => ({
        type: 'write-lessons',
        lessons: { wentWell: '', failed: '', guardRail: '', ...lessons, ...trimmed },
      }));
      return text(`Written down. It stands in the review of ${incidentName(id)}.`);
    },
    async lessonsForm(id) {
      const { incident, about } = await aboutOf(id);
      const field = (key: keyof Lessons, label: string, placeholder: string): FieldView => ({
        kind: 'text',
        id: key,
        label,
        required: false,
        maxLength: mostLesson,
        placeholder,
        ...(incident.lessons?.[key] && { filled: incident.lessons[key] }),
      });
      return {
        title: 'What was learned',
        submit: 'Write it down',
        about,
        fields: [
          field('wentWell', 'What went well?', 'What should be done the same way next time?'),
          field('failed', 'What failed?', 'What took too long, was missing, or was wrong?'),
          field('guardRail', 'Which guard rail failed?', 'What should have stopped it, and did not?'),
        ],
      };
    },

    followUp: async (wish) => text(await agreeFollowUp(floor, visitor, wish)),
    async followUpForm(id) {
      const { about } = await aboutOf(id);
      return {
        title: 'Add a follow-up',
        submit: 'Add it',
        about,
        fields: [
          {
            kind: 'text',
            id: 'what',
            label: 'What is to be done?',
            required: true,
            maxLength: 500,
            placeholder: 'Patch the host',
          },
          { kind: 'person', id: 'owner', label: 'By whom?', required: true },
          {
            kind: 'text',
            id: 'by',
            label: 'By when?',
            required: false,
            maxLength: 60,
            placeholder: 'friday, in 2 weeks, 2026-12-04; then they are reminded',
          },
        ],
      };
    },
    followUpDone: async (number) => text(await finishFollowUp(floor, visitor, number)),
    followUps: (filter) => tellFollowUps(floor, visitor, filter),

    update: (wish) => draftUpdate(floor, visitor, wish),
    async updateForm(id) {
      const { about } = await aboutOf(id);
      const { audiences } = floor.after;
      if (audiences.length === 0) findAudience(floor, '');
      return {
        title: 'Tell others',
        submit: 'Show me first',
        about,
        fields: [
          {
            kind: 'choice',
            id: 'audience',
            label: 'Who is to be told?',
            required: true,
            choices: audiences.slice(0, 100).map(({ name, shows }) => ({
              value: name,
              label: name,
              description: `is shown ${shows}`,
            })),
          },
          {
            kind: 'text',
            id: 'text',
            label: 'What?',
            required: true,
            maxLength: mostLesson,
            placeholder: 'What happened, what we do, when they hear more',
          },
        ],
      };
    },
    confirmUpdate: async (number, asWritten) => text(await confirmUpdate(floor, visitor, number, asWritten)),

    clocks: (id) => tellClocks(floor, visitor, id),
    async startClock(id, name, since) {
      return text((await startClock(floor, person, id, { name, since, zone: user.zone })).told);
    },
    async stopClock(id, name, note) {
      return text((await stopClock(floor, person, id, { name, note: written(note, 500) })).told);
    },
    async clockForm(id, order, name) {
      const { incident, about } = await aboutOf(id);
      return { about, ...(order === 'start' ? drawStart(floor, incident) : drawStop(incident, name)) };
    },
    async fillClock(id, order, name, fields) {
      if (order === 'stop') {
        const note = written(fields.note ?? '', 500);
        if (!note) return { faults: { note: 'Say what was done.' } };
        return text((await stopClock(floor, person, id, { name, note })).told);
      }
      const read = readStart(fields);
      if ('faults' in read) return read;
      try {
        return text((await startClock(floor, person, id, { ...read, zone: user.zone })).told);
      } catch (error) {
        if (error instanceof Refused && /cannot tell when/.test(error.message))
          return { faults: { since: error.message } };
        throw error;
      }
    },
  };
}
