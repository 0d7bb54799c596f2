/** What a responder wants to hear of at once when it was done to a resource. */
export interface Deed {
  /** With the time behind it a chip: `role granted`. */
  chip: string;
  /** Goes on after the resource's name, and before by whom: `had a role granted on it`. */
  says: string;
}

/** Operations of Resource Manager: https://learn.microsoft.com/azure/role-based-access-control/resource-provider-operations */
const deeds: readonly [operation: RegExp, deed: Deed][] = [
  [/authorization\/roleassignments\/write$/i, { chip: 'role granted', says: 'had a role granted on it' }],
  [/authorization\/roleassignments\/delete$/i, { chip: 'role removed', says: 'had a role removed from it' }],
  [/authorization\/locks\/delete$/i, { chip: 'lock removed', says: 'had its lock removed' }],
  [
    /authorization\/policyexemptions\/write$/i,
    { chip: 'policy exempted', says: 'was exempted from a policy' },
  ],
  [
    /networksecuritygroups\/(securityrules\/)?(write|delete)$/i,
    { chip: 'NSG changed', says: 'had its network rules changed' },
  ],
  [
    /\/(firewallrules|ipfirewallrules)\/(write|delete)$/i,
    { chip: 'firewall changed', says: 'had its firewall changed' },
  ],
  [/insights\/diagnosticsettings\/delete$/i, { chip: 'logging removed', says: 'had its logging removed' }],
  [/insights\/diagnosticsettings\/write$/i, { chip: 'logging changed', says: 'had its logging changed' }],
  [
    /\/(listkeys|listaccountsas|listservicesas|listconnectionstrings)\/action$/i,
    { chip: 'keys read', says: 'had its keys read' },
  ],
  [/\/(regeneratekey|rotatekey)\/action$/i, { chip: 'keys replaced', says: 'had its keys replaced' }],
  [
    /sites\/(publishxml|config\/list)\/action$/i,
    { chip: 'deploy login read', says: 'had its deployment login read' },
  ],
  [/\/blobservices\/write$/i, { chip: 'blob settings changed', says: 'had its blob settings changed' }],
  [/vaults\/accesspolicies\/write$/i, { chip: 'access changed', says: 'had its access policies changed' }],
  [/keyvault\/vaults\/write$/i, { chip: 'vault changed', says: 'had its settings changed' }],
  [
    /virtualmachines\/runcommand(s)?\/(action|write)$/i,
    { chip: 'command run', says: 'had a command run in it' },
  ],
  [/virtualmachines\/extensions\/write$/i, { chip: 'extension added', says: 'had an extension added' }],
  [
    /\/(auditingsettings|securityalertpolicies|advancedthreatprotectionsettings|pricings)\/(write|delete)$/i,
    { chip: 'protection changed', says: 'had its protection changed' },
  ],
  [
    /(recoveryservices|dataprotection)\/.*\/delete$/i,
    { chip: 'backup deleted', says: 'had its backup deleted' },
  ],
];

export const deedOf = (operation: string): Deed | undefined =>
  deeds.find(([pattern]) => pattern.test(operation))?.[1];
