import { inflateSync } from 'node:zlib';
import fc from 'fast-check';
import { XMLValidator } from 'fast-xml-parser';
import { describe, expect, it } from 'vitest';
import { drawPictures } from '../../src/channels/pictures.ts';
import { toPng } from '../../src/channels/png.ts';
import { layOut } from '../../src/channels/topology-layout.ts';
import { drawTopologyPng } from '../../src/channels/topology-png.ts';
import { drawTopology } from '../../src/channels/topology-svg.ts';
import { describeTopology, topologyInWords } from '../../src/channels/topology-words.ts';
import type { Topology } from '../../src/incident/enrichment.ts';
import { detailsOf, detailsView, topology } from './details.ts';

const evil = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.constantFrom(
    '</text><script>alert(1)</script>',
    '<image href="https://evil.example/x.png"/>',
    '"/><a href="javascript:alert(1)">',
    '&lt;!ENTITY x SYSTEM "file:///etc/passwd"&gt;',
    ']]>',
    '\u202Egnp.exe\u0000\uFFFE',
    '',
    '漢'.repeat(200),
  ),
);
const id = fc.constantFrom('a', 'b', 'c', 'd', 'none');
const map = fc.record({
  title: evil,
  nodes: fc.uniqueArray(
    fc.record({
      id,
      label: evil,
      kind: fc.constantFrom('internet', 'public-ip', 'rules', 'machine', 'peer'),
      tone: fc.constantFrom('bad', 'warning', 'good', 'neutral'),
    }),
    { selector: (node) => node.id },
  ),
  edges: fc.array(fc.record({ from: id, to: id, label: evil }), { maxLength: 8 }),
}) satisfies fc.Arbitrary<Topology>;

const peers = (count: number): Topology['nodes'] =>
  Array.from({ length: count }, (_, n) => ({ id: `p${n}`, label: `vm-${n}`, kind: 'peer', tone: 'neutral' }));

describe('a map in words', () => {
  it('tells who is joined with whom, by what, and what is wrong with either', () => {
    expect(topologyInWords(topology()).slice(0, 4)).toEqual([
      'Internet → Public IP pip-pay-web-01 (warning): TCP 22, 443',
      'Public IP pip-pay-web-01 (warning) → Network card nic-pay-web-01',
      'Rules nsg-payments (bad) → Network card nic-pay-web-01: any may come in',
      'Network card nic-pay-web-01 → Machine vm-pay-web-01 (bad): 10.20.1.4',
    ]);
  });

  it('names what hangs on nothing, and nothing that is not there', () => {
    const lone = topology({ nodes: peers(1), edges: [{ from: 'p0', to: 'gone', label: '' }] });
    expect(topologyInWords({ ...lone, edges: [] })).toEqual(['Peer vm-0']);
    expect(topologyInWords(lone)).toEqual(['Peer vm-0']);
  });

  it('is one sentence for whoever does not see the picture, within its bounds', () => {
    expect(describeTopology(topology(), 1_000)).toMatch(/^How vm-pay-web-01 is reached\. Internet → .+; .+/);
    expect(Array.from(describeTopology(topology(), 50))).toHaveLength(50);
  });
});

