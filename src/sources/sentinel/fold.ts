import { z } from 'zod';
import type { ResourceManager } from '../../azure/resource-manager.ts';
import { FarSideError } from '../../errors.ts';
import { list } from '../fields.ts';

/** An incident with all that hangs on it, as `normalise` takes it and as it is stored. */
export interface Folded {
  incident: unknown;
  alerts: unknown[];
  entities: unknown[];
  comments: unknown[];
}

export interface Folder {
  /** The incident with its alerts, entities and comments, asked for only where the incident is another than last time. */
  fold(incident: unknown): Promise<Folded>;
  /** Says that `after` is `before` plus our own write, which changed neither alerts nor entities. */
  carry(before: unknown, after: unknown): void;
}

export const apiVersion = 'api-version=2025-09-01';

/** Incidents that change at the same time are few; a restart only asks once more. */
const remembered = 500;

interface Memory {
  version: string;
  alerts: unknown[];
  entities: unknown[];
  /** `undefined` where they have to be asked for anew. */
  comments: unknown[] | undefined;
}

export function createFolder(arm: ResourceManager): Folder {
  const memory = new Map<string, Memory>();

  function remember(address: string, entry: Memory): void {
    memory.delete(address);
    memory.set(address, entry);
    const [oldest] = memory.keys();
    if (memory.size > remembered && oldest !== undefined) memory.delete(oldest);
  }

  async function fetchComments(id: string): Promise<unknown[]> {
    const found: unknown[] = [];
    for await (const page of arm.pages(`${id}/comments?${apiVersion}`)) found.push(...page);
    return found;
  }

  return {
    async fold(incident) {
      const { id, version, commentsCount } = readKey(incident);
      const known = memory.get(id.toLowerCase());
      const same = known?.version === version ? known : undefined;
      const { alerts, entities } = same ?? {
        alerts: valueShape.parse(await arm.post(`${id}/alerts?${apiVersion}`).catch(nothing)).value,
        entities: entitiesShape.parse(await arm.post(`${id}/entities?${apiVersion}`).catch(nothing)).entities,
      };
      const comments = same?.comments ?? (commentsCount > 0 ? await fetchComments(id).catch(nothing) : []);
      remember(id.toLowerCase(), { version, alerts, entities, comments });
      return { incident, alerts, entities, comments };
    },

    carry(before, after) {
      const [old, now] = [readKey(before), readKey(after)];
      const known = memory.get(old.id.toLowerCase());
      if (known?.version !== old.version || old.contents !== now.contents) return;
      remember(now.id.toLowerCase(), { ...known, version: now.version, comments: undefined });
    },
  };
}

/** Without its alerts an incident is still worth showing; only what may pass is thrown on, to be tried again. */
function nothing(error: unknown): unknown[] {
  if (error instanceof FarSideError && (error.reason === 'not-found' || error.reason === 'rejected'))
    return [];
  throw error;
}

const valueShape = z.object({ value: list }).catch({ value: [] });
const entitiesShape = z.object({ entities: list }).catch({ entities: [] });

const additional = z.object({ alertsCount: z.number().catch(0), commentsCount: z.number().catch(0) });
const keyShape = z.object({
  id: z.string(),
  etag: z.string().catch(''),
  properties: z
    .object({
      lastModifiedTimeUtc: z.string().catch(''),
      lastActivityTimeUtc: z.string().catch(''),
      additionalData: additional.catch({ alertsCount: 0, commentsCount: 0 }),
    })
    .catch({
      lastModifiedTimeUtc: '',
      lastActivityTimeUtc: '',
      additionalData: { alertsCount: 0, commentsCount: 0 },
    }),
});

interface Key {
  id: string;
  version: string;
  /** Changes when an alert joins. */
  contents: string;
  commentsCount: number;
}

function readKey(incident: unknown): Key {
  const parsed = keyShape.safeParse(incident);
  if (!parsed.success)
    throw new FarSideError('azure', 'rejected', 'Azure answered with an incident that has no id.');
  const { id, etag, properties } = parsed.data;
  const { lastModifiedTimeUtc, lastActivityTimeUtc, additionalData } = properties;
  const { alertsCount, commentsCount } = additionalData;
  return {
    id,
    version: `${etag} ${lastModifiedTimeUtc} ${commentsCount}`,
    contents: `${alertsCount} ${lastActivityTimeUtc}`,
    commentsCount,
  };
}
