import type { ResourceGraph } from '../../azure/resource-graph.ts';
import { placeOf } from '../azure/place.ts';
import { isSame, thingsById } from '../azure/things.ts';

/** In which region a resource stands: `westeurope`; empty where Resource Graph does not know it. */
export type RegionOf = (resourceId: string, signal: AbortSignal) => Promise<string>;

/** Asks as everybody asks for a thing: as a rule somebody has asked already. */
export function createRegionOf(graph: ResourceGraph): RegionOf {
  return async (resourceId, signal) => {
    const place = placeOf({ kind: 'resource', name: '', resourceId });
    if (!place) return '';
    const things = await thingsById(graph, place.ids, signal);
    return things.find(({ id }) => isSame(id, place.id))?.location ?? '';
  };
}
