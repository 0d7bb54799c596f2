import { accounts } from '../logs/samples/estate.ts';
import { principalNameOf, type SandboxPerson } from '../people.ts';
import { cast, type Part, type RoleName, usualPart } from './cast.ts';
import type { Directory, DirectoryGroup } from './directory.ts';

/** A user as Graph tells of one. */
export interface Identity {
  oid: string;
  /** Before the @. */
  account: string;
  name: string;
  upn: string;
  mail: string;
  title: string;
  department: string;
  guest: boolean;
  part: Part;
}

const dayMs = 86_400_000;

/** Everybody whom the directory has: the people of the chats, and the accounts that log rows and alerts name. */
export class Identities {
  readonly #directory: Directory;
  readonly #all: Identity[];
  readonly #mustChangePassword = new Set<string>();
  readonly #sessionsEnded = new Map<string, number>();

  constructor(directory: Directory) {
    this.#directory = directory;
    const people = directory.accounts.map(ofPerson);
    const known = new Set(people.map(({ oid }) => oid));
    const others = accounts
      .filter(({ oid }) => !known.has(oid))
      .map(({ oid, name, displayName, upn, title, department }) => ({
        oid,
        account: name,
        name: displayName,
        upn,
        mail: upn,
        title,
        department,
        guest: false,
        part: cast[name] ?? {},
      }));
    this.#all = [...people, ...others];
  }

  get #present(): Identity[] {
    return this.#all.filter((one) => !this.#directory.isDeleted(one));
  }

  /** By object id or principal name, whichever case. */
  find(id: string): Identity | undefined {
    const wanted = id.toLowerCase();
    return this.#present.find(({ oid, upn }) => oid === wanted || upn.toLowerCase() === wanted);
  }

  withAddress(address: string): Identity[] {
    return this.#present.filter(({ upn, mail }) => mail === address || upn.toLowerCase() === address);
  }

  /** By the name that they have in Active Directory. */
  withAccountName(name: string): Identity[] {
    return this.#present.filter(({ account, part }) => !part.cloudOnly && account === name.toLowerCase());
  }

  managerOf({ part }: Identity): Identity | undefined {
    return this.#present.find(({ account }) => account === part.manager);
  }

  isEnabled({ oid }: Identity): boolean {
    return this.#directory.isEnabled({ oid });
  }

  setEnabled({ oid }: Identity, enabled: boolean): void {
    this.#directory.setEnabled({ oid }, enabled);
  }

  mustChangePassword({ oid }: Identity): boolean {
    return this.#mustChangePassword.has(oid);
  }

  setMustChangePassword({ oid }: Identity, must: boolean): void {
    if (must) this.#mustChangePassword.add(oid);
    else this.#mustChangePassword.delete(oid);
  }

  /** From when on sessions are good, to the second, as Graph tells it. */
  sessionsFrom(identity: Identity): string {
    const ended = this.#sessionsEnded.get(identity.oid);
    if (ended === undefined) return timesOf(identity, Date.now()).passwordChanged;
    return `${new Date(ended).toISOString().slice(0, 19)}Z`;
  }

  endSessions({ oid }: Identity): void {
    this.#sessionsEnded.set(oid, Date.now());
  }

  /** Groups of the chats' people as they stand, through groups as well, and those that never change. */
  groupsOf({ oid, department, guest, part }: Identity): Pick<DirectoryGroup, 'id' | 'name'>[] {
    const moving = this.#directory.groups.filter((group) =>
      this.#directory.usersIn(group).some((person) => person.oid === oid),
    );
    const fixed = [
      ...(part.groups ?? []),
      ...(guest ? [] : ['All staff']),
      ...(department ? [department] : []),
    ];
    return [...moving, ...[...new Set(fixed)].map((name) => ({ id: idOf(name), name }))];
  }

  rolesOf({ part }: Identity): RoleName[] {
    return part.roles ?? [];
  }
}

export function timesOf({ part }: Identity, now: number): { created: string; passwordChanged: string } {
  const midnight = Math.floor(now / dayMs) * dayMs;
  const daysBefore = (days: number) =>
    `${new Date(midnight - days * dayMs).toISOString().slice(0, 10)}T07:12:00Z`;
  return {
    created: daysBefore(part.age ?? usualPart.age),
    passwordChanged: daysBefore(part.passwordAge ?? usualPart.passwordAge),
  };
}

export function ofPerson(person: SandboxPerson): Identity {
  const { id, oid, name, upn, title, guest } = person;
  return {
    oid,
    account: id,
    name,
    upn: principalNameOf(person),
    mail: upn,
    title,
    department: guest ? '' : 'Security',
    guest,
    part: cast[id] ?? {},
  };
}

/** An object id that a name always has. */
export function idOf(name: string): string {
  let mixed = 0x811c9dc5;
  for (const letter of name) mixed = Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0;
  return `${mixed.toString(16).padStart(8, '0')}-9a0d-4c0d-9b7a-3f6e2d81c0a0`;
}
