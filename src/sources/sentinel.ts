import { z } from 'zod';
import { createResourceManager, type ResourceManagerOptions } from '../azure/resource-manager.ts';
import { FarSideError } from '../errors.ts';
import type { Instant } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import type { OpenThere } from '../incident/reconciliation.ts';
import { time } from './fields.ts';
import { insightsPath, type Workspace, workspaceOf } from './sentinel/address.ts';
import { automationRule, canAutomate } from './sentinel/automation-rule.ts';
import { changedProperties } from './sentinel/change.ts';
import { keepComment } from './sentinel/comment.ts';
import { apiVersion, createFolder } from './sentinel/fold.ts';
import { renderHistory } from './sentinel/history.ts';
import { isRedirected, normaliseSentinel } from './sentinel/incident.ts';
import { readSentinel } from './sentinel/shape.ts';
import { unpackSentinel } from './sentinel/unpack.ts';
import type { Source, Written } from './source.ts';

export interface SentinelOptions extends ResourceManagerOptions {
  /** Each is a feed. */
  workspaces: readonly Workspace[];
  /** Milliseconds that a poll reads again before its watermark; five minutes when absent. */
  overlap?: number | undefined;
  /** Milliseconds that the very first poll looks back; 14 days when absent. */
  lookBack?: number | undefined;
  now?: (() => Date) | undefined;
}

/** Sentinel writes an incident some time after the moment that stands in it; unified incidents within five minutes. */
const defaultOverlap = 5 * 60_000;
const defaultLookBack = 14 * 24 * 60 * 60_000;
/** Incidents whose alerts and entities are asked for at once: a principal has about 25 reads a second. */
const atOnce = 4;
/** Somebody else may change an incident between our reading and our writing; more often than this is no coincidence. */
const mostTries = 3;

/** Microsoft Sentinel: the incidents of workspaces, and what people decided about them written back. */
export function createSentinel(options: SentinelOptions): Source {
  const { overlap = defaultOverlap, lookBack = defaultLookBack, now = () => new Date() } = options;
  const workspaces = new Map(options.workspaces.map((workspace) => [feedOf(workspace), workspace]));
  const arm = createResourceManager(options);
  const folder = createFolder(arm);

  function find(feed: string): Workspace {
    const workspace = workspaces.get(feed);
    if (workspace) return workspace;
    throw new FarSideError('azure', 'rejected', `Workspace ${feed} is not configured.`);
  }

  function checked(address: string): string {
    const workspace = workspaceOf(address);
    // A push names any address it likes; what we may read is not what we were told to watch.
    if (workspace && workspaces.has(feedOf(workspace))) return address;
    throw new FarSideError(
      'azure',
      'rejected',
      `${address.slice(0, 200)} is not the address of an incident in a configured workspace.`,
    );
  }

  /** Puts what differs and returns the incident as it is then. A conflict means reading again and deciding again. */
  async function settle(...[alert, incident, held]: Parameters<Source['writeBack']>): Promise<Written> {
    const path = `${checked(alert.address)}?${apiVersion}`;
    for (let tries = 1; ; tries++) {
      const current = await arm.get(path);
      const properties = changedProperties(current, held, incident);
      if (!properties) return { payload: current, found: current };
      try {
        const { etag } = readSentinel(current).incident;
        const written = await arm.put(path, { etag, properties });
        folder.carry(current, written);
        return { payload: written, found: current };
      } catch (error) {
        if (!isConflict(error) || tries === mostTries) throw error;
      }
    }
  }

  /** Keeps our comment and returns the incident as it is then. */
  async function tell(current: unknown, address: string, incident: Incident): Promise<unknown> {
    const text = renderHistory(incident);
    if (!text || isRedirected(readSentinel(current).incident.properties.labels)) return current;
    for (let tries = 1; ; tries++) {
      try {
        if (!(await keepComment(arm, current, address, text))) return current;
        break;
      } catch (error) {
        if (!isConflict(error) || tries === mostTries) throw error;
      }
    }
    const after = await arm.get(`${address}?${apiVersion}`);
    folder.carry(current, after);
    return after;
  }

  return {
    name: 'sentinel',
    feeds: [...workspaces.keys()],
    normalise: normaliseSentinel,
    unpack: unpackSentinel,

    async *poll(feed, since) {
      const workspace = find(feed);
      const from = since ? Date.parse(since) - overlap : now().getTime() - lookBack;
      let watermark = since ?? new Date(from).toISOString();
      for await (const page of arm.pages(listPath(workspace, new Date(from)))) {
        for (let start = 0; start < page.length; start += atOnce) {
          const incidents = page.slice(start, start + atOnce);
          const payloads = await Promise.all(incidents.map(folder.fold));
          for (const incident of incidents) watermark = later(watermark, incident);
          yield { payloads, watermark };
        }
      }
    },

    async *openNow(feed) {
      const workspace = workspaces.get(feed);
      if (!workspace) throw new FarSideError('azure', 'rejected', `Workspace ${feed} is not configured.`);
      for await (const page of arm.pages(openPath(workspace))) yield page.flatMap(openIncident);
    },

    async read(address) {
      try {
        return await folder.fold(await arm.get(`${checked(address)}?${apiVersion}`));
      } catch (error) {
        if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
        throw error;
      }
    },

    async writeBack(alert, incident, held) {
      const { payload, found } = await settle(alert, incident, held);
      return { payload: await folder.fold(await tell(payload, alert.address, incident)), found };
    },

    suppression: {
      feedsFor: (matcher) => (canAutomate(matcher) ? [...workspaces.keys()] : []),
      async hold(feed, { name, silence }) {
        await arm.put(rulePath(find(feed), name), automationRule(silence));
      },
      async release(feed, name) {
        try {
          await arm.delete(rulePath(find(feed), name));
        } catch (error) {
          if (!(error instanceof FarSideError && error.reason === 'not-found')) throw error;
        }
      },
    },
  };
}

