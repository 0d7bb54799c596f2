import type { DirectoryUser, Graph } from '../azure/graph.ts';
import type { ChatUser } from '../channels/channel.ts';
import { Denied, FarSideError, Refused } from '../errors.ts';
import type { Owner } from '../incident/alert.ts';
import type { KnownPerson } from './roster.ts';

/** An account of the directory, of whoever: most people whom an alert names have no role here. */
export interface Account extends Owner {
  guest: boolean;
  enabled: boolean;
}

/** People by their accounts alone. Whoever is found by this may do nothing yet: roles are `People.identify`. */
export interface Accounts {
  /** By object id or user principal name; `undefined` where the directory has none. Throws `Refused` while it does not answer. */
  account(idOrUpn: string): Promise<Account | undefined>;
  /** Every account whose principal name or mail address this is. Throws `Refused` while the directory does not answer. */
  withAddress(address: string): Promise<Owner[]>;
  /**
   * Whose account this chat user proves to be, role or none: Teams signs people in with it, in Slack they or an admin
   * linked it. Throws `Denied` for everybody else, guests and switched-off accounts among them.
   */
  prove(user: ChatUser): Promise<Owner>;
}

export function createAccounts(options: {
  known: KnownPerson[];
  tenantId: string;
  /** Absent where the settings file alone says who works here. */
  directory: Pick<Graph, 'user' | 'withAddress'> | undefined;
  /** Entra object id that this Slack user is linked to. */
  linkedTo: (teamId: string, slackId: string) => Promise<string | undefined>;
}): Accounts {
  const { known, tenantId, directory, linkedTo } = options;

  async function find(idOrUpn: string): Promise<Account | undefined> {
    const wanted = idOrUpn.trim().toLowerCase();
    if (wanted === '') return undefined;
    if (directory) return toAccount(await directory.user(wanted));
    const person = known.find(({ id, upn }) => [id, upn].some((one) => one.toLowerCase() === wanted));
    return person && { ...ownerOf(person), guest: false, enabled: true };
  }

  async function idOf(user: ChatUser): Promise<string> {
    if (user.channel === 'teams') {
      if (user.tenantId.toLowerCase() !== tenantId.toLowerCase()) throw new Denied('external', elsewhere);
      return user.id;
    }
    const id = await linkedTo(user.teamId, user.id);
    if (!id) throw new Denied('assurance', unlinked);
    return id;
  }

  return {
    account: (idOrUpn) => find(idOrUpn).catch(sayThatItIsAway),

    async withAddress(address) {
      const wanted = address.trim().toLowerCase();
      if (wanted === '') return [];
      if (directory) return (await directory.withAddress(wanted).catch(sayThatItIsAway)).map(ownerOf);
      return known.filter(({ upn }) => upn.toLowerCase() === wanted).map(ownerOf);
    },

    async prove(user) {
      if (user.standing !== 'member') throw new Denied('external', elsewhere);
      const id = await idOf(user);
      const account = await find(id).catch((error: unknown) => {
        if (!(error instanceof FarSideError)) throw error;
        throw new Denied('assurance', silent);
      });
      if (!account) throw new Denied('unknown', 'The directory does not know your account.');
      if (!account.enabled) throw new Denied('deactivated', 'Your account is switched off in the directory.');
      if (account.guest) throw new Denied('external', elsewhere);
      return ownerOf(account);
    },
  };
}

const elsewhere = 'This is for people of this organisation.';
const unlinked = 'I do not know for sure who you are in Slack. Type "link" and sign in once.';
const silent = 'The directory does not answer, so I cannot check your account. Try again in a minute.';

function sayThatItIsAway(error: unknown): never {
  if (!(error instanceof FarSideError)) throw error;
  throw new Refused('The directory does not answer, so I cannot look the account up. Try again in a minute.');
}

function toAccount(user: DirectoryUser | undefined): Account | undefined {
  return user && { ...ownerOf(user), guest: user.guest, enabled: user.enabled };
}

function ownerOf({ id, name, upn }: Owner): Owner {
  return { id: id.toLowerCase(), name, upn };
}
