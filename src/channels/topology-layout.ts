import type { Topology, TopologyKind } from '../incident/enrichment.ts';

/** Where a node's box stands, in pixels. */
export interface Box {
  node: Node;
  row: number;
  x: number;
  y: number;
}

export interface Layout {
  width: number;
  height: number;
  boxes: Box[];
}

type Node = Topology['nodes'][number];

export const boxWidth = 150;
export const boxHeight = 56;
/** What an edge says stands between two rows. */
const rowGap = 38;
const columnGap = 14;
const margin = 20;
/** Below the title, which needs some width too. */
const top = 52;
const leastWidth = 360;
/** Where edges go that pass a row by. */
const aisle = 56;
/** More side by side could not be read on a phone. */
const mostInRow = 4;
const mostNodes = 24;

/** Whichever way traffic goes, what comes first here stands higher: from outside to the machine, then its peers. */
const rank = {
  internet: 0,
  'public-ip': 1,
  gateway: 1,
  network: 1,
  subnet: 2,
  rules: 2,
  nic: 3,
  machine: 4,
  peer: 5,
} as const satisfies Record<TopologyKind, number>;

/** Top down, each node below those that lead to it; what does not fit side by side takes several rows. */
export function layOut(map: Topology): Layout {
  const nodes = map.nodes.slice(0, mostNodes).toSorted((a, b) => rank[a.kind] - rank[b.kind]);
  const above = findAbove(nodes, map.edges);
  const rows = inRows(nodes, above).flatMap((row) => chunk(row));
  const widest = Math.max(1, ...rows.map((row) => row.length));
  const inner = widest * boxWidth + (widest - 1) * columnGap;
  const passes = passesBy(rows, map.edges);
  const width = Math.max(inner + 2 * (margin + (passes ? aisle : 0)), leastWidth);
  const boxes = rows.flatMap((row, n) => {
    const left = (width - row.length * boxWidth - (row.length - 1) * columnGap) / 2;
    const y = top + n * (boxHeight + rowGap);
    return row.map((node, m) => ({ node, row: n, x: left + m * (boxWidth + columnGap), y }));
  });
  const height = top + Math.max(1, rows.length) * (boxHeight + rowGap) - rowGap + margin;
  return { width, height, boxes };
}

/** By the id of a node, those of a higher rank that it is joined with. */
function findAbove(nodes: Node[], edges: Topology['edges']): Map<string, string[]> {
  const ranks = new Map(nodes.map(({ id, kind }) => [id, rank[kind]]));
  const above = new Map<string, string[]>(nodes.map(({ id }) => [id, []]));
  for (const { from, to } of edges) {
    const [start, end] = [ranks.get(from), ranks.get(to)];
    if (start === undefined || end === undefined || start === end) continue;
    const [upper, lower] = start < end ? [from, to] : [to, from];
    above.get(lower)?.push(upper);
  }
  return above;
}

/** `nodes` by rank: whatever is above a node comes before it. */
function inRows(nodes: Node[], above: Map<string, string[]>): Node[][] {
  const rowOf = new Map<string, number>();
  for (const { id } of nodes)
    rowOf.set(id, 1 + Math.max(-1, ...(above.get(id) ?? []).map((upper) => rowOf.get(upper) ?? 0)));
  // What nothing leads to stands right above what it leads to.
  for (const { id } of nodes) {
    if ((above.get(id) ?? []).length > 0) continue;
    const below = nodes.filter((other) => above.get(other.id)?.includes(id));
    const lowest = Math.min(...below.map((other) => rowOf.get(other.id) ?? 0));
    if (Number.isFinite(lowest)) rowOf.set(id, Math.max(0, lowest - 1));
  }
  const byRow = Map.groupBy(nodes, ({ id }) => rowOf.get(id) ?? 0);
  const rows = [...byRow.keys()].sort((a, b) => a - b).map((row) => byRow.get(row) ?? []);
  return uncross(rows, above);
}

/** Each row in the order of what is above it, so that fewer edges cross. */
function uncross(rows: Node[][], above: Map<string, string[]>): Node[][] {
  const place = new Map<string, number>();
  return rows.map((row) => {
    const wish = ({ id }: Node): number => {
      const places = (above.get(id) ?? []).flatMap((upper) => place.get(upper) ?? []);
      return places.length > 0 ? places.reduce((sum, one) => sum + one, 0) / places.length : 0.5;
    };
    const ordered = row.toSorted((a, b) => wish(a) - wish(b));
    for (const [n, { id }] of ordered.entries()) place.set(id, (n + 0.5) / ordered.length);
    return ordered;
  });
}

/** As even as can be: five stand three and two. */
function chunk(nodes: Node[]): Node[][] {
  const rows = Math.ceil(nodes.length / mostInRow);
  const each = Math.ceil(nodes.length / rows);
  return Array.from({ length: rows }, (_, n) => nodes.slice(n * each, (n + 1) * each));
}

function passesBy(rows: Node[][], edges: Topology['edges']): boolean {
  const rowAt = new Map(rows.flatMap((row, n) => row.map(({ id }) => [id, n])));
  return edges.some(({ from, to }) => {
    const [start, end] = [rowAt.get(from), rowAt.get(to)];
    return start !== undefined && end !== undefined && Math.abs(start - end) > 1;
  });
}
