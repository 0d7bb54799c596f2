import { z } from 'zod';
import type { Attempt, Authority, SignedIn } from '../azure/sign-in.ts';
import { describe, Refused } from '../errors.ts';
import type { Account } from '../people/accounts.ts';
import type { People } from '../people/people.ts';
import { addSignIn, beginSignIn, lookUpSignIn, returnToSignIn } from '../store/sign-ins.ts';
import type { RecordEntry } from './recorder.ts';
import type { SignInPurpose, SignIns } from './sign-in.ts';
import { hashOf, isSecret, newSecret, seal, unseal } from './sign-in-secret.ts';
import type { Watchfloor } from './watchfloor.ts';

type Purpose<Kind> = Extract<SignInPurpose, { kind: Kind }>;

/** What becomes of a sign-in of each kind; each throws `Refused` with what the page then says. */
export interface SignInHandlers {
  /** They signed in, as this account; the code that they then have to type. */
  link(purpose: Purpose<'link'>, account: Account, signIn: string): Promise<{ code: string }>;
  /** This very person signed in within the last five minutes. What the page tells them. */
  answer(purpose: Purpose<'answer'>): Promise<string>;
  /** This very person lets us ask the logs in their name. What the page tells them. */
  logs(personId: string, refreshToken: string | undefined): Promise<string>;
}

/** The pages' side of it. `browser` is a secret that only the one browser holds. */
export interface SignInDoor {
  /** What a link leads to; `undefined` where it was used, is too old, or never was. Changes nothing. */
  look(token: string): Promise<SignInPurpose | undefined>;
  /** Where the browser goes to sign in. Uses the link up. */
  leave(token: string, browser: string): Promise<URL>;
  /** The browser is back from Entra. */
  comeBack(url: URL, browser: string): Promise<Arrival>;
}

export type Arrival = { kind: 'link'; slackName: string; code: string } | { kind: 'answer'; told: string };

export interface SignInOptions {
  publicUrl: string;
  authority: Authority;
  people: Pick<People, 'account'>;
  handlers: SignInHandlers;
  /** What those who let us ask the logs in their name let us do. */
  logsScope: string;
}

export type SignInFloor = Pick<Watchfloor, 'db' | 'recorder' | 'log' | 'now'>;

/** Time to open the page, sign in, come back; and then to type a code. */
export const signInMs = 10 * 60_000;
/** The library checks it by the clock of this machine; this is the same limit by the clock of the product. */
const freshMs = 5 * 60_000;

const overSentence =
  'This sign-in was used already or is more than ten minutes old. Ask for a new one in chat.';

