import { drawCard, drawRow } from '../channels/card.ts';
import type { ChatUser, Desk, FieldFaults, Outcome } from '../channels/channel.ts';
import { clean } from '../channels/clean.ts';
import type { ButtonVerb, CardView, ReplyView } from '../channels/views.ts';
import type { ChangeCommand, Command, Reader, Words } from '../commands/command.ts';
import { understand } from '../commands/understand.ts';
import { Refused } from '../errors.ts';
import type { Intent } from '../incident/decide.ts';
import { type Incident, incidentName } from '../incident/incident.ts';
import { prioritise } from '../incident/priority.ts';
import { deedInWords } from '../incident/summary.ts';
import { isOneOf, type People, type Person } from '../people/people.ts';
import { responders } from '../people/roles.ts';
import { findByMessage } from '../store/cards.ts';
import { openDraft, setAlone } from '../store/draft.ts';
import { listOpen, readIncident } from '../store/incidents.ts';
import { listRefused } from '../store/raw-alerts.ts';
import { save } from '../store/save.ts';
import { leaveSummaries } from '../store/summaries.ts';
import { retryWriting } from '../store/write-backs.ts';
import { currentTrace } from '../trace.ts';
import { change } from './change.ts';
import { send } from './send.ts';
import { untilSaved } from './until-saved.ts';
import type { Watchfloor } from './watchfloor.ts';

/** Rows of a list; more would not fit a phone. */
const listed = 10;

/** What people ask for in chat: who, may they, what follows, stored, told. */
export function openDesk(floor: Watchfloor, people: People, commands: Command[]): Desk {
  const forVerb = (verb: ButtonVerb): ChangeCommand => {
    const command = commands.find((c) => c.kind === 'change' && c.verb === verb);
    if (command?.kind !== 'change') throw new Refused(`There is no button "${verb}" any more.`);
    return command;
  };
  const reader = createReader(floor);

  return attended(floor, {
    async press(user, verb, incident) {
      const person = people.identify(user);
      if (verb === 'retry') return retry(floor, person, incident);
      if (verb === 'show') return giveCard(floor, user, incident);
      const command = forVerb(verb);
      admit(person, command);
      const words = { person, people, args: [], rest: '', incident };
      return act(floor, person, incident, command, command.understand(words));
    },

    async open(user, verb, incident, version) {
      const person = people.identify(user);
      const command = forVerb(verb);
      admit(person, command);
      const { dialog } = command;
      if (!dialog) throw new Refused(`"${verb}" needs no dialog.`);
      const stored = await read(floor, incident);
      const about = `${incidentName(incident)} ${clean(stored.incident.title, 120)}`;
      return { incident, version, verb, about, ...dialog.draw(stored.incident) };
    },

    async submit(user, verb, incident, version, fields): Promise<Outcome | FieldFaults> {
      const person = people.identify(user);
      const command = forVerb(verb);
      admit(person, command);
      const words = { person, people, args: [], rest: '', incident };
      const intent = command.dialog?.read(fields, words) ?? command.understand(words);
      return 'faults' in intent ? intent : act(floor, person, incident, command, intent, version);
    },

    async say(user, text, _conversation, card) {
      const person = people.identify(user);
      const threadIncident = card && (await findByMessage(floor.db, user.channel, card));
      const { command, incident, args, rest } = understand(text, commands, threadIncident);
      admit(person, command);
      const words: Words = { person, people, args, rest, incident };
      if (command.kind === 'read') return command.answer(words, reader);
      if (incident === undefined)
        throw new Refused(`Say which incident: ${command.usage.replace(/[[\]]/g, '')}`);
      const { told } = await act(floor, person, incident, command, command.understand(words));
      return { kind: 'text', text: told };
    },

    async suggest(user, query) {
      people.identify(user);
      return people
        .search(query)
        .map((p) => ({ value: p.id, label: clean(p.name, 75), description: clean(p.upn, 75) }));
    },
  });
}

/** Whoever asks waits for the answer: everything else gives way. */
function attended({ courtesy }: Watchfloor, desk: Desk): Desk {
  return {
    press: (...asked) => courtesy.attend(() => desk.press(...asked)),
    open: (...asked) => courtesy.attend(() => desk.open(...asked)),
    submit: (...asked) => courtesy.attend(() => desk.submit(...asked)),
    say: (...asked) => courtesy.attend(() => desk.say(...asked)),
    suggest: (...asked) => courtesy.attend(() => desk.suggest(...asked)),
  };
}

