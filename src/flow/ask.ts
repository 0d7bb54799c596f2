import { randomUUID } from 'node:crypto';
import type { ChannelName } from '../channels/channel.ts';
import { clean, written } from '../channels/clean.ts';
import { Refused } from '../errors.ts';
import { accountsIn } from '../incident/account.ts';
import type { Alert, Owner } from '../incident/alert.ts';
import type { Intent } from '../incident/decide.ts';
import { isInDoubt } from '../incident/doubt.ts';
import { callInstead, mayBeAsked } from '../incident/entrust.ts';
import type { Incident } from '../incident/incident.ts';
import type { Question } from '../incident/question.ts';
import type { Account } from '../people/accounts.ts';
import type { Caller, People } from '../people/people.ts';
import { alertsOf } from '../store/alerts.ts';
import { occasionOf } from './occasion.ts';
import { managerOf, placesOf, type Reach } from './reach.ts';
import type { Watchfloor } from './watchfloor.ts';

const longestNote = 500;

/** Somebody wants a person asked "was this you?". Throws `Refused` where nobody can be asked, saying what to do instead. */
export async function prepareQuestion(
  floor: Watchfloor,
  people: People,
  asker: Pick<Caller, 'id'> & { channel: ChannelName },
  incident: Incident,
  wish: { whom: string; note: string },
): Promise<Intent> {
  // All of them: the state keeps the first few, and the one that casts doubt may be the last.
  const alerts = await alertsOf(floor.db, incident.id);
  const about = await findAffected(people, alerts, wish.whom);
  const name = clean(about.name, 80);
  if (about.guest) throw new Refused(`${name} is a guest: ask the organisation that they come from.`);
  if (!about.enabled) throw new Refused(`${name}'s account is switched off: whoever uses it is not them.`);
  if (about.id === asker.id) {
    throw new Refused('It is your own account. Write down what you know, and let somebody else look at it.');
  }
  const whom = await choose(floor, people, about, alerts, asker.channel);
  if (whom.asked.id === asker.id) {
    throw new Refused(`${whom.detour} That is you: call them, and write down what they say.`);
  }
  const question = compose(floor, alerts, about, whom, { note: wish.note, asker: asker.id.toLowerCase() });
  if (!mayBeAsked(incident, question)) throw new Refused(callInstead(incident, question));
  return { type: 'ask', question };
}

const happenings = {
  late: 'did not answer in time',
  unreachable: 'could not be reached',
  'in-doubt': "answered from an account that may be in somebody else's hands",
} as const;

/**
 * Asked in the person's place, after they could not be reached, said nothing, or said what proves nothing; `undefined`
 * where nobody is known but whoever wanted to know. Whether a restricted incident lets them be asked is to be looked
 * at where it is written down.
 */
export async function prepareInstead(
  floor: Watchfloor,
  people: People,
  { question, incidentId }: { question: Question; incidentId: number },
  why: keyof typeof happenings,
): Promise<Question | undefined> {
  const { about, channel } = question;
  const alerts = await alertsOf(floor.db, incidentId);
  const manager = await managerOf(floor, people, about);
  if (!manager || manager.id.toLowerCase() === question.asker) return undefined;
  const place = best(await placesOf(floor, people, manager, alerts), channel);
  if (!place) return undefined;
  const detour = `${clean(about.name, 80)} ${happenings[why]}, so ${clean(manager.name, 80)}, their manager, is asked.`;
  return compose(floor, alerts, about, { asked: manager, place, detour }, question);
}

interface Choice {
  asked: Owner;
  place: Reach;
  detour: string;
}

/** The person where that proves something, otherwise their manager. */
async function choose(
  floor: Watchfloor,
  people: People,
  about: Owner,
  alerts: Alert[],
  preferred: ChannelName,
): Promise<Choice> {
  const name = clean(about.name, 80);
  const inDoubt = isInDoubt(alerts, about);
  const place = best(await placesOf(floor, people, about, alerts), preferred);
  if (place) {
    const detour = inDoubt
      ? `${name}'s account may be in somebody else's hands, so they are asked in Slack, where they sign in otherwise.`
      : '';
    return { asked: about, place, detour };
  }
  const reason = inDoubt
    ? `${name}'s account may be in somebody else's hands`
    : `${name} cannot be reached in chat`;
  const manager = await managerOf(floor, people, about);
  if (!manager) throw new Refused(`${reason}, and I know no manager. Call them by phone.`);
  const instead = best(await placesOf(floor, people, manager, alerts), preferred);
  const managerName = clean(manager.name, 80);
  if (!instead) {
    throw new Refused(
      `${reason}, and ${managerName}, their manager, cannot be asked in chat. Call them by phone.`,
    );
  }
  return { asked: manager, place: instead, detour: `${reason}, so ${managerName}, their manager, is asked.` };
}

/** Where it was asked for, if the person can be asked there too. */
function best(places: Reach[], preferred: ChannelName): Reach | undefined {
  return places.find(({ channel }) => channel === preferred) ?? places[0];
}

function compose(
  floor: Watchfloor,
  alerts: Alert[],
  about: Owner,
  { asked, place, detour }: Choice,
  { note, asker }: Pick<Question, 'note' | 'asker'>,
): Question {
  return {
    id: randomUUID(),
    about: ownerOf(about),
    asked: ownerOf(asked),
    channel: place.channel,
    ...(asker && { asker }),
    detour,
    ...occasionOf(alerts, about),
    note: written(note, longestNote),
    dueAt: new Date(floor.now().getTime() + floor.questions.minutes * 60_000).toISOString(),
  };
}

function ownerOf({ id, name, upn }: Owner): Owner {
  return { id: id.toLowerCase(), name: clean(name, 80), upn: clean(upn, 120) };
}

/** An account that the alerts name, by any of its names; or anybody in the directory, by theirs. */
async function findAffected(people: People, alerts: Alert[], text: string): Promise<Account> {
  const wanted = text.trim().toLowerCase();
  const named = accountsIn(alerts).filter(({ oid, upn, name }) =>
    [oid, upn, name, upn.split('@', 1)[0] ?? ''].some((one) => one !== '' && one.toLowerCase() === wanted),
  );
  for (const { oid, upn } of named) {
    const account = (oid && (await people.account(oid))) || (upn && (await people.account(upn)));
    if (account) return account;
  }
  const isKey = wanted.includes('@') || /^[0-9a-f-]{36}$/.test(wanted);
  // Whom an alert names and the directory does not know is not to be taken for somebody of that name.
  const key = named.length > 0 || isKey ? wanted : people.findAnybody(text).id;
  const found = await people.account(key);
  if (found) return found;
  const shown = clean(text, 80);
  throw new Refused(`The directory has no account ${shown}. Say whom to ask: ask INC-1042 adam@contoso.com.`);
}
