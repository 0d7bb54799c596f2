import type { Topology } from '../incident/enrichment.ts';
import { drawTopologyPng } from './topology-png.ts';
import type { ReplyView } from './views.ts';

/** Pictures of maps, by the map they show: as bytes, or as whatever a platform calls them by. */
export type Pictures<Picture> = ReadonlyMap<Topology, Picture>;

/** Each takes a tenth of a second. */
const mostPictures = 2;

/**
 * The maps of an answer as PNGs of at most so many pixels. A map without a picture is told in words, so none that cannot
 * be drawn keeps an answer back.
 */
export async function drawPictures(view: ReplyView, mostPixels: number): Promise<Pictures<Uint8Array>> {
  const pictures = new Map<Topology, Uint8Array>();
  for (const map of mapsOf(view).slice(0, mostPictures)) {
    try {
      pictures.set(map, await drawTopologyPng(map, mostPixels));
    } catch {}
  }
  return pictures;
}

function mapsOf(view: ReplyView): Topology[] {
  if (view.kind !== 'details') return [];
  const parts = view.details.subjects.flatMap((subject) => subject.parts);
  return parts.flatMap(({ map }) => (map && map.nodes.length > 0 ? [map] : []));
}
