import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError, notFound } from '../azure/arm-error.ts';
import { resource } from '../logs/samples/estate.ts';
import { LOCATION, NETWORK_VERSIONS } from './versions.ts';

/** The gateway to the offices, and the tunnels through it. */
const gateway = resource('shared', 'rg-identity', 'Microsoft.Network/virtualNetworkGateways', 'vgw-contoso');
const frankfurt = resource('shared', 'rg-identity', 'Microsoft.Network/connections', 'cn-frankfurt');
const lisbon = resource('shared', 'rg-identity', 'Microsoft.Network/connections', 'cn-lisbon');
const all = [gateway, frankfurt, lisbon];

/** The shared secret of Lisbon's tunnel was changed at one end only; nobody has yet troubleshot Frankfurt's. */
const troubleshootings = new Map<string, object>([
  [
    gateway,
    {
      startTime: '2026-11-20T06:00:02.114Z',
      endTime: '2026-11-20T06:01:37.502Z',
      code: 'Healthy',
      results: [
        {
          id: 'NoFault',
          summary: 'No known issues were found with the VPN gateway',
          detail: 'The gateway works as it is configured to.',
          recommendedActions: [],
        },
      ],
    },
  ],
  [
    lisbon,
    {
      startTime: '2026-11-20T06:02:11.087Z',
      endTime: '2026-11-20T06:04:20.640Z',
      code: 'UnHealthy',
      results: [
        {
          id: 'PskMismatch',
          reasonType: 'Authentication',
          summary: 'The connection is disconnected: the pre-shared keys do not match',
          detail: 'The device at the other end was found, and refused the key of this connection.',
          recommendedActions: [
            {
              actionText: 'Set the same pre-shared key at the device and at the connection',
              actionUri: 'https://learn.microsoft.com/azure/vpn-gateway/',
              actionUriText: 'Read on',
            },
          ],
        },
      ],
    },
  ],
]);

export function vpnRoutes(): ArmRoute[] {
  const base = '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Network';
  return ['virtualNetworkGateways', 'connections'].map((type) => ({
    method: 'GET',
    path: `${base}/${type}/{name}`,
    apiVersions: NETWORK_VERSIONS,
    answer: (call) => ({ status: 200, body: toResource(called(call)) }),
  }));
}

/** Throws `ArmError` where there is no such gateway or connection, or it was never troubleshot. */
export function lastTroubleshooting(id: string): object {
  const target = all.find((each) => each.toLowerCase() === id.toLowerCase());
  if (!target) throw new ArmError(404, 'ResourceNotFound', `The Resource '${id}' was not found.`);
  const result = troubleshootings.get(target);
  if (!result) throw new ArmError(404, 'NotFound', `There is no troubleshooting result for '${id}'.`);
  return result;
}

function called({ url }: ArmCall): string {
  const path = decodeURIComponent(url.pathname).toLowerCase();
  const found = all.find((id) => id.toLowerCase() === path);
  if (!found) throw notFound(`The Resource '${path.split('/').slice(-2).join('/')}'`);
  return found;
}

const toResource = (id: string) => ({
  name: id.split('/').at(-1),
  id,
  type: id.split('/').slice(6, 8).join('/'),
  location: LOCATION,
  properties: { provisioningState: 'Succeeded' },
});
