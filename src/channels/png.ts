import { crc32, deflateSync } from 'node:zlib';

/**
 * A drawing as a PNG of at most 16 colours, which takes a fifth of one with all: a picture in a card of Teams is part of
 * its 25 kB. `pixels` are RGBA, row by row; what shines through is drawn on white. `kept` are colours, `#ffffff`, that
 * stay as they are.
 */
export function toPng(
  { width, height, pixels }: { width: number; height: number; pixels: Uint8Array },
  kept: string[],
): Uint8Array {
  const colours = readColours(pixels);
  const palette = mostUsed(
    colours,
    kept.map((colour) => Number.parseInt(colour.slice(1), 16)),
  );
  const rows = toRows(width, height, colours, palette);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // Four bits a pixel, by palette. https://www.w3.org/TR/png-3/#11IHDR
  header.set([4, 3, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flatMap((colour) => [...channels(colour)]))),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

const mostColours = 16;

/** Four bits a pixel, each row led by the number of its filter, which is none. */
function toRows(width: number, height: number, colours: Uint32Array, palette: number[]): Uint8Array {
  const rowBytes = 1 + Math.ceil(width / 2);
  const rows = new Uint8Array(rowBytes * height);
  const nearest = new Map<number, number>();
  let [last, index] = [-1, 0];
  for (let y = 0, n = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, n += 1) {
      const colour = colours[n] ?? 0;
      if (colour !== last) {
        index = nearest.get(colour) ?? findNearest(palette, colour);
        nearest.set(colour, index);
        last = colour;
      }
      const at = y * rowBytes + 1 + (x >> 1);
      rows[at] = (rows[at] ?? 0) | (x % 2 === 0 ? index << 4 : index);
    }
  }
  return rows;
}

function readColours(pixels: Uint8Array): Uint32Array {
  const colours = new Uint32Array(pixels.length / 4);
  for (let n = 0; n < colours.length; n += 1) {
    const at = n * 4;
    const alpha = pixels[at + 3] ?? 255;
    const on = (channel: number) =>
      Math.round(((pixels[at + channel] ?? 0) * alpha + 255 * (255 - alpha)) / 255);
    colours[n] = (on(0) << 16) | (on(1) << 8) | on(2);
  }
  return colours;
}

/** The rest are the shades most seen between them, at the edges of letters and lines. */
function mostUsed(colours: Uint32Array, kept: number[]): number[] {
  const counts = new Map<number, number>();
  // Where one colour goes over into another is counted, so that an area weighs no more than its edge.
  for (const [n, colour] of colours.entries()) {
    if (colour !== colours[n - 1]) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...new Set(kept)].slice(0, mostColours);
  for (const [colour] of [...counts].sort((a, b) => b[1] - a[1])) {
    if (palette.length >= mostColours) break;
    if (palette.every((other) => distance(other, colour) > leastApart)) palette.push(colour);
  }
  return palette;
}

/** About 30 in each of red, green and blue: nearer shades look alike. */
const leastApart = 3 * 30 ** 2;

function findNearest(palette: number[], colour: number): number {
  let best = 0;
  for (const [n, other] of palette.entries()) {
    if (distance(other, colour) < distance(palette[best] ?? 0, colour)) best = n;
  }
  return best;
}

function channels(colour: number): [number, number, number] {
  return [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
}

function distance(one: number, other: number): number {
  const [a, b] = [channels(one), channels(other)];
  return (a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2 + (a[2] - b[2]) ** 2;
}

function chunk(type: string, content: Buffer): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const framed = Buffer.alloc(typed.length + 8);
  framed.writeUInt32BE(content.length, 0);
  framed.set(typed, 4);
  framed.writeUInt32BE(crc32(typed), typed.length + 4);
  return framed;
}
