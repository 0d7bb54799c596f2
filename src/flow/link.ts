import { randomInt } from 'node:crypto';
import type { ChatUser } from '../channels/channel.ts';
import { clean } from '../channels/clean.ts';
import { Denied, Refused } from '../errors.ts';
import type { Owner } from '../incident/alert.ts';
import type { Account } from '../people/accounts.ts';
import type { People } from '../people/people.ts';
import { addLink, removeLink } from '../store/links.ts';
import { type AwaitedCode, awaitCode, endSignIn, tryCode } from '../store/sign-ins.ts';
import { type SignInFloor, type SignInHandlers, signInMs, subjectOf } from './open-sign-ins.ts';
import type { RecordType } from './recorder.ts';
import { hashOf, isHashOf } from './sign-in-secret.ts';
import type { Watchfloor } from './watchfloor.ts';

type SlackUser = Extract<ChatUser, { channel: 'slack' }>;

/** Of a million codes, for ten minutes, after somebody signed in for this very Slack account. */
const mostTries = 5;

/** Where to begin to link this Slack account. */
export async function beginLink(
  floor: Pick<Watchfloor, 'signIns'>,
  people: People,
  user: ChatUser,
): Promise<string> {
  const { teamId, id, name } = slackMember(user);
  const linked = await linkedAs(people, user);
  if (linked) throw new Refused(alreadyLinked(linked));
  return floor.signIns.begin({ kind: 'link', slack: { teamId, id, name } });
}

/**
 * Somebody signed in by a link that was made for a Slack account. Whether both are the same person nobody knows yet:
 * the link may have been passed on. They are shown a code, and only that Slack account can use it.
 */
export function offerCode(floor: SignInFloor): SignInHandlers['link'] {
  return async (_purpose, account, signIn) => {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    await awaitCode(floor.db, signIn, {
      personId: account.id,
      codeHash: hashOf(`${signIn} ${code}`),
      expiresAt: new Date(floor.now().getTime() + signInMs),
    });
    return { code };
  };
}

/** The code that the page showed, typed in Slack. Returns what they are told. */
export async function confirmLink(
  floor: SignInFloor,
  people: People,
  user: ChatUser,
  code: string,
): Promise<string> {
  const slack = slackMember(user);
  const awaited = await readTry(floor, slack);
  if (!isHashOf(`${awaited.id} ${code}`, awaited.codeHash)) {
    const left = mostTries - awaited.tries;
    await note(floor, slack, 'sign-in-failed', { purpose: 'link', reason: 'wrong code' });
    throw new Refused(
      left > 0
        ? `That is not the code on the page. You may try ${left} more ${left === 1 ? 'time' : 'times'}.`
        : 'That is not the code on the page. Type "link" and begin anew.',
    );
  }
  try {
    const account = await admitLink(people, slack, awaited.personId);
    await saveLink(floor, slack, awaited);
    await note(floor, slack, 'linked', { person: account.id, upn: account.upn });
    return `Linked: in Slack you are ${clean(account.name, 80)}, ${clean(account.upn, 120)}, from now on.`;
  } catch (error) {
    if (error instanceof Refused) {
      await endSignIn(floor.db, awaited.id);
      await note(floor, slack, 'sign-in-failed', { purpose: 'link', reason: error.message });
    }
    throw error;
  }
}

/** Whether there was a link; one that an admin set only an admin takes away. */
export async function unlink(floor: SignInFloor, user: ChatUser): Promise<boolean> {
  if (user.channel === 'teams') throw new Refused(teamsSentence);
  const person = await removeLink(floor.db, user.teamId, user.id);
  if (person === undefined) return false;
  await note(floor, user, 'unlinked', { person });
  return true;
}

const teamsSentence = 'Teams signs you in already: there is nothing to link.';
const alreadyLinked = ({ name }: Owner) =>
  `This Slack account is linked with ${clean(name, 80)} already. Type "unlink" first; a link that an admin set only an admin takes away.`;

function slackMember(user: ChatUser): SlackUser {
  if (user.channel === 'teams') throw new Refused(teamsSentence);
  if (user.standing === 'member') return user;
  throw new Denied(
    user.standing === 'deactivated' || user.standing === 'bot' ? user.standing : 'external',
    'Only full members of the workspace can link themselves. Ask an admin to link you in the configuration.',
  );
}

/** Whom they prove to be already; `undefined` for whoever is not linked. */
async function linkedAs(people: People, user: ChatUser): Promise<Owner | undefined> {
  try {
    return await people.prove(user);
  } catch (error) {
    if (error instanceof Denied) return undefined;
    throw error;
  }
}

async function readTry(floor: SignInFloor, { teamId, id, name }: SlackUser): Promise<AwaitedCode> {
  const subject = subjectOf({ kind: 'link', slack: { teamId, id, name } });
  const awaited = await tryCode(floor.db, subject, { now: floor.now(), mostTries });
  if (awaited) return awaited;
  throw new Refused('I wait for no code of yours, or for none any more. Type "link" and sign in first.');
}

/** Throws `Refused` where this Slack account and this Entra account cannot be one person. */
async function admitLink(people: People, slack: SlackUser, personId: string): Promise<Account> {
  const linked = await linkedAs(people, slack);
  if (linked) throw new Refused(alreadyLinked(linked));
  const account = await people.account(personId);
  if (!account?.enabled || account.guest) {
    throw new Refused('The account that you signed in with is switched off, or a guest.');
  }
  const others = await people.withAddress(slack.email);
  if (others.some(({ id }) => id !== account.id)) {
    throw new Refused(
      'The e-mail address of your Slack account belongs to somebody else in the directory. Ask an admin of the workspace to correct it.',
    );
  }
  const [linkedUser] = (await people.slackIdsOf(account.id)).filter((id) => id !== slack.id);
  if (linkedUser) {
    throw new Refused(
      `${clean(account.name, 80)} is linked with another Slack account. Type "unlink" there first, or ask an admin.`,
    );
  }
  return account;
}

/** One of two who link at the same time: what was checked a moment ago the table checks once more. */
async function saveLink(floor: SignInFloor, slack: SlackUser, { id, personId }: AwaitedCode): Promise<void> {
  const link = { slackTeam: slack.teamId, slackUser: slack.id, personId, at: floor.now() };
  const saved = await floor.db
    .transaction()
    .execute(async (trx) => (await endSignIn(trx, id)) && (await addLink(trx, link)));
  if (!saved) throw new Refused('One of the two accounts was linked a moment ago. Type "whoami" to see.');
}

function note(
  { recorder, now }: SignInFloor,
  { id, name }: SlackUser,
  type: RecordType,
  data: Record<string, unknown>,
): Promise<void> {
  const by = { kind: 'chat-user' as const, id: `slack ${id}`, name };
  return recorder.note({ at: now().toISOString(), by, type, data: { channel: 'slack', ...data } });
}
