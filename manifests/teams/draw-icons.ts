import { writeFileSync } from 'node:fs';
import { crc32, deflateSync } from 'node:zlib';

/** A colour with its opacity, 0 to 255 each. */
type Colour = readonly [number, number, number, number];

const navy: Colour = [0x1f, 0x3a, 0x5f, 255];
const white: Colour = [255, 255, 255, 255];
const amber: Colour = [0xf2, 0xb1, 0x34, 255];
const clear: Colour = [255, 255, 255, 0];

/**
 * The mark: a watch tower with a lit window. Coordinates from 0 to 1; the smaller icon shows the same with
 * the tower in white on nothing, as Teams wants it for its bar.
 */
function partAt(x: number, y: number): 'tower' | 'window' | undefined {
  const beside = Math.abs(x - 0.5);
  const roof = y >= 0.14 && y < 0.3 && beside < (y - 0.14) * 1.9;
  const cabin = y >= 0.34 && y < 0.56 && beside < 0.24;
  const window = y >= 0.4 && y < 0.5 && beside < 0.16;
  const platform = y >= 0.58 && y < 0.635 && beside < 0.31;
  const legs = y >= 0.635 && y < 0.88 && Math.abs(beside - (0.12 + (y - 0.635) * 0.5)) < 0.035;
  const brace = y >= 0.74 && y < 0.785 && beside < 0.17;
  if (window) return 'window';
  return roof || cabin || platform || legs || brace ? 'tower' : undefined;
}

/** Each point is the mean of sixteen, so that slopes are smooth. */
function draw(size: number, colours: { ground: Colour; tower: Colour; window: Colour }): Buffer {
  const rows: Buffer[] = [];
  for (let y = 0; y < size; y++) {
    const row = Buffer.alloc(1 + size * 4);
    for (let x = 0; x < size; x++) row.set(blend(x, y), 1 + x * 4);
    rows.push(row);
  }
  return toPng(size, Buffer.concat(rows));

  function blend(x: number, y: number): number[] {
    const sum = [0, 0, 0, 0];
    for (let n = 0; n < 16; n++) {
      const part = partAt((x + ((n % 4) + 0.5) / 4) / size, (y + (Math.floor(n / 4) + 0.5) / 4) / size);
      const colour = colours[part ?? 'ground'];
      for (const [channel, value] of colour.entries()) sum[channel] = (sum[channel] ?? 0) + value;
    }
    return sum.map((value) => Math.round(value / 16));
  }
}

/** Eight bits a channel with opacity, no filter. PNG specification, sections 5 and 11. */
function toPng(size: number, pixels: Buffer): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(size, 0);
  header.writeUInt32BE(size, 4);
  header.set([8, 6, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(pixels, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(content.length, 0);
  frame.writeUInt32BE(crc32(named), 4);
  return Buffer.concat([frame.subarray(0, 4), named, frame.subarray(4)]);
}

const write = (file: string, png: Buffer) => writeFileSync(new URL(file, import.meta.url), png);
write('color.png', draw(192, { ground: navy, tower: white, window: amber }));
write('outline.png', draw(32, { ground: clear, tower: white, window: clear }));
