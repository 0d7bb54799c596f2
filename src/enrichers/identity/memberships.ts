import type { Principal } from '../../azure/graph-accounts.ts';
import type { GraphIdentity } from '../../azure/graph-identity.ts';
import { notAllowed } from '../../azure/graph-lacking.ts';
import { type DirectoryRole, readRoles } from '../../azure/graph-roles.ts';
import type { EnrichmentFact, Trait } from '../../incident/enrichment.ts';
import { firstFitting } from '../chip.ts';
import { listed } from '../figures.ts';
import type { Part } from './part.ts';
import { privilegedAmong } from './privileged-roles.ts';

const mostNamed = 8;
const readGroups = 'GroupMember.Read.All';

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
  const readable = groups.filter((name) => name !== '');
  const may = 'told' in eligible ? eligible.told : [];
  return {
    traits: traitsOf(held, may),
    facts: [
      ...named('Roles', held),
      ...(held.length < roles.length ? [{ label: 'Roles', value: notAllowed(readRoles) }] : []),
      ...named('Eligible for', may),
      ...('lacking' in eligible ? [{ label: 'Eligible for', value: eligible.lacking }] : []),
    ],
    background: [
      ...(readable.length > 0
        ? [{ label: 'Groups', value: listed(readable, mostNamed), long: true as const }]
        : []),
      ...(readable.length < groups.length ? [{ label: 'Groups', value: notAllowed(readGroups) }] : []),
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
    return [{ chip: chipOfRole('', strongest.name), says, tone: 'warning', mark: 'privileged' }];
  }
  const [possible] = privilegedAmong(may);
  if (!possible) return [];
  const chip = chipOfRole('eligible: ', possible.name);
  return [{ chip, says: `is eligible for ${possible.name}`, tone: 'warning', mark: 'privileged' }];
}

function named(label: string, roles: DirectoryRole[]): EnrichmentFact[] {
  return roles.length > 0
    ? [
        {
          label,
          value: listed(
            roles.map(({ name }) => name),
            mostNamed,
          ),
        },
      ]
    : [];
}

/** `Privileged Role Administrator` becomes `Privileged Role Admin`. */
function chipOfRole(before: string, role: string): string {
  return firstFitting(before + role, before + role.replace('Administrator', 'Admin'));
}
