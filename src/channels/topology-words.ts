import type { Tone, Topology, TopologyKind } from '../incident/enrichment.ts';
import { bound } from './clean.ts';

/** What stands above a node's name, on the picture and in words. */
export const kindNames = {
  internet: 'Internet',
  'public-ip': 'Public IP',
  gateway: 'Gateway',
  rules: 'Rules',
  nic: 'Network card',
  machine: 'Machine',
  subnet: 'Subnet',
  network: 'Network',
  peer: 'Peer',
} as const satisfies Record<TopologyKind, string>;

/** Said after a name where the picture has colour and sign; a neutral one needs no word. */
const toneNames = { bad: 'bad', warning: 'warning', good: 'good', neutral: '' } as const satisfies Record<
  Tone,
  string
>;

/** A line an edge, `Internet → Public IP pip-pay-web (warning): TCP 22`; then each node that hangs on nothing. */
export function topologyInWords({ nodes, edges }: Topology): string[] {
  const named = new Map(nodes.map((node) => [node.id, nameOf(node)]));
  const known = edges.filter(({ from, to }) => named.has(from) && named.has(to));
  const joined = new Set(known.flatMap(({ from, to }) => [from, to]));
  const lines = known.map(
    ({ from, to, label }) => `${named.get(from)} → ${named.get(to)}${label && `: ${label}`}`,
  );
  return [...lines, ...nodes.filter(({ id }) => !joined.has(id)).map(nameOf)];
}

function nameOf({ kind, label, tone }: Topology['nodes'][number]): string {
  const isNamed = label.toLowerCase().startsWith(kindNames[kind].toLowerCase());
  const name = isNamed ? label : `${kindNames[kind]} ${label}`.trim();
  return toneNames[tone] === '' ? name : `${name} (${toneNames[tone]})`;
}

/** What a picture is to whoever does not see it: `How vm-pay-web-01 is reached. Internet → …; …`. */
export function describeTopology(map: Topology, longest: number): string {
  const said = [map.title, topologyInWords(map).join('; ')].filter(Boolean).join('. ');
  return bound(said, longest);
}
