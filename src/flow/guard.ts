import type { ChatUser, Desk } from '../channels/channel.ts';
import { Denied } from '../errors.ts';
import { openTurnstile, type Turnstile } from './turnstile.ts';
import type { Watchfloor } from './watchfloor.ts';

/** How somebody asked. */
type Path = 'button' | 'dialog' | 'submit' | 'command' | 'search' | 'answer';

/** Whoever asks waits for the answer: everything else gives way. Whoever is refused for who they are goes on the record. */
export function guarded(floor: Watchfloor, desk: Desk): Desk {
  const { courtesy } = floor;
  const turnstile = openTurnstile(floor);
  const guard = <Answer>(
    user: ChatUser,
    path: Path,
    asked: { deed: string; incident?: number },
    work: () => Promise<Answer>,
  ): Promise<Answer> => courtesy.attend(() => recorded(floor, turnstile, user, path, asked, work));

  return {
    peopleChanged: () => desk.peopleChanged(),
    press: (user, verb, incident, version) =>
      guard(user, 'button', { deed: verb, incident }, () => desk.press(user, verb, incident, version)),
    open: (user, verb, incident, version) =>
      guard(user, 'dialog', { deed: verb, incident }, () => desk.open(user, verb, incident, version)),
    submit: (user, verb, incident, version, fields) =>
      guard(user, 'submit', { deed: verb, incident }, () =>
        desk.submit(user, verb, incident, version, fields),
      ),
    say: (user, text, conversation, card, spot) =>
      guard(user, 'command', { deed: firstWord(text) }, () => desk.say(user, text, conversation, card, spot)),
    suggest: (user, query, list) =>
      guard(user, 'search', { deed: 'search' }, () => desk.suggest(user, query, list)),
    pressQuery: (user, verb, query, argument) =>
      guard(user, 'button', { deed: `query ${verb}` }, () => desk.pressQuery(user, verb, query, argument)),
    openQuery: (user, verb, query) =>
      guard(user, 'dialog', { deed: `query ${verb}` }, () => desk.openQuery(user, verb, query)),
    submitQuery: (user, verb, query, fields) =>
      guard(user, 'submit', { deed: `query ${verb}` }, () => desk.submitQuery(user, verb, query, fields)),
    pressRun: (user, verb, run, revision) =>
      guard(user, 'button', { deed: `run ${verb}` }, () => desk.pressRun(user, verb, run, revision)),
    openRun: (user, verb, run, revision) =>
      guard(user, 'dialog', { deed: `run ${verb}` }, () => desk.openRun(user, verb, run, revision)),
    submitRun: (user, verb, run, revision, fields) =>
      guard(user, 'submit', { deed: `run ${verb}` }, () => desk.submitRun(user, verb, run, revision, fields)),
    runHunt: (user, hunt, conversation, card, spot) =>
      guard(user, 'button', { deed: 'hunt' }, () => desk.runHunt(user, hunt, conversation, card, spot)),
    openForm: (user, words, conversation) =>
      guard(user, 'dialog', { deed: firstWord(words) }, () => desk.openForm(user, words, conversation)),
    submitForm: (user, words, fields, conversation, spot) =>
      guard(user, 'submit', { deed: firstWord(words) }, () =>
        desk.submitForm(user, words, fields, conversation, spot),
      ),
    home: (user) => guard(user, 'button', { deed: 'dashboard' }, () => desk.home(user)),
    file: (user, key) => guard(user, 'button', { deed: 'query csv' }, () => desk.file(user, key)),
    answer: (user, question, answer, note) =>
      guard(user, 'answer', { deed: `answer ${question.slice(0, 40)}` }, () =>
        desk.answer(user, question, answer, note),
      ),
  };
}

async function recorded<Answer>(
  { recorder, now }: Watchfloor,
  turnstile: Turnstile,
  user: ChatUser,
  path: Path,
  { deed, incident }: { deed: string; incident?: number },
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    await turnstile.pass(user);
    return await work();
  } catch (thrown) {
    const error = thrown instanceof Denied ? await turnstile.deny(user, thrown) : thrown;
    if (error instanceof Denied && (await turnstile.isWorthNoting(user, error))) {
      await recorder.note({
        at: now().toISOString(),
        by: { kind: 'chat-user', id: `${user.channel} ${user.id}`, name: user.name },
        type: 'denied',
        incident: incident ?? error.incident,
        data: { deed, path, channel: user.channel, reason: error.reason, said: error.message },
      });
    }
    throw error;
  }
}

/** What was typed may hold anything; the verb is enough to know what was tried. */
function firstWord(text: string): string {
  return text.trim().split(/\s+/, 1)[0]?.slice(0, 40) ?? '';
}
