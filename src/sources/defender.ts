import { SecurityCenter } from '@azure/arm-security';
import type { TokenCredential } from '@azure/core-auth';
import { z } from 'zod';
import { teachManners } from '../azure/pipeline.ts';
import { type ResourceManager, resourceManagerOver, scopeOf } from '../azure/resource-manager.ts';
import { FarSideError, Malformed } from '../errors.ts';
import type { Instant } from '../incident/alert.ts';
import type { OpenThere } from '../incident/reconciliation.ts';
import type { CallFarSide } from '../telemetry.ts';
import { type AlertPlace, parseAddress } from './defender/address.ts';
import { normaliseDefender } from './defender/alert.ts';
import { type StatusCall, statusCall } from './defender/status.ts';
import { canSuppress, suppressionRule } from './defender/suppression.ts';
import { unpackDefender } from './defender/unpack.ts';
import { time } from './fields.ts';
import type { Page, Source } from './source.ts';

export interface DefenderOptions {
  /** Subscription ids; each is a feed. */
  subscriptions: readonly string[];
  /** Azure Resource Manager, `https://management.azure.com`. */
  endpoint: string;
  credential: TokenCredential;
  /** Milliseconds for one attempt of a call; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
}

/** The client of @azure/arm-security 5.0.0 speaks 2021-11-01, which lacks techniques and the status InProgress. */
const apiVersion = 'api-version=2022-01-01';

/** Watermark of a feed whose alerts carry no time. */
const never: Instant = new Date(0).toISOString();

/** Microsoft Defender for Cloud: its alerts, and their status written back. */
export function createDefender(options: DefenderOptions): Source {
  const subscriptions = new Map(options.subscriptions.map((id) => [id.toLowerCase(), connect(id, options)]));

  function open(address: string): { place: AlertPlace; subscription: Subscription } {
    const place = parseAddress(address);
    const subscription = place && subscriptions.get(place.subscription.toLowerCase());
    if (place && subscription) return { place, subscription };
    const fault = place
      ? `subscription ${place.subscription} is not configured`
      : 'it is not the address of an alert';
    throw new FarSideError(
      'azure',
      'rejected',
      `The Defender alert ${address.slice(0, 200)} is out of reach: ${fault}.`,
    );
  }

  function find(feed: string): Subscription {
    const subscription = subscriptions.get(feed.toLowerCase());
    if (subscription) return subscription;
    throw new FarSideError('azure', 'rejected', `Subscription ${feed} is not configured.`);
  }

  async function read(address: string): Promise<unknown> {
    return open(address).subscription.arm.get(`${address}?${apiVersion}`);
  }

  return {
    name: 'defender',
    feeds: options.subscriptions,
    normalise: normaliseDefender,
    unpack: unpackDefender,

    /**
     * The list knows neither a filter nor a time of change, so every page is given: only then a status that was set
     * in the portal on an old alert is seen.
     */
    async *poll(feed, since) {
      const subscription = find(feed);
      let watermark = since;
      const path = `/subscriptions/${feed}/providers/Microsoft.Security/alerts?${apiVersion}`;
      for await (const payloads of subscription.arm.pages(path)) {
        watermark = newest(watermark, payloads);
        if (payloads.length > 0) yield { payloads, watermark: watermark ?? never } satisfies Page;
      }
    },

    /** The list knows no filter. */
    async *openNow(feed) {
      const subscription = subscriptions.get(feed.toLowerCase());
      if (!subscription)
        throw new FarSideError('azure', 'rejected', `Subscription ${feed} is not configured.`);
      const path = `/subscriptions/${feed}/providers/Microsoft.Security/alerts?${apiVersion}`;
      for await (const payloads of subscription.arm.pages(path)) yield payloads.flatMap(openAlert);
    },

    async read(address) {
      try {
        return await read(address);
      } catch (error) {
        if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
        throw error;
      }
    },

    async writeBack(alert, incident, held) {
      // Defender holds the status alone; owner, severity and comments are none of its business.
      if (!statusCall(held.status, incident)) return undefined;
      const { place, subscription } = open(alert.address);
      const shown = await read(alert.address);
      // What was asked for may hold already, by an earlier try whose answer was lost or by somebody in the portal.
      const call = statusCall(normaliseDefender(shown).handling.status, incident);
      if (!call) return { payload: shown, found: shown };
      await setStatus(subscription, place, call);
      return { payload: await read(alert.address), found: shown };
    },

    suppression: {
      // Of which subscription nobody says: of each that is watched.
      feedsFor: (matcher) => (canSuppress(matcher) ? [...options.subscriptions] : []),
      async hold(feed, { name, silence }) {
        await find(feed).client.alertsSuppressionRules.update(name, suppressionRule(silence));
      },
      async release(feed, name) {
        await unlessGone(find(feed).client.alertsSuppressionRules.delete(name));
      },
    },
  };
}

/** One that cannot be read is refused elsewhere. */
function openAlert(payload: unknown): OpenThere[] {
  try {
    const { sourceId, address, title, handling, modifiedAt } = normaliseDefender(payload);
    if (handling.status === 'closed') return [];
    return [{ sourceId, address, label: title, changedAt: modifiedAt }];
  } catch (error) {
    if (error instanceof Malformed) return [];
    throw error;
  }
}

async function unlessGone(call: Promise<void>): Promise<void> {
  try {
    await call;
  } catch (error) {
    if (!(error instanceof FarSideError && error.reason === 'not-found')) throw error;
  }
}

interface Subscription {
  client: SecurityCenter;
  arm: ResourceManager;
}

function connect(id: string, options: DefenderOptions): Subscription {
  const { endpoint, credential } = options;
  const client = new SecurityCenter(credential, id, { endpoint, credentialScopes: [scopeOf(endpoint)] });
  teachManners(client.pipeline, options);
  return { client, arm: resourceManagerOver(endpoint, (request) => client.sendRequest(request)) };
}

async function setStatus({ client, arm }: Subscription, place: AlertPlace, call: StatusCall): Promise<void> {
  const { location, name, resourceGroup: group } = place;
  const { alerts } = client;
  switch (call) {
    case 'resolve':
      return group
        ? alerts.updateResourceGroupLevelStateToResolve(location, name, group)
        : alerts.updateSubscriptionLevelStateToResolve(location, name);
    case 'dismiss':
      return group
        ? alerts.updateResourceGroupLevelStateToDismiss(location, name, group)
        : alerts.updateSubscriptionLevelStateToDismiss(location, name);
    case 'activate':
      return group
        ? alerts.updateResourceGroupLevelStateToActivate(location, name, group)
        : alerts.updateSubscriptionLevelStateToActivate(location, name);
    case 'inProgress': {
      const scope = `/subscriptions/${client.subscriptionId}${group ? `/resourceGroups/${group}` : ''}`;
      await arm.post(
        `${scope}/providers/Microsoft.Security/locations/${location}/alerts/${name}/inProgress?${apiVersion}`,
      );
    }
  }
}

/** The newest time of making on the page; an alert that cannot be read is refused later, not here. */
function newest(since: Instant | undefined, payloads: unknown[]): Instant | undefined {
  let best = since;
  for (const payload of payloads) {
    const { data } = making.safeParse(payload);
    const at = data?.properties.processingEndTimeUtc ?? data?.properties.timeGeneratedUtc;
    if (at && (!best || at > best)) best = at;
  }
  return best;
}

const making = z.object({ properties: z.object({ processingEndTimeUtc: time, timeGeneratedUtc: time }) });
