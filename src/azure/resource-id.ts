/** Reading Resource Manager ids; their case differs from one Azure API to the next. */

/**
 * Whether it is the id of a subscription or of something in one, and may stand in an address: ids come out of alerts, and
 * one could lead elsewhere. Letters are those of any language, which resource groups may have:
 * https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules#microsoftresources
 */
export function isPlainId(id: string): boolean {
  return plain.test(id) && !/\/\.\.?(\/|$)/.test(id);
}

const plain = /^\/subscriptions\/[0-9a-f-]{36}(\/[\p{L}\p{N}_().-]+)*$/iu;

/** `…/virtualMachines/web-01` → `web-01`; text that is no path comes back as it is. */
export function lastSegment(resourceId: string): string {
  return resourceId.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

/** The id of the subscription that a resource id starts with, lower case; empty where there is none. */
export function subscriptionOf(resourceId: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1]?.toLowerCase() ?? '';
}