describe('a map as a drawing', () => {
  it('shows every node and what the ways between them are called', () => {
    const svg = drawTopology(topology());
    for (const { label } of topology().nodes) expect(svg).toContain(label.split(' ')[0]);
    for (const label of ['TCP 22, 443', 'any may come in', 'TCP 1433']) expect(svg).toContain(`>${label}<`);
    expect(svg.match(/marker-end/g)).toHaveLength(topology().edges.length);
  });

  it('stands from the internet down to the machine and its peers, whichever way traffic goes', () => {
    const rows = Map.groupBy(layOut(topology()).boxes, ({ row }) => row);
    expect([...rows.values()].map((row) => row.map(({ node }) => node.id).sort())).toEqual([
      ['internet', 'vnet'],
      ['nsg', 'pip', 'snet'],
      ['nic'],
      ['vm'],
      ['db', 'dc'],
    ]);
  });

  it('is never wider than a phone can show, and holds 24 nodes at most', () => {
    const svg = drawTopology(topology({ nodes: peers(40), edges: [] }));
    expect(svg).toContain('>vm-23<');
    expect(svg).not.toContain('>vm-24<');
    expect(Number(/width="(\d+)"/.exec(svg)?.[1])).toBeLessThan(760);
  });

  it('is a picture and nothing else, whatever is written in it', () => {
    fc.assert(
      fc.property(map, (one) => {
        const svg = drawTopology(one);
        expect(XMLValidator.validate(svg)).toBe(true);
        expect(svg).not.toMatch(/<(?!\/?(svg|title|defs|marker|path|rect|text)\b)/);
        expect(svg.replace(/>[^<]*</g, '><')).not.toMatch(/\shref=|\son\w+=|javascript:/);
      }),
      { numRuns: 300 },
    );
  });
});

describe('a map as a PNG', () => {
  it('shows its words without any font of the machine’s', async () => {
    const blank = topology({ title: '', nodes: topology().nodes.map((node) => ({ ...node, label: '' })) });
    const [said, unsaid] = await Promise.all(
      [topology(), blank].map(async (one) => darkIn(await drawTopologyPng(one, 400_000))),
    );
    expect(said).toBeGreaterThan((unsaid ?? 0) * 1.5);
  });

  it('is small enough for a card beside its words', async () => {
    expect((await drawTopologyPng(topology(), 400_000)).length).toBeLessThan(14_000);
  });

  it('is drawn whatever is written in it', async () => {
    await fc.assert(
      fc.asyncProperty(map, async (one) => {
        expect(readPng(await drawTopologyPng(one, 100_000)).width).toBeGreaterThan(100);
      }),
      { numRuns: 25 },
    );
  }, 60_000);

  it('keeps the colours that it is told to, and draws what shines through on white', () => {
    const pixels = Uint8Array.from([255, 0, 0, 255, 0, 0, 0, 0, 253, 231, 233, 255]);
    const png = readPng(toPng({ width: 3, height: 1, pixels }, ['#ffffff', '#ff0000', '#fde7e9']));
    expect(png.rows).toEqual([['ff0000', 'ffffff', 'fde7e9']]);
  });
});

describe('the pictures of an answer', () => {
  it('are of its maps, two at most, and of no other answer', async () => {
    expect((await drawPictures({ kind: 'details', details: detailsView() }, 100_000)).size).toBe(1);
    const many = detailsOf('x').subjects.map((subject) => ({
      ...subject,
      parts: [
        { ...subject.parts[0], title: 'x', facts: [], link: undefined, chart: undefined, map: topology() },
      ],
    }));
    const details = detailsView({ subjects: many });
    expect((await drawPictures({ kind: 'details', details }, 100_000)).size).toBe(2);
    expect((await drawPictures({ kind: 'text', text: 'No.' }, 100_000)).size).toBe(0);
  });
});

/** Reads what `toPng` writes: four bits a pixel, no filter. */
function readPng(png: Uint8Array): { width: number; rows: string[][] } {
  const bytes = Buffer.from(png);
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at);
    chunks.set(bytes.toString('latin1', at + 4, at + 8), bytes.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  const width = chunks.get('IHDR')?.readUInt32BE(0) ?? 0;
  const palette = chunks.get('PLTE')?.toString('hex').match(/.{6}/g) ?? [];
  const content = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0));
  const rowBytes = 1 + Math.ceil(width / 2);
  const rows = Array.from({ length: content.length / rowBytes }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const pair = content[y * rowBytes + 1 + (x >> 1)] ?? 0;
      return palette[x % 2 === 0 ? pair >> 4 : pair & 15] ?? '';
    }),
  );
  return { width, rows };
}

function darkIn(png: Uint8Array): number {
  return readPng(png)
    .rows.flat()
    .filter((colour) => colour === '1f2328').length;
}
