import type { Principal } from '../../azure/graph-accounts.ts';
import type { GraphIdentity } from '../../azure/graph-identity.ts';
import { notAllowed } from '../../azure/graph-lacking.ts';
import { type DirectoryRole, readRoles } from '../../azure/graph-roles.ts';
import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';
import { chipOf, type Part } from './part.ts';
import { privilegedAmong } from './privileged-roles.ts';

const mostNamed = 8;

/** What it is a member of, and what it may become. */
export async function membershipsOf(graph: GraphIdentity, of: Principal, signal: AbortSignal): Promise<Part> {
  const [members, eligible] = await Promise.all([
    graph.memberships(of, signal),
    graph.eligibleRoles(of.id, signal),
  ]);
  const inside = 'told' in members ? members.told : [];
  const roles = inside.filter((one) => one.kind === 'role');
  const held = roles.filter(({ templateId }) => templateId !== '');
  const groups = inside.filter((one) => one.kind === 'group').map(({ name }) => name);
  const may = 'told' in eligible ? eligible.told : [];
  return {
    traits: traitsOf(held, may),
    facts: [
      ...named('Roles', held),
      ...(held.length < roles.length ? [{ label: 'Roles', value: notAllowed(readRoles) }] : []),
      ...named('May become', may),
      ...('lacking' in eligible ? [{ label: 'May become', value: eligible.lacking }] : []),
    ],
    background: [
      ...(groups.length > 0 ? [{ label: 'Groups', value: listUp(groups), long: true as const }] : []),
      ...('lacking' in members ? [{ label: 'Groups and roles', value: members.lacking }] : []),
    ],
  };
}

function traitsOf(held: DirectoryRole[], may: DirectoryRole[]): Trait[] {
  const [strongest, ...others] = privilegedAmong(held);
  if (strongest) {
    const more =
      others.length === 0 ? '' : `, and ${others.length} more privileged role${others.length > 1 ? 's' : ''}`;
    const says = `is ${strongest.name}${more}`;
    return [{ chip: chipOf(strongest.name), says, tone: 'warning', mark: 'privileged' }];
  }
  const [possible] = privilegedAmong(may);
  if (!possible) return [];
  const chip = chipOf(`may be ${possible.name.replace('Administrator', 'Admin')}`);
  return [{ chip, says: `may become ${possible.name}`, tone: 'warning', mark: 'privileged' }];
}

function named(label: string, roles: DirectoryRole[]): EnrichmentFact[] {
  return roles.length > 0 ? [{ label, value: listUp(roles.map(({ name }) => name)) }] : [];
}

function listUp(names: string[]): string {
  const more = names.length - mostNamed;
  return `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
