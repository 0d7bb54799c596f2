import type { DefenderShape } from './shape.ts';

/** Where an alert is in Resource Manager; alerts of a whole subscription have no resource group. */
export interface AlertPlace {
  subscription: string;
  resourceGroup: string | undefined;
  location: string;
  name: string;
}

const pattern =
  /^\/subscriptions\/(?<subscription>[\w-]+)(?:\/resourceGroups\/(?<group>[\p{L}\p{N}_.()-]+))?\/providers\/Microsoft\.Security\/locations\/(?<location>\w+)\/alerts\/(?<name>[\w.-]+)$/iu;

/** The parts of an alert's address; `undefined` where it is none, which includes anything that could leave its path. */
export function parseAddress(address: string): AlertPlace | undefined {
  const { subscription, group, location, name } = pattern.exec(address)?.groups ?? {};
  if (!subscription || !location || !name || /^\.+$/.test(name) || /^\.+$/.test(group ?? ''))
    return undefined;
  return { subscription, resourceGroup: group, location, name };
}

/**
 * The alert's Resource Manager path. An export does not carry it, but its link into the portal names subscription,
 * resource group and location. Empty where neither tells.
 */
export function addressOf({ id, alertUri, systemAlertId, vendorOriginalId }: DefenderShape): string {
  if (parseAddress(id)) return id;
  const linked = (name: string): string | undefined =>
    new RegExp(`/${name}/([^/?#]+)`, 'i').exec(alertUri)?.[1];
  const [alert, subscription, location] = [linked('alertId'), linked('subscriptionId'), linked('location')];
  const own = [systemAlertId, vendorOriginalId].map((name) => name.toLowerCase());
  if (!alert || !own.includes(alert.toLowerCase())) return '';
  const group = linked('resourceGroup');
  const scope = `/subscriptions/${subscription}${group ? `/resourceGroups/${group}` : ''}`;
  const address = `${scope}/providers/Microsoft.Security/locations/${location}/alerts/${alert}`;
  return subscription && location && parseAddress(address) ? address : '';
}
