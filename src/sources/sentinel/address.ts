import { createHash } from 'node:crypto';

export interface Workspace {
  subscription: string;
  resourceGroup: string;
  workspace: string;
}

/** Everything that Sentinel keeps for a workspace lies under this Resource Manager path. */
export function insightsPath({ subscription, resourceGroup, workspace }: Workspace): string {
  return (
    `/subscriptions/${subscription}/resourceGroups/${resourceGroup}` +
    `/providers/Microsoft.OperationalInsights/workspaces/${workspace}/providers/Microsoft.SecurityInsights`
  );
}

const pattern =
  /^\/subscriptions\/(?<subscription>[\w-]+)\/resourceGroups\/(?<resourceGroup>[\p{L}\p{N}_.()-]+)\/providers\/Microsoft\.OperationalInsights\/workspaces\/(?<workspace>[\w-]+)\/providers\/Microsoft\.SecurityInsights\/incidents\/[\w-]+$/iu;

/** The workspace of an incident's address; `undefined` where it is no such address, or could leave its path. */
export function workspaceOf(address: string): Workspace | undefined {
  const { subscription, resourceGroup, workspace } = pattern.exec(address)?.groups ?? {};
  if (!subscription || !resourceGroup || !workspace || /^\.+$/.test(resourceGroup)) return undefined;
  return { subscription, resourceGroup, workspace };
}

/**
 * Name of the one comment that we keep at an incident. It follows from the address, so that every replica, also
 * after a restart, changes the same comment instead of adding one: Sentinel takes 100 at most.
 */
export function ownCommentName(address: string): string {
  const digest = createHash('sha256').update(`${address.toLowerCase()} watchfloor`).digest('hex');
  // The shape of a UUID of version 8, whose bits are ours to choose (RFC 9562 §5.8).
  const variant = ((Number.parseInt(digest.slice(16, 17), 16) & 0x3) | 0x8).toString(16);
  return [
    digest.slice(0, 8),
    digest.slice(8, 12),
    `8${digest.slice(13, 16)}`,
    `${variant}${digest.slice(17, 20)}`,
    digest.slice(20, 32),
  ].join('-');
}