function rulePath(workspace: Workspace, name: string): string {
  return `${insightsPath(workspace)}/automationRules/${name}?${apiVersion}`;
}

/** Name of a workspace's feed: `subscription/resource group/workspace`, lower case. */
export function feedOf({ subscription, resourceGroup, workspace }: Workspace): string {
  return `${subscription}/${resourceGroup}/${workspace}`.toLowerCase();
}

/** Oldest change first, so that a poll that breaks off goes on where it was. */
function listPath(workspace: Workspace, from: Date): string {
  const filter = encodeURIComponent(`properties/lastModifiedTimeUtc gt ${from.toISOString()}`);
  const order = encodeURIComponent('properties/lastModifiedTimeUtc asc');
  return `${insightsPath(workspace)}/incidents?${apiVersion}&$filter=${filter}&$orderby=${order}&$top=100`;
}

/** What nobody has closed. */
function openPath(workspace: Workspace): string {
  const filter = encodeURIComponent(`properties/status ne 'Closed'`);
  const order = encodeURIComponent('properties/createdTimeUtc asc');
  return `${insightsPath(workspace)}/incidents?${apiVersion}&$filter=${filter}&$orderby=${order}&$top=1000`;
}

/** What says nothing of its time is left alone unless it is known. */
const longAgo: Instant = new Date(0).toISOString();

const listed = z.object({
  id: z.string().min(1),
  properties: z.object({
    incidentNumber: z.number().nullish(),
    title: z.string().nullish(),
    lastModifiedTimeUtc: time,
  }),
});

function openIncident(incident: unknown): OpenThere[] {
  const { data } = listed.safeParse(incident);
  if (!data) return [];
  const { incidentNumber, title, lastModifiedTimeUtc } = data.properties;
  const label = incidentNumber ? String(incidentNumber) : (title ?? '');
  return [
    { sourceId: data.id.toLowerCase(), address: data.id, label, changedAt: lastModifiedTimeUtc ?? longAgo },
  ];
}

const modified = z.object({ properties: z.object({ lastModifiedTimeUtc: time }) });

function later(watermark: Instant, incident: unknown): Instant {
  const at = modified.safeParse(incident).data?.properties.lastModifiedTimeUtc;
  return at && at > watermark ? at : watermark;
}

function isConflict(error: unknown): boolean {
  return error instanceof FarSideError && error.reason === 'conflict';
}