function admit(person: Person, command: Command): void {
  if (isOneOf(person, command.allowed)) return;
  throw new Refused(
    `"${command.name}" is for ${command.allowed.join(', ')}. Ask one of them, or an admin for the role.`,
  );
}

async function act(
  floor: Watchfloor,
  person: Person,
  id: number,
  command: ChangeCommand,
  intent: Intent,
  drawnAt?: number,
): Promise<Outcome> {
  const by = { kind: 'person', id: person.id, name: person.name, upn: person.upn } as const;
  const { before, after } = await untilSaved(async () => {
    const { incident: before } = await read(floor, id);
    if (drawnAt !== undefined) refuseOvertaken(before, command, drawnAt);
    const draft = openDraft(currentTrace());
    const after = change(floor, draft, before, intent, by);
    // A graver one may concern other rooms.
    if (after.severity !== before.severity) send(floor, draft, after);
    if (after.status !== 'closed') setAlone(draft, id);
    await save(floor.db, draft);
    return { before, after };
  });
  const changed = after.version > before.version;
  if (changed) {
    floor.ringDeliver();
    floor.ringWriteBack();
  }
  const told = changed ? command.told(after) : `${incidentName(id)} is like that already.`;
  return { card: face(floor, after, []), told, changed };
}

/** Two people choose at the same time: the first wins, the second is told what it was. */
function refuseOvertaken(incident: Incident, command: ChangeCommand, drawnAt: number): void {
  const overtaking = incident.deeds.findLast(
    (deed) => deed.type === command.settles && deed.version > drawnAt,
  );
  if (!overtaking) return;
  throw new Refused(
    `${clean(deedInWords(overtaking), 200)} while you were choosing. Look at the card, then choose again.`,
  );
}

/** Tries the write back again at once; whoever may decide may ask for it. */
async function retry(floor: Watchfloor, person: Person, id: number): Promise<Outcome> {
  if (!isOneOf(person, responders)) throw new Refused(`Retrying is for ${responders.join(', ')}.`);
  const { incident, failures } = await read(floor, id);
  await retryWriting(floor.db, id);
  floor.ringWriteBack();
  return { card: face(floor, incident, failures), told: 'Trying again.', changed: false };
}

/** Somebody picks an incident from a storm's summary: it gets a card of its own there. */
async function giveCard(floor: Watchfloor, user: ChatUser, id: number): Promise<Outcome> {
  const { incident, failures } = await read(floor, id);
  const left = await leaveSummaries(floor.db, id, user.channel);
  floor.ringDeliver();
  const told = left
    ? `${incidentName(id)} gets its own card here.`
    : `${incidentName(id)} has a card already.`;
  return { card: face(floor, incident, failures), told, changed: false };
}

function face(
  floor: Watchfloor,
  incident: Incident,
  failures: Parameters<typeof drawCard>[1]['failures'],
): CardView {
  const { reasons } = prioritise(incident.severity, incident.alerts, floor.values);
  return drawCard(incident, { reasons, failures });
}

async function read(floor: Watchfloor, id: number) {
  const stored = await readIncident(floor.db, id);
  if (!stored) throw new Refused(`There is no ${incidentName(id)}.`);
  return stored;
}

function createReader(floor: Watchfloor): Reader {
  return {
    async card(id): Promise<ReplyView> {
      const { incident, failures } = await read(floor, id);
      return { kind: 'incident', card: face(floor, incident, failures) };
    },
    async list({ owner, unowned }): Promise<ReplyView> {
      const { incidents, total } = await listOpen(floor.db, { ownerId: owner?.id, unowned, limit: listed });
      const whose = owner ? ` of ${clean(owner.name, 60)}` : unowned ? ' that nobody has' : '';
      if (total === 0) return { kind: 'text', text: `No open incidents${whose}.` };
      return {
        kind: 'incidents',
        title: `${total} open ${total === 1 ? 'incident' : 'incidents'}${whose}`,
        rows: incidents.map(drawRow),
        more: total - incidents.length,
      };
    },
    async refused(): Promise<ReplyView> {
      const payloads = await listRefused(floor.db, listed);
      if (payloads.length === 0) return { kind: 'text', text: 'I could read every alert that came.' };
      return {
        kind: 'lines',
        title: 'Alerts that I could not read; each is kept for 90 days',
        rows: payloads.map(({ id, source, receivedAt, reason }) => ({
          lead: `raw ${id} · ${source} · ${receivedAt.slice(0, 16).replace('T', ' ')} UTC`,
          text: clean(reason, 200),
        })),
      };
    },
  };
}
