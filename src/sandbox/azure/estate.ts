/** What Contoso owns in Azure, as far as the stand-in knows it. */
export const subscriptions = {
  production: '3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5',
  shared: '91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b',
} as const;

export const sentinel = {
  subscription: subscriptions.shared,
  resourceGroup: 'rg-security',
  workspace: 'contoso-sentinel',
  workspaceId: '5b2e7f90-1c4d-4a83-b6e1-8d9f0a2c3b4e',
} as const;

/** Prefix of everything that Sentinel keeps for the workspace. */
export const insights =
  `/subscriptions/${sentinel.subscription}/resourceGroups/${sentinel.resourceGroup}` +
  `/providers/Microsoft.OperationalInsights/workspaces/${sentinel.workspace}/providers/Microsoft.SecurityInsights`;
