import type { AudienceRule } from '../../channels/audience-policy.ts';
import { clean } from '../../channels/clean.ts';
import { type Audience, hang, type RoomClearance, strictest } from '../../channels/clearance.ts';
import { type PageView, say } from '../../channels/page-view.ts';
import type { ReplyView } from '../../channels/views.ts';
import { Denied, Refused } from '../../errors.ts';
import { isExercise } from '../../incident/exercise.ts';
import { type Deed, type Incident, incidentName } from '../../incident/incident.ts';
import type { Caller } from '../../people/people.ts';
import { isLead } from '../../people/permissions.ts';
import { addNotices } from '../../store/notices.ts';
import { findUpdate, insertUpdate, recordSent, type StoredUpdate } from '../../store/updates.ts';
import { currentTrace } from '../../trace.ts';
import { readFor } from '../reader.ts';
import type { Visitor } from '../visitor.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { changeFor } from './change-for.ts';

/** What is written for a room is read on a phone. */
const longest = 1_500;

/** Keeps what somebody wants to tell, and shows them how it will be read. Nothing is sent yet. */
export async function draftUpdate(
  floor: Watchfloor,
  visitor: Visitor,
  { incident: id, audience, text }: { incident: number; audience: string; text: string },
): Promise<ReplyView> {
  const { person } = visitor;
  const { incident } = await readFor(floor, person, id);
  const rule = findAudience(floor, audience);
  refuseUnlessLead(person, incident);
  visitor.alone();
  const by = { id: person.id, name: person.name, upn: person.upn };
  const at = floor.now().toISOString();
  const draft = { incident: id, audience: rule.name, written: text, by, at };
  const number = await insertUpdate(floor.db, draft);
  return { kind: 'page', page: drawPreview(floor, incident, rule, { ...draft, number, sentAt: undefined }) };
}

const changesReaders: Deed['type'][] = ['restricted', 'unrestricted'];

/** Sends it to every room of its audience, once. What of a restricted incident was written goes only where they say so. */
export async function confirmUpdate(
  floor: Watchfloor,
  visitor: Visitor,
  number: number,
  asWritten: boolean,
): Promise<string> {
  const { person } = visitor;
  const update = await findUpdate(floor.db, number);
  if (!update) throw new Refused(`There is no update ${number}.`);
  // Whoever may not see the incident is told nothing of what was written about it.
  await readFor(floor, person, update.incident);
  visitor.alone();
  if (update.by.id !== person.id && !isLead(person))
    throw new Denied('role', `${update.by.name} wrote update ${number}. Ask them, or a lead.`);
  if (update.sentAt) throw new Refused(`Update ${number} was sent already.`);
  const rule = findAudience(floor, update.audience);
  const at = floor.now();
  let sent = '';
  await changeFor(
    floor,
    person,
    update.incident,
    (incident) => {
      refuseUnlessLead(person, incident);
      // They say yes to what they saw, which was another text.
      if (incident.deeds.some(({ type, at }) => changesReaders.includes(type) && at > update.at))
        throw new Refused('Who may see it has changed since you looked. Write the update anew.');
      sent = textFor(floor, incident, rule, update, asWritten);
      return { type: 'tell-audience', audience: rule.name, text: sent };
    },
    async (trx, incident) => {
      if (!(await recordSent(trx, number, sent, at.toISOString())))
        throw new Refused(`Update ${number} was sent already.`);
      const page = drawUpdate(floor, incident, rule, update, sent);
      const notices = rule.rooms.map(({ channel, conversation }) => ({
        key: `update/${number}/${channel}/${conversation}`.slice(0, 200),
        kind: 'update' as const,
        to: { kind: 'room' as const, channel, conversation },
        calls: [],
        // What is said is fit for the room already; of a restricted incident it is what a lead let through.
        incident: incident.restrictedTo ? undefined : incident.id,
        page,
        interrupts: false,
      }));
      await addNotices(trx, notices, at, currentTrace());
    },
  );
  const rooms = rule.rooms.length === 1 ? 'one room' : `${rule.rooms.length} rooms`;
  return `Update ${number} goes to ${rule.name}, ${rooms}.`;
}

