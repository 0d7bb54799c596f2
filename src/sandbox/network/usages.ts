import type { ArmRoute } from '../azure/arm.ts';
import { ArmError } from '../azure/arm-error.ts';
import { subscriptions } from '../azure/estate.ts';
import { azureMachines, publicAddressOf } from '../azure/network-estate.ts';
import { LOCATION, NETWORK_VERSIONS } from './versions.ts';

/** What a subscription uses of its network limits in a region; production's public addresses are nearly used up. */
export const usageRoutes: ArmRoute[] = [
  {
    method: 'GET',
    path: '/subscriptions/{subscription}/providers/Microsoft.Network/locations/{location}/usages',
    apiVersions: NETWORK_VERSIONS,
    answer({ param }) {
      const subscription = param('subscription').toLowerCase();
      if (!Object.values(subscriptions).some((id) => id === subscription))
        throw new ArmError(
          404,
          'SubscriptionNotFound',
          `The subscription '${subscription}' could not be found.`,
        );
      if (param('location').toLowerCase() !== LOCATION)
        throw new ArmError(
          400,
          'LocationNotAvailable',
          `The location '${param('location')}' is not available.`,
        );
      return { status: 200, body: { value: usagesOf(subscription) } };
    },
  },
];

function usagesOf(subscription: string) {
  const machines = azureMachines.filter(({ id }) => id.includes(subscription));
  const isProduction = subscription === subscriptions.production;
  const addresses = machines.filter(publicAddressOf).length + (isProduction ? 18 : 2);
  const usage = (value: string, localizedValue: string, currentValue: number, limit: number) => ({
    id: `/subscriptions/${subscription}/providers/Microsoft.Network/locations/${LOCATION}/usages/${value}`,
    unit: 'Count',
    currentValue,
    limit,
    name: { value, localizedValue },
  });
  return [
    usage('VirtualNetworks', 'Virtual Networks', 1, 1_000),
    usage('NetworkSecurityGroups', 'Network Security Groups', machines.length, 5_000),
    usage('NetworkInterfaces', 'Network Interfaces', machines.length, 65_536),
    usage('PublicIPAddresses', 'Public IP Addresses', addresses, 1_000),
    usage('StandardSkuPublicIpAddresses', 'Public IPv4 Addresses - Standard', addresses, 20),
    usage('LoadBalancers', 'Load Balancers', isProduction ? 2 : 0, 1_000),
    usage('RouteTables', 'Route Tables', isProduction ? 0 : 1, 200),
    usage('NetworkWatchers', 'Network Watchers', 1, 1),
  ];
}
