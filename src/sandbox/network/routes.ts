import type { ArmRoute } from '../azure/arm.ts';
import { LongWork } from './long-work.ts';
import { resourceRoutes } from './resources.ts';
import { usageRoutes } from './usages.ts';
import { vpnRoutes } from './vpn.ts';
import { watcherRoutes } from './watcher.ts';

/** Stand-in for Microsoft.Network, and for what virtual machines say of their interfaces, behind Resource Manager. */
export function networkRoutes(): ArmRoute[] {
  const work = new LongWork();
  return [...resourceRoutes(work), ...watcherRoutes(work), ...work.routes(), ...vpnRoutes(), ...usageRoutes];
}
