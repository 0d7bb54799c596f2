/** Reading Resource Manager ids; their case differs from one Azure API to the next. */

/** `…/virtualMachines/web-01` → `web-01`; text that is no path comes back as it is. */
export function lastSegment(resourceId: string): string {
  return resourceId.replace(/\/+$/, '').split('/').at(-1) ?? '';
}

/** The id of the subscription that a resource id starts with, lower case; empty where there is none. */
export function subscriptionOf(resourceId: string): string {
  return /^\/subscriptions\/([^/]+)/i.exec(resourceId)?.[1]?.toLowerCase() ?? '';
}
