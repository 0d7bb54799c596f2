import type { ArmRoute } from '../azure/arm.ts';
import { accessRoutes } from './access.ts';
import { captureRoutes } from './captures.ts';
import { firewallRoutes } from './firewall.ts';
import { interfaceRoutes } from './interfaces.ts';
import { resourceRoutes } from './resources.ts';
import { securityGroupRoutes } from './security-groups.ts';
import { NetworkState } from './state.ts';
import { usageRoutes } from './usages.ts';
import { vpnRoutes } from './vpn.ts';
import { watcherRoutes } from './watcher.ts';

/**
 * Stand-in for Microsoft.Network, for what virtual machines say of their interfaces, and for just-in-time access, behind
 * Resource Manager. All that can be changed is in `state`.
 */
export function networkRoutes(state = new NetworkState()): ArmRoute[] {
  return [
    ...resourceRoutes(),
    ...interfaceRoutes(state),
    ...securityGroupRoutes(state),
    ...firewallRoutes(state),
    ...accessRoutes(state),
    ...watcherRoutes(state),
    ...captureRoutes(state),
    ...state.work.routes(),
    ...vpnRoutes(),
    ...usageRoutes,
  ];
}
