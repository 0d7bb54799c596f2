import { clean } from '../../channels/clean.ts';
import { hang, strictest } from '../../channels/clearance.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import { veilPage } from '../../channels/veil-page.ts';
import {
  type Clock,
  type ClockStep,
  clockName,
  findRunning,
  nextStepAt,
  stepAt,
} from '../../incident/clock.ts';
import { isExercise } from '../../incident/exercise.ts';
import { bot, type Incident, incidentName } from '../../incident/incident.ts';
import type { People } from '../../people/people.ts';
import { leads } from '../../people/permissions.ts';
import { takeDueClock, wakeClock } from '../../store/clock-reminders.ts';
import type { Trx } from '../../store/database.ts';
import { openDraft } from '../../store/draft.ts';
import { readIncident } from '../../store/incidents.ts';
import { addNotices, type Notice } from '../../store/notices.ts';
import { save } from '../../store/save.ts';
import { currentTrace } from '../../trace.ts';
import { change } from '../change.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { stopButton } from './clocks.ts';

/** A team has few leads; more would be noise. */
const mostLeads = 5;

/** Tells people of one clock whose time has come; whether there was one. */
export async function remindOfClock(
  floor: Watchfloor,
  people: People,
  trx: Trx,
  now: Date,
): Promise<boolean> {
  const at = now.toISOString();
  const due = await takeDueClock(trx, at);
  if (!due) return false;
  const stored = await readIncident(trx, due.incident);
  const clock = findRunning(stored?.incident.clocks, due.clock);
  if (!stored || !clock) {
    await wakeClock(trx, due, undefined);
    return true;
  }
  const { incident } = stored;
  const step = stepAt(clock, at);
  await wakeClock(trx, due, nextStepAt(clock, at));
  if (!step) return true;
  await addNotices(trx, noticesOf(floor, people, incident, clock, step), now, currentTrace());
  if (step === 'end') {
    const draft = openDraft(currentTrace());
    change(floor, draft, incident, { type: 'run-out-clock', name: clock.name }, bot);
    await save(trx, draft);
    floor.ringDeliver();
  }
  return true;
}

/** Its owner, the leads and the room of the audience `legal`; of a restricted incident those alone whom it names. */
function noticesOf(
  floor: Watchfloor,
  people: People,
  incident: Incident,
  clock: Clock,
  step: ClockStep,
): Notice[] {
  const key = `clock/${incident.id}/${clock.name}/${clock.dueAt}/${step}`;
  const page = drawReminder(incident, clock, step);
  const common = { kind: 'clock' as const, calls: [], incident: incident.id, interrupts: true };
  return [
    ...whomToTell(people, incident).map((personId) => ({
      ...common,
      key: `${key}/${personId}`,
      to: { kind: 'person' as const, personId },
      page,
    })),
    ...roomNotices(floor, incident, key, page).map((notice) => ({ ...common, ...notice })),
  ];
}

/** Of a restricted incident somebody whom it names is told in any case. */
function whomToTell(people: People, { owner, restrictedTo }: Incident): string[] {
  const mayRead = (id: string) => !restrictedTo || restrictedTo.some((one) => one.id === id);
  const ledBy = people
    .havingRole(leads)
    .flatMap(({ id }) => (mayRead(id) ? [id] : []))
    .slice(0, mostLeads);
  const told = new Set([...(owner?.id && mayRead(owner.id) ? [owner.id] : []), ...ledBy]);
  return told.size > 0 ? [...told] : (restrictedTo ?? []).map(({ id }) => id);
}

function roomNotices(floor: Watchfloor, incident: Incident, key: string, page: PageView) {
  const legal = floor.after.audiences.find(({ name }) => name === 'legal');
  if (!legal || incident.restrictedTo) return [];
  return legal.rooms.map(({ channel, conversation }) => {
    const own = { channel, conversation, shows: legal.shows, hideHosts: false };
    const listed = floor.clearance.filter(
      (one) => one.channel === channel && one.conversation === conversation,
    );
    const audience = strictest([own, ...listed]) ?? own;
    const hides = audience.shows === 'existence';
    const shown = hides
      ? { ...page, facts: page.facts.filter(({ label }) => label !== 'Incident'), buttons: [] }
      : page;
    return {
      key: `${key}/${channel}/${conversation}`.slice(0, 200),
      to: { kind: 'room' as const, channel, conversation },
      page: veilPage(shown, hang(incident, audience)),
    };
  });
}

const leftInWords: Record<ClockStep, string> = {
  half: 'half of the time is over',
  '12h': '12 hours are left',
  '2h': '2 HOURS ARE LEFT',
  end: 'THE TIME IS OVER',
};

function drawReminder(incident: Incident, clock: Clock, step: ClockStep): PageView {
  const name = incidentName(incident.id);
  const exercise = isExercise(incident) ? 'EXERCISE · ' : '';
  const title = `${exercise}${clockName(clock)} on ${name}: ${leftInWords[step]}`;
  return {
    title: clean(title, 150),
    subtitle:
      step === 'end'
        ? 'Nobody has stopped this clock. Say now what was done, or why nobody has to be notified.'
        : 'It runs until somebody says what was done, whatever becomes of the incident.',
    tone: step === 'end' || step === '2h' ? 'urgent' : 'warning',
    facts: [
      { label: step === 'end' ? 'Was due' : 'Notify by', at: clock.dueAt },
      { label: 'Began', at: clock.startedAt },
      { label: 'Incident', value: clean(incident.title, 150) },
    ],
    sections: [],
    buttons: [stopButton(incident.id, clock), say('Show', `show ${name}`)],
    fallback: clean(`${title}.`, 300),
  };
}
