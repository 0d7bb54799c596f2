import { z } from 'zod';
import type { ArmAnswer, ArmCall, ArmRoute } from '../azure/arm.ts';
import { notFound } from '../azure/arm-error.ts';
import { subscriptions } from '../azure/estate.ts';
import { contosoNetworks } from '../azure/network-estate.ts';
import { resource, things } from '../logs/samples/estate.ts';
import { nextHop, parse, verify } from './flow.ts';
import { type NetworkState, pathOf } from './state.ts';
import { topologyOf } from './topology.ts';
import { LOCATION, NETWORK_VERSIONS } from './versions.ts';
import { lastTroubleshooting } from './vpn.ts';

/** One a region and subscription; Azure makes it by itself, in a resource group of that name, where nobody else did. */
const watchers = [
  things.flowLog,
  resource('shared', 'NetworkWatcherRG', 'Microsoft.Network/networkWatchers', `NetworkWatcher_${LOCATION}`),
];

/** Network Watcher, each of its questions asked of one watcher; all but lists and topology take it a while. */
export function watcherRoutes(state: NetworkState): ArmRoute[] {
  const path =
    '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network/networkWatchers/{watcher}';
  const route = (
    method: ArmRoute['method'],
    end: string,
    answer: (call: ArmCall, watcher: string) => ArmAnswer,
  ): ArmRoute => ({
    method,
    path: `${path}${end}`,
    apiVersions: NETWORK_VERSIONS,
    answer: (call) => answer(call, watcherOf(call)),
  });
  const later = (end: string, answer: (body: unknown, watcher: string) => unknown) =>
    route('POST', end, (call, watcher) =>
      state.work.begin(call, LOCATION, { status: 200, body: answer(call.body, watcher) }),
    );
  return [
    {
      method: 'GET',
      path: '/subscriptions/{subscription}/providers/Microsoft.Network/networkWatchers',
      apiVersions: NETWORK_VERSIONS,
      answer: ({ param }) => ({
        status: 200,
        body: {
          value: watchers
            .filter((id) => subscriptionOf(id) === param('subscription').toLowerCase())
            .map(toWatcher),
        },
      }),
    },
    route('GET', '', (_call, watcher) => ({ status: 200, body: toWatcher(watcher) })),
    route('GET', '/flowLogs', (_call, watcher) => ({ status: 200, body: { value: flowLogsOf(watcher) } })),
    route('POST', '/topology', ({ body }, watcher) => ({
      status: 200,
      body: topologyOf(state, body, subscriptionOf(watcher)),
    })),
    later('/ipFlowVerify', (body) => verify(state, body)),
    later('/nextHop', nextHop),
    later('/queryTroubleshootResult', (body) =>
      lastTroubleshooting(parse(targetShape, body).targetResourceId),
    ),
  ];
}

export function watcherOf(call: ArmCall): string {
  const path = pathOf(call.url);
  const found = watchers.find((id) => path === id.toLowerCase() || path.startsWith(`${id.toLowerCase()}/`));
  if (found) return found;
  throw notFound(`The Resource 'Microsoft.Network/networkWatchers/${call.param('watcher')}'`);
}

const subscriptionOf = (id: string) => id.split('/')[2]?.toLowerCase() ?? '';

const toWatcher = (id: string) => ({
  name: id.split('/').at(-1),
  id,
  type: 'Microsoft.Network/networkWatchers',
  location: LOCATION,
  properties: { provisioningState: 'Succeeded' },
});

function flowLogsOf(watcher: string) {
  const subscription = subscriptionOf(watcher);
  const name = subscription === subscriptions.production ? 'fl-vnet-hub' : 'fl-vnet-shared';
  return contosoNetworks
    .filter((network) => network.subscription === subscription)
    .map((network) => ({
      name,
      id: `${watcher}/flowLogs/${name}`,
      type: 'Microsoft.Network/networkWatchers/flowLogs',
      location: LOCATION,
      properties: { provisioningState: 'Succeeded', ...logged(network.id) },
    }));
}

const logged = (targetResourceId: string) => ({
  targetResourceId,
  storageId: things.backupStorage,
  enabled: true,
  retentionPolicy: { days: 30, enabled: true },
  format: { type: 'JSON', version: 2 },
  flowAnalyticsConfiguration: {
    networkWatcherFlowAnalyticsConfiguration: {
      enabled: true,
      workspaceRegion: LOCATION,
      trafficAnalyticsInterval: 10,
    },
  },
});

const targetShape = z.object({ targetResourceId: z.string() });
