import { machineNamed } from '../logs/samples/estate.ts';
import { TENANT_ID } from '../people.ts';

const servicePrincipals = [
  {
    id: '5e0c2f7a-41d9-4b66-8a1f-20c7d3b9e614',
    appId: '0b7d5a91-3c2e-4f86-9a14-d2c8e6f01b37',
    displayName: 'vm-pay-web-01',
    servicePrincipalType: 'ManagedIdentity',
    accountEnabled: true,
    appOwnerOrganizationId: null,
    alternativeNames: ['isExplicit=False', machineNamed('vm-pay-web-01').id],
  },
  {
    id: '91c3e7d4-5a28-4b0f-8e66-2f7a9d1c4b05',
    appId: '6eb59a73-39b2-4c23-a70f-e2e3ce8965b1',
    displayName: 'Shop deployment',
    servicePrincipalType: 'Application',
    accountEnabled: true,
    appOwnerOrganizationId: TENANT_ID,
    alternativeNames: [],
  },
];

/** Managed identities and applications of Contoso, by object id. */
export const findServicePrincipal = (id: string): Record<string, unknown> | undefined =>
  servicePrincipals.find((one) => one.id === id.toLowerCase());
