import { usualNeed } from '../incident/approval.ts';
import { type Need, risks } from '../incident/run.ts';
import {
  otherTables,
  type Permission,
  playbookRisks,
  sensitiveTables,
  permissions as table,
} from '../people/permissions.ts';
import { roles as all } from '../people/roles.ts';
import type { ReadCommand } from './command.ts';

export const permissions: ReadCommand = {
  kind: 'read',
  name: 'permissions',
  aliases: ['roles', 'rights'],
  usage: 'permissions [role | command]',
  summary: 'Who may do what.',
  private: true,

  async answer({ args }) {
    const asked = args[0]?.toLowerCase();
    const rows = rowsOfTable().filter(
      ({ lead, who }) => !asked || lead.toLowerCase().includes(asked) || who.split(', ').includes(asked),
    );
    return {
      kind: 'lines',
      title: asked ? `Who may do what: ${rows.length} lines on "${asked.slice(0, 40)}"` : 'Who may do what',
      rows: rows.map(({ lead, who, needs }) => ({ lead, text: needs ? `${who}; ${needs}` : who })),
    };
  },
};

/** The whole table as lines; what docs/permissions.md prints too. */
export function rowsOfTable(): { lead: string; who: string; needs: string }[] {
  const deeds = Object.entries<Permission>(table).map(([deed, { roles, needs }]) => ({
    lead: deed,
    who: inWords(roles),
    needs: needs === 'full' ? 'known for sure' : '',
  }));
  const plays = risks.map((risk) => ({
    lead: `playbook of ${risk} risk`,
    who: inWords(playbookRisks[risk].run),
    needs: usualApproval[usualNeed[risk]],
  }));
  const tables = Object.entries(sensitiveTables).map(([name, roles]) => ({
    lead: `table ${name}`,
    who: inWords(roles),
    needs: 'known for sure',
  }));
  const others = { lead: 'any other table', who: inWords(otherTables), needs: 'known for sure' };
  return [...deeds, ...plays, ...tables, others];
}

/** The settings may ask for more or less, and what is attacked may be worth more. */
const usualApproval: Record<Need, string> = {
  own: 'known for sure; needs nobody else',
  peer: 'known for sure; a colleague approves',
  lead: 'known for sure; a lead approves',
  two: 'known for sure; a lead and one more approve',
};

function inWords(roles: Permission['roles'] | string): string {
  if (typeof roles === 'string') return roles;
  return roles.length === all.length ? 'everybody with a role' : roles.join(', ');
}
