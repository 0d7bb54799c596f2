import { z } from 'zod';
import { listOf, networkVersion, pathOf, read, text } from './network-answer.ts';
import { ruleName } from './network-rules.ts';
import {
  flowLogShape,
  nextHopShape,
  topologyShape,
  troubleshootShape,
  verdictShape,
  watcherShape,
} from './network-watcher-shapes.ts';
import type { Rest } from './rest.ts';

/**
 * Network Watcher: what Azure itself says of the ways packets take. It answers for one region, by the watcher of that
 * region; most of it takes Azure some seconds. Every call throws `FarSideError`.
 */
export interface NetworkWatcher {
  /** Ids of a subscription's watchers by region, `westeurope`. */
  watchers(subscription: string, signal: AbortSignal): Promise<Map<string, string>>;
  flowLogs(watcher: string, signal: AbortSignal): Promise<FlowLog[]>;
  /** Whether rules let a packet in. Takes IPv4 alone. */
  ipFlowVerify(watcher: string, packet: InboundPacket, signal: AbortSignal): Promise<FlowVerdict>;
  /** Where a packet goes that a machine sends. Takes IPv4 alone. */
  nextHop(
    watcher: string,
    hop: { machineId: string; from: string; to: string },
    signal: AbortSignal,
  ): Promise<NextHop>;
  /** Everything in a subnet, and what hangs on it. */
  topology(watcher: string, subnetId: string, signal: AbortSignal): Promise<TopologyResource[]>;
  /** What came of the last troubleshooting of a gateway or connection. Throws `not-found` where there was none. */
  troubleshootResult(watcher: string, targetId: string, signal: AbortSignal): Promise<TroubleshootResult>;
}

export interface InboundPacket {
  machineId: string;
  nicId: string;
  protocol: 'tcp' | 'udp';
  /** Private address and port of the machine. */
  to: string;
  port: number;
  from: string;
}

export interface FlowVerdict {
  isAllowed: boolean;
  /** `allow-rdp`, `DenyAllInBound`; empty where no rule was named. */
  rule: string;
}

export interface NextHop {
  /** `Internet VnetLocal VirtualAppliance VirtualNetworkGateway None …` */
  type: string;
  /** Of an appliance; empty elsewhere. */
  address: string;
  /** Id of the table with the route that decides; `System Route` where it is Azure's own. */
  routeTable: string;
}

export interface FlowLog {
  name: string;
  /** What is logged: a network, subnet, interface, or, in its old form, a security group. */
  targetId: string;
  isOn: boolean;
  /** Its flows come to Log Analytics, as NTANetAnalytics. */
  isAnalysed: boolean;
}

export interface TopologyResource {
  id: string;
  name: string;
  /** Ids of what it holds or is tied to. */
  tiedTo: string[];
}

export interface TroubleshootResult {
  /** `Healthy`, `UnHealthy`. */
  code: string;
  /** Empty where Azure does not say. */
  endedAt: string;
  results: { summary: string; detail: string; advice: string[] }[];
}

/** A subscription has one watcher a region; flow logs there are one a network. */
const mostPages = 5;

export function createNetworkWatcher(rest: Rest): NetworkWatcher {
  const work = (watcher: string, what: string, body: unknown, signal: AbortSignal) =>
    rest.work(pathOf(watcher, { of: `/${what}` }), body, { signal });

  /** Every page, as long as there are few. */
  async function list<T extends z.ZodType>(path: string, item: T, signal: AbortSignal) {
    const shape = z.object({ value: listOf(item), nextLink: text });
    const all: z.output<T>[] = [];
    let next = path;
    for (let page = 0; page < mostPages && next; page += 1) {
      const { value, nextLink } = read(shape, await rest.get(next, { signal }));
      all.push(...value);
      next = nextLink;
    }
    return all;
  }

  return {
    async watchers(subscription, signal) {
      const path = `/subscriptions/${encodeURIComponent(subscription)}/providers/Microsoft.Network/networkWatchers?api-version=${networkVersion}`;
      const all = await list(path, watcherShape, signal);
      return new Map(all.map(({ id, location }) => [location.toLowerCase(), id]));
    },
    async flowLogs(watcher, signal) {
      const all = await list(pathOf(watcher, { of: '/flowLogs' }), flowLogShape, signal);
      return all.map(({ name, properties }) => ({
        name,
        targetId: properties.targetResourceId,
        isOn: properties.enabled,
        isAnalysed: properties.flowAnalyticsConfiguration,
      }));
    },
    async ipFlowVerify(watcher, packet, signal) {
      const body = {
        targetResourceId: packet.machineId,
        targetNicResourceId: packet.nicId,
        direction: 'Inbound',
        protocol: packet.protocol.toUpperCase(),
        localIPAddress: packet.to,
        localPort: String(packet.port),
        remoteIPAddress: packet.from,
        // Whichever port they come from: of an inbound packet it is the source, where any is allowed to stand.
        remotePort: '*',
      };
      const { access, ruleName: rule } = read(
        verdictShape,
        await work(watcher, 'ipFlowVerify', body, signal),
      );
      return { isAllowed: access === 'Allow', rule: ruleName(rule) };
    },
    async nextHop(watcher, { machineId, from, to }, signal) {
      const body = { targetResourceId: machineId, sourceIPAddress: from, destinationIPAddress: to };
      const hop = read(nextHopShape, await work(watcher, 'nextHop', body, signal));
      return { type: hop.nextHopType, address: hop.nextHopIpAddress, routeTable: hop.routeTableId };
    },
    async topology(watcher, subnetId, signal) {
      const body = { targetSubnet: { id: subnetId } };
      const { resources } = read(
        topologyShape,
        await rest.post(pathOf(watcher, { of: '/topology' }), body, { signal }),
      );
      return resources.map(({ id, name, associations }) => ({
        id,
        name,
        tiedTo: associations.map(({ resourceId }) => resourceId),
      }));
    },
    async troubleshootResult(watcher, targetResourceId, signal) {
      const answer = await work(watcher, 'queryTroubleshootResult', { targetResourceId }, signal);
      const { code, endTime, results } = read(troubleshootShape, answer);
      return {
        code,
        endedAt: endTime,
        results: results.map(({ summary, detail, recommendedActions }) => ({
          summary,
          detail,
          advice: recommendedActions.map(({ actionText }) => actionText).filter(Boolean),
        })),
      };
    },
  };
}
