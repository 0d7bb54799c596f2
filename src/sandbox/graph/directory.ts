import { people, principalNameOf, type SandboxPerson } from '../people.ts';

/** A group as the directory has it; groups may be members of groups. */
export interface DirectoryGroup {
  id: string;
  name: string;
  /** Object ids of people and groups. */
  members: string[];
}

const night = { id: '4d9a7e10-62c3-4b85-9f1e-0a7d3c5b8e21', name: 'SOC analysts, night shift' };
const analysts = { id: 'a3e58b27-90d4-4c6f-8b13-7f2c1e6d4a90', name: 'SOC analysts' };

const oidOf = (id: string): string => people.find((person) => person.id === id)?.oid ?? '';

/** Contoso's accounts and groups, as Entra ID keeps them: whoever signs in, and whoever Graph tells of. */
export class Directory {
  readonly accounts = people.filter(({ kind }) => kind !== 'external' && kind !== 'bot');
  readonly groups: DirectoryGroup[] = [
    { ...analysts, members: [night.id] },
    { ...night, members: [oidOf('priya')] },
  ];
  readonly #disabled = new Set(this.accounts.filter(({ kind }) => kind === 'left').map(({ oid }) => oid));
  readonly #deleted = new Set<string>();

  /** By object id or principal name, whichever case. */
  find(id: string): SandboxPerson | undefined {
    const wanted = id.toLowerCase();
    return this.accounts.find(
      (one) => !this.isDeleted(one) && (one.oid === wanted || principalNameOf(one).toLowerCase() === wanted),
    );
  }

  isEnabled({ oid }: Pick<SandboxPerson, 'oid'>): boolean {
    return !this.#disabled.has(oid);
  }

  isDeleted({ oid }: Pick<SandboxPerson, 'oid'>): boolean {
    return this.#deleted.has(oid);
  }

  delete({ oid }: Pick<SandboxPerson, 'oid'>): void {
    this.#deleted.add(oid);
  }

  setEnabled({ oid }: Pick<SandboxPerson, 'oid'>, enabled: boolean): void {
    if (enabled) this.#disabled.delete(oid);
    else this.#disabled.add(oid);
  }

  group(id: string): DirectoryGroup | undefined {
    return this.groups.find((group) => group.id === id.toLowerCase());
  }

  /** Everybody in it, also through groups within it. */
  usersIn({ members }: DirectoryGroup, seen = new Set<string>()): SandboxPerson[] {
    const users = members.flatMap((id) => {
      if (seen.has(id)) return [];
      seen.add(id);
      const inner = this.group(id);
      const user = this.find(id);
      return inner ? this.usersIn(inner, seen) : user ? [user] : [];
    });
    return users;
  }
}
