/** Functions that were saved in every workspace. */
export const savedFunctions = [
  {
    name: 'PrivilegedAccounts',
    text: 'IdentityInfo | where AssignedRoles has "Administrator" | distinct AccountUPN',
  },
];
