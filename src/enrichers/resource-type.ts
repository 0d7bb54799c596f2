import { isPlainId } from '../azure/resource-id.ts';

/**
 * What a Resource Manager id names, in lower case: `microsoft.sql/servers/databases`, or `subscription` or `resourcegroup`.
 * Empty where it is no id, or one that could lead elsewhere when it stands in an address.
 */
export function typeOf(resourceId: string): string {
  if (!isPlainId(resourceId)) return '';
  const [, , , word = '', , , ...rest] = resourceId.toLowerCase().split('/');
  if (word === '') return 'subscription';
  // Extensions of a resource have a provider after its own; the last one counts.
  const last = resourceId.toLowerCase().split('/providers/').slice(1).at(-1);
  if (last === undefined) return word === 'resourcegroups' && rest.length === 0 ? 'resourcegroup' : '';
  const [provider = '', ...pairs] = last.split('/');
  if (pairs.length === 0 || pairs.length % 2 === 1) return '';
  return [provider, ...pairs.filter((_part, at) => at % 2 === 0)].join('/');
}

/** The resource group that it stands in, as its id spells it; empty where it stands in none. */
export function resourceGroupOf(resourceId: string): string {
  return /^\/subscriptions\/[^/]+\/resourcegroups\/([^/]+)/i.exec(resourceId)?.[1] ?? '';
}
