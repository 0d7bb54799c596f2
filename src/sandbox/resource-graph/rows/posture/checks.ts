/** What Defender for Cloud looks at, by a short word for each. Keys, titles and severities are the vendor's. */
export interface Check {
  key: string;
  title: string;
  severity: 'High' | 'Medium' | 'Low';
}

const check = (severity: Check['severity'], title: string, key: string): Check => ({ key, title, severity });

export const checks = {
  ports: check(
    'High',
    'Management ports should be closed on your virtual machines',
    'bc303248-3d14-44c2-96a0-55f5c326b5fe',
  ),
  justInTime: check(
    'High',
    'Management ports of virtual machines should be protected with just-in-time network access control',
    '805651bc-6ecd-4c73-9b55-97a19d0582d0',
  ),
  vulnerabilities: check(
    'Low',
    'Machines should have vulnerability findings resolved',
    '1195afff-c881-495e-9bc5-1486211ae03f',
  ),
  updates: check(
    'Medium',
    'System updates should be installed on your machines (powered by Azure Update Manager)',
    'e1145ab1-eb4f-43d8-911b-36ddf771d13f',
  ),
  backup: check(
    'Low',
    'Azure Backup should be enabled for virtual machines',
    'f2f595ec-5dc6-68b4-82ef-b63563e9c610',
  ),
  hostEncryption: check(
    'Low',
    'Virtual machines and virtual machine scale sets should have encryption at host enabled',
    'efbbd784-656d-473a-9863-ea7693bfcd2a',
  ),
  detection: check(
    'High',
    'EDR solution should be installed on Virtual Machines',
    '06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c',
  ),
  sharedKeys: check(
    'Medium',
    'Storage accounts should prevent shared key access',
    '3b363842-30f5-4056-980d-3a40fa5de8b3',
  ),
  publicBlobs: check(
    'Medium',
    'Storage account public access should be disallowed',
    '51fd8bb1-0db4-bbf1-7e2b-cfcba7eb66a6',
  ),
  storageNetwork: check(
    'Medium',
    'Storage accounts should restrict network access using virtual network rules',
    'ad4f3ff1-30eb-5042-16ed-27198f640b8d',
  ),
  secureTransfer: check(
    'High',
    'Secure transfer to storage accounts should be enabled',
    '1c5de8e1-f68d-6a17-e0d2-ec259c42768c',
  ),
  vaultLogs: check(
    'Low',
    'Diagnostic logs in Key Vault should be enabled',
    '88bbc99c-e5af-ddd7-6105-6150b2bfa519',
  ),
  purge: check(
    'Medium',
    'Key vaults should have purge protection enabled',
    '4ed62ae4-5072-f9e7-8d94-51c76c48159a',
  ),
  secretExpiry: check(
    'High',
    'Key Vault secrets should have an expiration date',
    '14257785-9437-97fa-11ae-898cfb24302b',
  ),
  vaultFirewall: check(
    'Medium',
    'Firewall should be enabled on Key Vault',
    '52f7826a-ace7-3107-dd0d-4875853c1576',
  ),
  sqlAuditing: check(
    'Low',
    'Auditing on SQL server should be enabled',
    '94208a8b-16e8-4e5b-abbd-4e81c9d02bee',
  ),
  sqlEntraOnly: check(
    'Medium',
    'Azure SQL Database should have Azure Active Directory Only Authentication enabled',
    '0ba7ddc1-9e18-49ee-9fe0-e6ee8e9e2f6e',
  ),
  sqlVulnerabilities: check(
    'High',
    'SQL databases should have vulnerability findings resolved',
    '82e20e14-edc5-4373-bfc4-f13121257c37',
  ),
  sqlEncryption: check(
    'High',
    'Transparent Data Encryption on SQL databases should be enabled',
    '651967bf-044e-4bde-8376-3e08e0600105',
  ),
  images: check(
    'High',
    'Azure registry container images should have vulnerabilities resolved (powered by Microsoft Defender Vulnerability Management)',
    'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5',
  ),
  registryNetwork: check(
    'Medium',
    'Container registries should not allow unrestricted network access',
    '9b828565-a0ed-61c2-6bf3-1afc99a9b2ca',
  ),
  runningImages: check(
    'High',
    'Azure running container images should have vulnerabilities resolved (powered by Microsoft Defender Vulnerability Management)',
    'c609cf0f-71ab-41e9-a3c6-9a1f7fe1b8d5',
  ),
  privileged: check(
    'Medium',
    'Privileged containers should be avoided',
    '5d90913f-a1c5-4429-ad54-2c6c17fb3c73',
  ),
  apiServer: check(
    'High',
    'Kubernetes API server should be configured with restricted access',
    '1a2b5b4c-f80d-46e7-ac81-b51a9fb363de',
  ),
  cosmosKeys: check(
    'Medium',
    'Azure Cosmos DB accounts should use Azure Active Directory as the only authentication method',
    '334a182c-7c2c-41bc-ae1e-55327891ab50',
  ),
  cosmosFirewall: check(
    'Medium',
    'Azure Cosmos DB accounts should have firewall rules',
    '276b1952-c5c7-4ff2-8f4c-bd5d3ef1d7c7',
  ),
  postgresNetwork: check(
    'Medium',
    'Public network access should be disabled for PostgreSQL flexible servers',
    '5ee9d1f7-8f5c-4a9b-9b5e-2a9a9d3f3b7c',
  ),
  webHttps: check(
    'Medium',
    'Web Application should only be accessible over HTTPS',
    'cb0acdc6-0846-fd48-debe-9905af151b6d',
  ),
  danglingDns: check(
    'High',
    'Dangling DNS records of App Service should be removed',
    'd7c1f2a4-3d86-4b53-9f1e-6c0a7e5b2d14',
  ),
  unusedApis: check(
    'Low',
    'API endpoints that are unused should be disabled and removed from the Azure API Management service',
    'c2a78fa1-8b6f-4a11-9d4a-3f5e8c7d6b90',
  ),
  unauthenticatedApis: check(
    'High',
    'API endpoints in Azure API Management should be authenticated',
    '8bc7a1e5-4d27-4c6e-8a49-0f1d2c3b4a5e',
  ),
  ddos: check('Medium', 'Azure DDoS Protection should be enabled', 'e3de1cc0-f4dd-3b34-e496-8b5381ba2d70'),
  webFirewall: check(
    'Low',
    'Web Application Firewall (WAF) should be enabled for Application Gateway',
    'efe75f01-6fff-5d9d-08e6-092b98d3fb3f',
  ),
} satisfies Record<string, Check>;
export type CheckName = keyof typeof checks;