/** Signing in, for whatever it is needed. Every end of it goes on the record. */
export function openSignIns(floor: SignInFloor, options: SignInOptions): SignIns & SignInDoor {
  const { db, recorder, log } = floor;
  const { publicUrl, authority, people, handlers, logsScope } = options;
  const wishOf = (kind: SignInPurpose['kind']) => ({
    fresh: kind === 'answer',
    ...(kind === 'logs' && { scope: logsScope }),
  });
  const note = (by: RecordEntry['by'], type: RecordEntry['type'], data: Record<string, unknown>) =>
    recorder.note({ at: floor.now().toISOString(), by, type, data });

  async function finish(purpose: SignInPurpose, signedIn: SignedIn, signIn: string): Promise<Arrival> {
    const account = await admit(people, signedIn);
    switch (purpose.kind) {
      case 'link': {
        const { code } = await handlers.link(purpose, account, signIn);
        return { kind: 'link', slackName: purpose.slack.name, code };
      }
      case 'answer':
        refuseOther(purpose, signedIn, floor.now().getTime());
        return { kind: 'answer', told: await handlers.answer(purpose) };
      case 'logs':
        refuseAnother(purpose, signedIn);
        return { kind: 'answer', told: await handlers.logs(signedIn.id, signedIn.refreshToken) };
    }
  }

  return {
    async begin(purpose) {
      const token = newSecret();
      const expiresAt = new Date(floor.now().getTime() + signInMs);
      await addSignIn(db, { purpose, subject: subjectOf(purpose), tokenHash: hashOf(token), expiresAt });
      return `${publicUrl}/sign-in/${token}`;
    },

    async look(token) {
      if (!isSecret(token)) return undefined;
      const purpose = await lookUpSignIn(db, hashOf(token), floor.now());
      return purpose === undefined ? undefined : purposeShape.parse(purpose);
    },

    async leave(token, browser) {
      const attempt = { state: newSecret(), nonce: newSecret(), verifier: newSecret() };
      const purpose = isSecret(token) ? await lookUpSignIn(db, hashOf(token), floor.now()) : undefined;
      if (purpose === undefined) throw new Refused(overSentence);
      const { kind } = purposeShape.parse(purpose);
      // First, for it may fail: then the link is still good.
      const url = await authority.leave({ ...attempt, ...wishOf(kind) });
      const begun = await beginSignIn(db, hashOf(token), {
        now: floor.now(),
        stateHash: hashOf(attempt.state),
        browserHash: hashOf(browser),
        sealed: await seal(attempt, browser),
      });
      if (begun === undefined) throw new Refused(overSentence);
      return url;
    },

    async comeBack(url, browser) {
      const state = url.searchParams.get('state') ?? '';
      const stored = isSecret(state)
        ? await returnToSignIn(db, {
            now: floor.now(),
            stateHash: hashOf(state),
            browserHash: hashOf(browser),
          })
        : undefined;
      if (!stored) throw new Refused(overSentence);
      const purpose = purposeShape.parse(stored.purpose);
      try {
        const attempt = attemptShape.parse(await unseal(stored.sealed, browser));
        const signedIn = await authority.comeBack(url, { ...attempt, ...wishOf(purpose.kind) });
        const arrival = await finish(purpose, signedIn, stored.id);
        const by = { kind: 'person' as const, id: signedIn.id, name: signedIn.name };
        await note(by, 'signed-in', { purpose: purpose.kind });
        return arrival;
      } catch (error) {
        const reason = describe(error);
        log.warn({ purpose: purpose.kind, reason }, 'sign-in failed');
        await note(whoBegan(purpose), 'sign-in-failed', { purpose: purpose.kind, reason });
        throw error;
      }
    },
  };
}

/** One sign-in at a time for each of these: a new one puts an end to the one before. */
export function subjectOf(purpose: SignInPurpose): string {
  switch (purpose.kind) {
    case 'link':
      return `link ${purpose.slack.teamId} ${purpose.slack.id}`;
    case 'answer':
      return `answer ${purpose.question} ${purpose.personId}`;
    case 'logs':
      return `logs ${purpose.personId}`;
  }
}

/** Throws `Refused` for whoever is no member in good standing of our directory. */
async function admit(people: Pick<People, 'account'>, { id }: SignedIn): Promise<Account> {
  const account = await people.account(id);
  if (!account) throw new Refused('The directory does not know the account that you signed in with.');
  if (!account.enabled) throw new Refused('The account that you signed in with is switched off.');
  if (account.guest)
    throw new Refused('The account that you signed in with is a guest. Guests cannot do this.');
  return account;
}

function refuseAnother({ personId }: { personId: string }, { id }: SignedIn): void {
  if (id === personId.toLowerCase()) return;
  throw new Refused('You signed in with another account than the one that was asked. Nothing was changed.');
}

function refuseOther(purpose: Purpose<'answer'>, signedIn: SignedIn, now: number): void {
  refuseAnother(purpose, signedIn);
  const { at } = signedIn;
  // Entra was told to ask anew; whether it did, only this says.
  if (at === undefined || now - at > freshMs) {
    throw new Refused(
      'You did not sign in anew. Press the button in chat again, and sign in when you are asked.',
    );
  }
}

function whoBegan(purpose: SignInPurpose): RecordEntry['by'] {
  switch (purpose.kind) {
    case 'link':
      return { kind: 'chat-user', id: `slack ${purpose.slack.id}`, name: purpose.slack.name };
    case 'answer':
    case 'logs':
      return { kind: 'person', id: purpose.personId, name: '' };
  }
}

const purposeShape: z.ZodType<SignInPurpose> = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('link'),
    slack: z.object({ teamId: z.string(), id: z.string(), name: z.string() }),
  }),
  z.object({ kind: z.literal('answer'), question: z.string(), note: z.string(), personId: z.string() }),
  z.object({ kind: z.literal('logs'), personId: z.string() }),
]);

const attemptShape: z.ZodType<Omit<Attempt, 'fresh' | 'scope'>> = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
});
