import type { ChatUser, Desk, FieldFaults, NextPage, Outcome } from '../channels/channel.ts';
import { clean } from '../channels/clean.ts';
import { type Audience, type Curtain, hang } from '../channels/clearance.ts';
import type { ButtonVerb, FieldView } from '../channels/views.ts';
import { type ChangeCommand, type Command, deedOf } from '../commands/command.ts';
import { drawSilenceForm } from '../commands/silence-form.ts';
import { understand } from '../commands/understand.ts';
import { Denied, Refused } from '../errors.ts';
import type { Intent } from '../incident/decide.ts';
import { type Actor, type Incident, incidentName } from '../incident/incident.ts';
import { deedInWords } from '../incident/summary.ts';
import type { Caller, People } from '../people/people.ts';
import { admit } from '../people/permissions.ts';
import { findByMessage } from '../store/cards.ts';
import { openDraft, setAlone } from '../store/draft.ts';
import { currentTrace } from '../trace.ts';
import { drawStart } from './after/clock-form.ts';
import { paperAgain } from './after/hand-over.ts';
import { readPaperKey } from './after/paper.ts';
import { submitClock } from './after/submit-clock.ts';
import { answerInWords, answerQuestion } from './answer.ts';
import { audienceAlone, audienceOfAnswer, audienceOfDialog, audienceOfPress } from './audience.ts';
import { giveCard, retry, tellKnown } from './card-buttons.ts';
import { watchPresence } from './catch-up/presence.ts';
import { change } from './change.ts';
import { concerning, isRestricted } from './concerning.ts';
import { openDesks } from './desks.ts';
import { statsAgain } from './digest/hand-over.ts';
import { drawHome } from './digest/home.ts';
import { escalateNow } from './escalation/by-hand.ts';
import { openCalling, saveCalls } from './escalation/call.ts';
import { formsOfWords } from './forms.ts';
import { guarded } from './guard.ts';
import {
  openInvestigate,
  pressHunt,
  runLogCommand,
  submitInvestigate,
  suggestHuntsFor,
} from './queries/desk.ts';
import { fileAgain } from './queries/hand-over.ts';
import { openQuery, pressQuery, submitQuery } from './queries/press.ts';
import { createReader, face, offer, readFor } from './reader.ts';
import { restrictParts } from './restrict-parts.ts';
import { drawOffers } from './runs/act-dialog.ts';
import { submitAct } from './runs/act-pages.ts';
import { openRunDialog, pressRun } from './runs/press.ts';
import { undoContained } from './runs/undo-contained.ts';
import { createSelf } from './self.ts';
import { send } from './send.ts';
import { submitSilence } from './silences/form.ts';
import { untilSaved } from './until-saved.ts';
import { openVisitor } from './visitor.ts';
import type { Watchfloor } from './watchfloor.ts';
import { createWordsOf, type Said } from './words-of.ts';

