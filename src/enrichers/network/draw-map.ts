import type { Topology } from '../../incident/enrichment.ts';
import { bytes } from '../figures.ts';
import { type Exposure, exposureOf } from './exposure.ts';
import type { Talk } from './flows.ts';
import type { Opening } from './inbound-rules.ts';
import { dangersIn } from './ports.ts';
import type { Surroundings } from './surroundings.ts';

/** What is drawn together: the edges may lead to nodes of another piece. */
type Piece = Pick<Topology, 'nodes' | 'edges'>;
type Tone = Topology['nodes'][number]['tone'];

/** With the machine's own chain of at most eight, they stay below the 24 nodes of a picture. */
const mostNeighbours = 6;
const mostPeers = 8;

/** From the internet by address, rules and interface to the machine; beside it its subnet and whom it talks with. */
export function drawMap(title: string, around: Surroundings, neighbours: string[], talks: Talk[]): Topology {
  const exposure = exposureOf(around);
  const { openings = [], isReachable } = exposure;
  const isInDanger = isReachable && openings.some((opening) => dangersIn(opening).length > 0);
  const tone: Tone = isInDanger ? 'bad' : 'neutral';
  const pieces = [
    theMachine(around, tone),
    theWayIn(around, exposure, tone),
    theSubnet(around, neighbours),
    ...thePeers(talks),
  ];
  return {
    title,
    nodes: pieces.flatMap(({ nodes }) => nodes),
    edges: pieces.flatMap(({ edges }) => edges),
  };
}

function theMachine({ machine, nic, groups }: Surroundings, tone: Tone): Piece {
  const nodes: Piece['nodes'] = [{ id: 'machine', label: machine.name, kind: 'machine', tone }];
  if (!nic) return { nodes, edges: [] };
  nodes.push({ id: 'nic', label: nic.name, kind: 'nic', tone: 'neutral' });
  const edges = [{ from: 'nic', to: 'machine', label: nic.privateAddress }];
  for (const [n, { name }] of groups.entries()) {
    nodes.push({ id: `rules-${n}`, label: name, kind: 'rules', tone });
    edges.push({ from: `rules-${n}`, to: 'nic', label: '' });
  }
  return { nodes, edges };
}

function theWayIn({ publicAddresses }: Surroundings, { openings, isReachable }: Exposure, tone: Tone): Piece {
  if (!isReachable) return { nodes: [], edges: [] };
  const doors: Piece['nodes'] = publicAddresses.map(({ address, name }, n) => ({
    id: `public-${n}`,
    label: address || name,
    kind: 'public-ip',
    tone,
  }));
  if (doors.length === 0) doors.push({ id: 'door', label: 'Way in from outside', kind: 'gateway', tone });
  return {
    nodes: [{ id: 'internet', label: 'Internet', kind: 'internet', tone: 'neutral' }, ...doors],
    edges: doors.flatMap(({ id }) => [
      { from: 'internet', to: id, label: portsOf(openings) },
      { from: id, to: 'nic', label: '' },
    ]),
  };
}

function theSubnet({ subnet }: Surroundings, neighbours: string[]): Piece {
  if (!subnet) return { nodes: [], edges: [] };
  const beside = neighbours.slice(0, mostNeighbours).map((label, n) => ({ id: `neighbour-${n}`, label }));
  return {
    nodes: [
      { id: 'network', label: subnet.network, kind: 'network', tone: 'neutral' },
      { id: 'subnet', label: subnet.name, kind: 'subnet', tone: 'neutral' },
      ...beside.map((node) => ({ ...node, kind: 'machine' as const, tone: 'neutral' as const })),
    ],
    edges: [
      { from: 'network', to: 'subnet', label: '' },
      { from: 'subnet', to: 'nic', label: '' },
      ...beside.map(({ id }) => ({ from: 'subnet', to: id, label: '' })),
    ],
  };
}

/** Those that were let through; who was turned away is in the facts of `talkers`. */
function thePeers(talks: Talk[]): Piece[] {
  const allowed = talks.filter(({ isAllowed }) => isAllowed);
  const byPeer = [...Map.groupBy(allowed, ({ peer }) => peer)].slice(0, mostPeers);
  return byPeer.map(([peer, all], n) => {
    const id = `peer-${n}`;
    const isBad = all.some(({ isMalicious }) => isMalicious);
    return {
      nodes: [{ id, label: peer, kind: 'peer', tone: isBad ? 'bad' : 'neutral' }],
      // One in, one out: a picture has no room for every port.
      edges: all.slice(0, 2).map(({ direction, port, bytes: amount }) => ({
        ...(direction === 'in' ? { from: id, to: 'machine' } : { from: 'machine', to: id }),
        label: `${port}, ${bytes(amount)}`,
      })),
    };
  });
}

/** `22, 443`: what an edge has room for. */
function portsOf(openings: Opening[] | undefined): string {
  if (!openings) return 'not known';
  const ports = openings.map(({ first, last }) => (first === last ? String(first) : `${first}-${last}`));
  return [...new Set(ports)].slice(0, 5).join(', ') || 'closed';
}