function refuseUnlessLead(person: Caller, { id, restrictedTo }: Incident): void {
  if (!restrictedTo || isLead(person)) return;
  throw new Denied('role', `${incidentName(id)} is restricted; only a lead tells others of it.`);
}

export function findAudience({ after }: Watchfloor, said: string): AudienceRule {
  const known = after.audiences;
  if (known.length === 0) throw new Refused('No audiences are set up: audiences in the settings.');
  const found = known.find(({ name }) => name === said.toLowerCase());
  if (found) return found;
  throw new Refused(`Say who is to be told: --audience ${known.map(({ name }) => name).join(' | ')}.`);
}

/** What all its rooms may read: the least of what the audience is shown and any of its rooms is. */
function readersOf({ clearance }: Watchfloor, { rooms, shows }: AudienceRule): Audience {
  const own = rooms.map((room): RoomClearance => ({ ...room, shows, hideHosts: false }));
  const listed = clearance.filter((one) =>
    rooms.some((room) => room.channel === one.channel && room.conversation === one.conversation),
  );
  return strictest([...own, ...listed]) ?? { shows: 'existence', hideHosts: true, alone: false };
}

/** The text as it will be read there. */
function textFor(
  floor: Watchfloor,
  incident: Incident,
  rule: AudienceRule,
  { written, by }: StoredUpdate,
  asWritten: boolean,
): string {
  if (incident.restrictedTo && !asWritten)
    return `There is news of a restricted incident. ${clean(by.name, 60)} tells whoever has to know.`;
  return hang(incident, readersOf(floor, rule))(written, longest);
}

function drawUpdate(
  floor: Watchfloor,
  incident: Incident,
  rule: AudienceRule,
  { by }: StoredUpdate,
  text: string,
): PageView {
  const audience = readersOf(floor, rule);
  const show = hang(incident, audience);
  const tellsMore = !incident.restrictedTo && audience.shows !== 'existence';
  const name = incidentName(incident.id);
  const exercise = isExercise(incident) ? 'EXERCISE · ' : '';
  return {
    title: clean(`${exercise}Update on ${name}${tellsMore ? `: ${show(incident.title, 100)}` : ''}`, 150),
    subtitle: `From ${clean(by.name, 60)}, for ${rule.name}`,
    tone: 'plain',
    facts: tellsMore
      ? [
          { label: 'Severity', value: incident.severity },
          { label: 'Status', value: incident.status },
          { label: 'Opened', at: incident.openedAt },
        ]
      : [],
    sections: [{ title: '', body: { kind: 'sentence', text } }],
    buttons: [],
    fallback: clean(`${exercise}Update on ${name}: ${text}`, 1_000),
  };
}

function drawPreview(
  floor: Watchfloor,
  incident: Incident,
  rule: AudienceRule,
  update: StoredUpdate,
): PageView {
  const { number } = update;
  const isRestricted = incident.restrictedTo !== undefined;
  const { shows } = readersOf(floor, rule);
  const text = textFor(floor, incident, rule, update, false);
  const read = drawUpdate(floor, incident, rule, update, text);
  const whole = textFor(floor, incident, rule, update, true);
  const confirm = (label: string, more: string, primary: boolean) =>
    say(label, `update confirm ${number}${more}`, { primary });
  return {
    title: `Update ${number} to ${rule.name}: nothing is sent yet`,
    subtitle: `${rule.rooms.length === 1 ? 'One room reads' : `${rule.rooms.length} rooms read`} it, which ${showsInWords[shows]}.`,
    tone: 'warning',
    facts: read.facts,
    sections: [
      { title: 'As it will be read', body: { kind: 'sentence', text: read.title } },
      { title: '', body: { kind: 'sentence', text } },
      ...(isRestricted
        ? [{ title: 'As you wrote it', body: { kind: 'sentence' as const, text: whole } }]
        : []),
    ],
    buttons: isRestricted
      ? [confirm('Send only the news', '', true), confirm('Send what I wrote', ' --as-written', false)]
      : [confirm('Send it', '', true)],
    fallback: `Update ${number} to ${rule.name} will read: ${text}`,
  };
}

const showsInWords: Record<Audience['shows'], string> = {
  existence: 'are told that it exists, and what you wrote without names',
  masked: 'are shown no names of people',
  whole: 'are shown everything but secrets',
  revealed: 'are shown everything',
};
