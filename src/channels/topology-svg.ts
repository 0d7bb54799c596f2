import type { Tone, Topology } from '../incident/enrichment.ts';
import { bound, fold } from './clean.ts';
import { type Box, boxHeight, boxWidth, layOut } from './topology-layout.ts';
import { describeTopology, kindNames } from './topology-words.ts';

/**
 * A map as a picture, drawn on its own light ground so that it reads in a dark client too. Labels are text and nothing
 * else: what stands in them is escaped, and the drawing has no link, script or address in it.
 */
export function drawTopology(map: Topology): string {
  const { width, height, boxes } = layOut(map);
  const at = new Map(boxes.map((box) => [box.node.id, box]));
  const edges = map.edges.flatMap(({ from, to, label }) => {
    const [start, end] = [at.get(from), at.get(to)];
    return start && end && start !== end ? [drawEdge(start, end, label, width)] : [];
  });
  const longestTitle = Math.floor((width - 40) / 8.5);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="Atkinson Hyperlegible, sans-serif">
<title>${escaped(fold(describeTopology(map, 1_000)))}</title>
<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0 10 5 0 10z" fill="${line}"/></marker></defs>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="#ffffff" stroke="#d1d5db"/>
<text x="20" y="31" font-size="16" font-weight="700" fill="${ink}">${escaped(bound(fold(map.title), longestTitle))}</text>
${edges.map(({ path }) => path).join('\n')}
${boxes.map(drawBox).join('\n')}
${edges.map(({ text }) => text).join('\n')}
</svg>`;
}

/** All that areas and lines are drawn in. */
export function coloursOf(): string[] {
  const boxes = Object.values(colours).flatMap(({ fill, edge }) => [fill, edge]);
  return [...new Set(['#ffffff', ink, line, ...boxes])];
}

const ink = '#1f2328';
const line = '#57606a';

/** Fill and edge of a box; the edge against white has a contrast over 4.5. */
const colours = {
  bad: { fill: '#fde7e9', edge: '#b3261e', thick: 2.5 },
  warning: { fill: '#fff4ce', edge: '#8a6100', thick: 2 },
  good: { fill: '#e3f3e6', edge: '#1e7a3d', thick: 1.5 },
  neutral: { fill: '#f3f4f6', edge: '#57606a', thick: 1 },
} as const satisfies Record<Tone, { fill: string; edge: string; thick: number }>;

/** Beside the colour, in the box's upper right corner: a full triangle, an empty one, a tick. */
const signs = {
  bad: 'M0 10 6 0 12 10z',
  warning: 'M1 10 6 1 11 10z',
  good: 'M1 5 5 9 12 1',
  neutral: '',
} as const satisfies Record<Tone, string>;

const longestLine = 18;

function drawBox({ node: { kind, label, tone }, x, y }: Box): string {
  const { fill, edge, thick } = colours[tone];
  const sign = `<path transform="translate(${x + boxWidth - 22} ${y + 9})" d="${signs[tone]}" fill="${tone === 'bad' ? edge : 'none'}" stroke="${edge}" stroke-width="1.8"/>`;
  const lines = wrap(label);
  const caption = label === kindNames[kind] ? '' : kindNames[kind];
  const first = y + (lines.length > 1 || caption === '' ? 33 : 40);
  const words = lines.map(
    (text, n) =>
      `<text x="${x + 12}" y="${first + n * 15}" font-size="14" font-weight="700" fill="${ink}">${escaped(text)}</text>`,
  );
  return `<rect x="${x}" y="${y}" width="${boxWidth}" height="${boxHeight}" rx="7" fill="${fill}" stroke="${edge}" stroke-width="${thick}"/>
<text x="${x + 12}" y="${y + 18}" font-size="11.5" fill="#3d444d">${caption}</text>
${signs[tone] && sign}${words.join('')}`;
}

function drawEdge(start: Box, end: Box, label: string, width: number): { path: string; text: string } {
  const { d, x, y } = start.row === end.row ? across(start, end) : down(start, end, width);
  const path = `<path d="${d}" fill="none" stroke="${line}" stroke-width="1.5" marker-end="url(#tip)"/>`;
  const said = bound(fold(label), 24);
  if (said === '') return { path, text: '' };
  const look = `font-size="12" text-anchor="middle" fill="${ink}" stroke="#ffffff" stroke-width="4" paint-order="stroke"`;
  return { path, text: `<text x="${x}" y="${y + 4}" ${look}>${escaped(said)}</text>` };
}

interface Way {
  d: string;
  /** Where its label stands. */
  x: number;
  y: number;
}

function across(start: Box, end: Box): Way {
  const [y, isRight] = [start.y + boxHeight / 2, end.x > start.x];
  const [from, to] = isRight ? [start.x + boxWidth, end.x] : [start.x, end.x + boxWidth];
  return { d: `M${from} ${y}H${to}`, x: (from + to) / 2, y: start.y - 10 };
}

/** Straight to the next row; around what stands between, to one further off. */
function down(start: Box, end: Box, width: number): Way {
  const isDown = end.row > start.row;
  const from = { x: start.x + boxWidth / 2, y: isDown ? start.y + boxHeight : start.y };
  const to = { x: end.x + boxWidth / 2, y: isDown ? end.y : end.y + boxHeight };
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  if (Math.abs(end.row - start.row) === 1) {
    const d = `M${from.x} ${from.y}C${from.x} ${middle.y} ${to.x} ${middle.y} ${to.x} ${to.y}`;
    return { d, ...middle };
  }
  const isLeft = middle.x < width / 2;
  const side = isLeft ? 14 : width - 14;
  const step = isDown ? 22 : -22;
  const d = `M${from.x} ${from.y}C${from.x} ${from.y + step} ${side} ${from.y} ${side} ${from.y + 2 * step}V${to.y - 2 * step}C${side} ${to.y} ${to.x} ${to.y - step} ${to.x} ${to.y}`;
  return { d, x: isLeft ? side + 44 : side - 44, y: middle.y };
}

/** Two lines at most, broken where names have a joint. */
function wrap(label: string): string[] {
  const points = Array.from(fold(label));
  if (points.length <= longestLine) return [points.join('')];
  const head = points.slice(0, longestLine).join('');
  const joint = [
    head.lastIndexOf(' '),
    Math.max(...['-', '/', '.', '_'].map((sign) => head.lastIndexOf(sign))),
  ];
  const first = head.slice(0, (joint.find((at) => at > 6) ?? head.length) + 1);
  const rest = points.slice(Array.from(first).length).join('').trim();
  return [first.trim(), bound(rest, longestLine)];
}

/** XML has no place for the last two characters of its first plane, however they are written. */
function escaped(text: string): string {
  return text
    .replace(/[\uFFFE\uFFFF]/g, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
