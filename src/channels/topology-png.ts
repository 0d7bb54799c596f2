import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { initWasm, Resvg } from '@resvg/resvg-wasm';
import type { Topology } from '../incident/enrichment.ts';
import { toPng } from './png.ts';
import { layOut } from './topology-layout.ts';
import { coloursOf, drawTopology } from './topology-svg.ts';

/** A map as a PNG, as dense as it may be with at most so many pixels, and twice as dense as it is drawn. */
export async function drawTopologyPng(map: Topology, mostPixels: number): Promise<Uint8Array> {
  prepared ??= prepare();
  const fontBuffers = await prepared;
  const { width, height } = layOut(map);
  const drawing = new Resvg(drawTopology(map), {
    // No font of the machine's: in a container there is none, and the picture is the same everywhere.
    font: { fontBuffers, defaultFontFamily: 'Atkinson Hyperlegible' },
    fitTo: { mode: 'zoom', value: Math.min(2, Math.sqrt(mostPixels / (width * height))) },
  });
  try {
    const image = drawing.render();
    try {
      return toPng(image, coloursOf());
    } finally {
      image.free();
    }
  } finally {
    drawing.free();
  }
}

let prepared: Promise<Uint8Array[]> | undefined;

/** Once, and only where a picture is wanted: it takes 2.4 MB. */
async function prepare(): Promise<Uint8Array[]> {
  const { resolve } = createRequire(import.meta.url);
  await initWasm(await readFile(resolve('@resvg/resvg-wasm/index_bg.wasm')));
  return Promise.all(
    ['400Regular', '700Bold'].map((weight) =>
      readFile(
        resolve(`@expo-google-fonts/atkinson-hyperlegible/${weight}/AtkinsonHyperlegible_${weight}.ttf`),
      ),
    ),
  );
}