/** What people ask for in chat: who, may they, what follows, stored, told. */
export function openDesk(floor: Watchfloor, everybody: People, commands: Command[]): Desk {
  const people = watchPresence(floor, everybody);
  const forVerb = (verb: ButtonVerb): ChangeCommand => {
    const command = commands.find((c) => c.kind === 'change' && c.verb === verb);
    if (command?.kind !== 'change') throw new Refused(`There is no button "${verb}" any more.`);
    return command;
  };
  const wordsOf = createWordsOf(floor, people);

  const drawFields = (verb: ButtonVerb, person: Caller, subject: Incident, show: Curtain) => {
    if (verb === 'investigate') return openInvestigate(floor, person, subject);
    if (verb === 'act') return drawOffers(floor, subject, show);
    if (verb === 'clock') return drawStart(floor, subject);
    if (verb === 'silence') return drawSilenceForm(floor.quiet.policy.timeZone);
    const dialog = forVerb(verb).dialog;
    if (!dialog) throw new Refused(`"${verb}" needs no dialog.`);
    return dialog.draw(subject, people);
  };

  return guarded(floor, {
    ...formsOfWords(floor, people, commands),

    async press(user, verb, incident) {
      const person = await people.identify(user);
      admit(person, verb);
      if (verb === 'retry') return retry(floor, user, person, incident);
      if (verb === 'show') return giveCard(floor, user, person, incident);
      if (verb === 'details' || verb === 'enrich') return tellKnown(floor, user, person, incident, verb);
      if (verb === 'investigate') throw new Refused('Say what to look for: press the button again.');
      if (verb === 'act') throw new Refused('Say what to do: press the button again.');
      if (verb === 'clock') throw new Refused('Say which clock: press the button again.');
      if (verb === 'silence') throw new Refused('Say how long and why: press the button again.');
      const command = forVerb(verb);
      const intent = await command.understand(wordsOf(user, person, incident, nothingSaid));
      return act(floor, people, user, person, incident, command, intent);
    },

    async open(user, verb, incident, version) {
      const person = await people.identify(user);
      admit(person, verb);
      const { incident: subject } = await readFor(floor, person, incident);
      const show = hang(subject, audienceOfDialog(floor, person, user.channel, subject));
      const about = `${incidentName(incident)} ${show(subject.title, 120)}`;
      const { fields, ...drawn } = drawFields(verb, person, subject, show);
      return { incident, version, verb, about, ...drawn, fields: fields.map((field) => veil(field, show)) };
    },

    async submit(user, verb, incident, version, fields): Promise<Outcome | FieldFaults | NextPage> {
      const person = await people.identify(user);
      admit(person, verb);
      if (verb === 'investigate') return look(floor, user, person, incident, fields);
      if (verb === 'act') return submitAct(floor, user, person, incident, version, fields);
      if (verb === 'clock') return submitClock(floor, user, person, incident, fields);
      if (verb === 'silence') return submitSilence(floor, people, user, person, incident, fields);
      const command = forVerb(verb);
      const words = wordsOf(user, person, incident, nothingSaid);
      const intent = await (command.dialog?.read(fields, words) ?? command.understand(words));
      return 'faults' in intent
        ? intent
        : act(floor, people, user, person, incident, command, intent, { drawnAt: version });
    },

    async say(user, text, conversation, card, spot) {
      const answered = await answerInWords(floor, people, user, text, { conversation, under: card });
      if (answered) return { view: answered, private: true };
      const threadIncident = card && (await findByMessage(floor.db, user.channel, card));
      const said = understand(text, commands, threadIncident);
      const { command, incident, args } = said;
      if (command.kind === 'self') {
        await refuseUnwelcome(people, user);
        return { view: await command.answer(createSelf(floor, people, user, args)), private: true };
      }
      return concerning(incident, async () => {
        const person = await people.identify(user);
        admit(person, deedOf(command));
        const words = wordsOf(user, person, incident, said);
        if (command.kind === 'logs') return runLogCommand(floor, user, command, words, spot);
        const audience = audienceOfAnswer(floor, person, { channel: user.channel, conversation });
        const wantsAlone = said.options.private === true;
        if (command.kind === 'desk') {
          const visitor = openVisitor({ person, people, user, conversation, spot, audience });
          const view = await command.answer(words, openDesks(floor, visitor));
          const isPrivate =
            wantsAlone || command.private || visitor.isAlone() || (await isRestricted(floor, incident));
          return { view, private: isPrivate };
        }
        if (command.kind === 'read') {
          const reader = createReader(floor, person, audience);
          const view = await command.answer(words, reader);
          const isPrivate =
            wantsAlone || command.private || reader.isForThemAlone() || (await isRestricted(floor, incident));
          return { view, private: isPrivate };
        }
        if (incident === undefined)
          throw new Refused(`Say which incident: ${command.usage.replace(/[[\]]/g, '')}`);
        const isAlone = wantsAlone || command.private === true || audience.shows === 'existence';
        const intent = await command.understand(words);
        const hears = isAlone ? undefined : audience;
        const done = await act(floor, people, user, person, incident, command, intent, { hears });
        if (done.reply) return { view: done.reply, private: true };
        return {
          view: { kind: 'text', text: done.told },
          private: isAlone || (await isRestricted(floor, incident)),
        };
      });
    },

    async suggest(user, query, list) {
      const person = await people.identify(user);
      if (list === 'hunts') {
        admit(person, 'hunts');
        return suggestHuntsFor(floor, query);
      }
      admit(person, 'assign');
      return people
        .search(query)
        .map((p) => ({ value: p.id, label: clean(p.name, 75), description: clean(p.upn, 75) }));
    },

    pressQuery: async (user, verb, id, argument) =>
      pressQuery(floor, user, await people.identify(user), verb, { id, argument }),
    openQuery: async (user, verb, id) => openQuery(floor, await people.identify(user), verb, id),
    submitQuery: async (user, verb, id, fields) =>
      submitQuery(floor, user, await people.identify(user), verb, { id, fields }),
    async pressRun(user, verb, id, revision) {
      const seen = { id, revision, fields: {} };
      const outcome = await pressRun(floor, user.channel, await people.identify(user), verb, seen);
      if ('faults' in outcome) throw new Refused('Say more: press the button again.');
      return outcome;
    },
    openRun: async (user, verb, id, revision) =>
      openRunDialog(floor, user.channel, await people.identify(user), verb, { id, revision }),
    submitRun: async (user, verb, id, revision, fields) =>
      pressRun(floor, user.channel, await people.identify(user), verb, { id, revision, fields }),
    async file(user, key) {
      const person = await people.identify(user);
      const paper = readPaperKey(key);
      if (paper) return paperAgain(floor, user, person, paper);
      return (await statsAgain(floor, user, person, key)) ?? fileAgain(floor, user, person, key);
    },

    async runHunt(user, hunt, _conversation, card, spot) {
      const incident = card && (await findByMessage(floor.db, user.channel, card));
      return concerning(incident, async () => {
        const person = await people.identify(user);
        admit(person, 'hunt');
        return pressHunt(floor, user, person, { id: hunt, incident, spot });
      });
    },

    answer: (user, question, answer, note) => answerQuestion(floor, people, user, question, { answer, note }),

    async home(user) {
      const person = await people.identify(user);
      admit(person, 'dashboard');
      return drawHome(floor, people, person, user.channel);
    },

    peopleChanged: () => people.forget(),
  });
}

/** A button says all by itself. */
const nothingSaid: Said = { args: [], rest: '', code: '', options: {} };

/** Strangers among us may ask who they are and link an account. Throws `Denied` for everybody who is none of us. */
async function refuseUnwelcome(people: People, user: ChatUser): Promise<void> {
  try {
    await people.identify(user);
  } catch (error) {
    if (!(error instanceof Denied && error.reason === 'unknown')) throw error;
  }
}

/** Accounts to choose from are those that the alerts name. */
function veil(field: FieldView, show: Curtain): FieldView {
  if (field.kind !== 'choice') return field;
  return { ...field, choices: field.choices.map((one) => ({ ...one, label: show(one.label, 75) })) };
}

async function act(
  floor: Watchfloor,
  people: People,
  { channel }: ChatUser,
  person: Caller,
  id: number,
  command: ChangeCommand,
  intent: Intent,
  /** The version that they saw while they chose; the room that hears what they are told, where they do not alone. */
  { drawnAt, hears }: { drawnAt?: number; hears?: Audience | undefined } = {},
): Promise<Outcome> {
  const by: Actor = { kind: 'person', id: person.id, name: person.name, upn: person.upn };
  const { before, after, known } = await untilSaved(async () => {
    const { incident: before, known } = await readFor(floor, person, id);
    if (drawnAt !== undefined) refuseOvertaken(before, command, drawnAt);
    const draft = openDraft(currentTrace());
    const calling = openCalling(floor, people, draft);
    const after =
      intent.type === 'escalate'
        ? await escalateNow(calling, before, intent, by)
        : change(floor, draft, before, intent, by);
    if (intent.type === 'restrict' || after.restrictedTo !== before.restrictedTo) {
      await restrictParts(floor, draft, after);
    }
    // A graver one may concern other rooms.
    if (after.severity !== before.severity) send(floor, draft, after);
    if (after.status !== 'closed') setAlone(draft, id);
    await saveCalls(calling);
    return { before, after, known };
  });
  const changed = after.version > before.version;
  if (changed) {
    floor.ringDeliver();
    floor.ringWriteBack();
    floor.ringQuestions();
  }
  if (intent.type === 'close' && intent.contained === 'undo') await undoContained(floor, after, by);
  const alone = audienceAlone(floor, person, channel, after);
  const show = hang(after, after.restrictedTo ? alone : (hears ?? alone));
  const told = show(changed ? command.told(after) : `${incidentName(id)} is like that already.`, 2_000);
  const audience = audienceOfPress(floor, person, channel, after);
  const reply = await command.shows?.(id, createReader(floor, person, audience));
  const card = offer(face(floor, { incident: after, failures: [], known }, audience), person);
  return { card, told, changed, ...(reply && { reply }) };
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

/** The filled Investigate dialog: the card stays as it is, the answer comes in its thread. */
async function look(
  floor: Watchfloor,
  user: ChatUser,
  person: Caller,
  id: number,
  fields: Record<string, string>,
): Promise<Outcome | FieldFaults> {
  const reply = await submitInvestigate(floor, user, person, id, fields);
  if ('faults' in reply) return reply;
  const stored = await readFor(floor, person, id);
  const card = face(floor, stored, audienceOfPress(floor, person, user.channel, stored.incident));
  const drawn = { card: offer(card, person), changed: false };
  if (reply.view.kind === 'text') return { ...drawn, told: reply.view.text };
  return reply.view.kind === 'none'
    ? { ...drawn, told: 'Asked.' }
    : { ...drawn, told: 'Not asked yet.', reply: reply.view };
}
