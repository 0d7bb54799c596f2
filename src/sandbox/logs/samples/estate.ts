import { subscriptions } from '../../azure/estate.ts';
import { people, TENANT_ID } from '../../people.ts';

/** An account of Contoso's directory. */
export interface Account {
  upn: string;
  /** Before the @. */
  name: string;
  displayName: string;
  oid: string;
  title: string;
  department: string;
  roles: string[];
  kind: 'person' | 'admin' | 'service' | 'workplace';
  enabled: boolean;
  /** The machine that they work at. */
  device: string;
}

const stableOid = (n: number) => `0000${n.toString(16).padStart(4, '0')}-acc0-4c0d-9b7a-3f6e2d81c0a0`;

const account = (name: string, displayName: string, oid: string, more: Partial<Account> = {}): Account => ({
  upn: `${name}@contoso.com`,
  name,
  displayName,
  oid,
  title: '',
  department: '',
  roles: [],
  kind: 'person',
  enabled: true,
  device: `nb-${name.replace('.', '-')}`,
  ...more,
});

const employees = people
  .filter(({ kind }) => kind === 'member' || kind === 'left')
  .map(({ id, name, oid, title, kind }) =>
    account(id, name, oid, {
      title,
      department: 'Security',
      enabled: kind !== 'left',
      device: id === 'adam' ? 'NB-KELLER' : `nb-${name.split(' ').at(-1)?.toLowerCase()}`,
    }),
  );

/** Ids as the sample alerts give them. */
export const nina = account('nina.berg', 'Nina Berg', '3c9e1f48-75d2-4a0b-9e63-b1f80d2c57a9', {
  title: 'Accountant',
  department: 'Finance',
  device: 'vm-fin-07',
});
export const admKeller = account(
  'adm-keller',
  'Adam Keller (admin)',
  'a17c5f20-6d8b-4e93-b0f4-92e1c7d3586a',
  {
    department: 'Security',
    roles: ['Global Administrator', 'User Access Administrator'],
    kind: 'admin',
    device: 'vm-jump-01',
  },
);
export const svcBackup = account('svc-backup', 'svc-backup', 'd94e0b61-2f7a-4c58-8d13-7b60a5f2e9c4', {
  department: 'Infrastructure',
  roles: ['Backup Operators'],
  kind: 'service',
  device: 'vm-backup-01',
});
export const svcDeploy = account('svc-deploy', 'svc-deploy', stableOid(0x51), {
  department: 'Shop',
  kind: 'service',
  device: 'vm-build-01',
});
export const bg01 = account('bg-01', 'Emergency access 01', stableOid(0x52), {
  roles: ['Global Administrator'],
  kind: 'admin',
  device: 'nb-okafor',
});
export const svcPayReport = account('svc-pay-report', 'svc-pay-report', stableOid(0x53), {
  department: 'Payments',
  kind: 'service',
  device: 'vm-report-01',
});

const services = ['svc-sync', 'svc-scan', 'svc-print', 'svc-monitor'].map((name, n) =>
  account(name, name, stableOid(0x60 + n), {
    kind: 'service',
    department: 'Infrastructure',
    device: 'vm-file-01',
  }),
);
/** Shared accounts of tills, desks and rooms: most of Contoso works at one of them. */
const workplaces = [
  ...numbered('till', 18, 'Shop'),
  ...numbered('desk', 16, 'Service desk'),
  ...numbered('fin', 8, 'Finance'),
];

function numbered(name: string, count: number, department: string): Account[] {
  return Array.from({ length: count }, (_, n) => {
    const id = `${name}-${String(n + 1).padStart(2, '0')}`;
    return account(
      id,
      `${department} ${String(n + 1).padStart(2, '0')}`,
      stableOid(name.length * 0x100 + n),
      {
        department,
        kind: 'workplace',
        device: name === 'fin' ? `vm-${id}` : `ws-${id}`,
      },
    );
  });
}

export const accounts: readonly Account[] = [
  ...employees,
  nina,
  admKeller,
  svcBackup,
  svcDeploy,
  bg01,
  svcPayReport,
  ...services,
  ...workplaces,
];
/** Who sits in front of a screen. */
export const humans = accounts.filter(
  ({ kind, enabled }) => (kind === 'person' || kind === 'workplace') && enabled,
);

export function accountNamed(name: string): Account {
  const found = accounts.find((one) => one.name === name);
  if (!found) throw new Error(`There is no account ${name}.`);
  return found;
}

export const sidOf = (name: string): string => {
  const n = accounts.findIndex((one) => one.name === name);
  return `S-1-5-21-1004336348-1177238915-682003330-${1105 + (n < 0 ? 900 : n)}`;
};

export interface Machine {
  name: string;
  os: 'Windows' | 'Linux';
  ip: string;
  /** Azure resource id; empty where it stands in an office. */
  id: string;
}

const vm = (name: string, os: Machine['os'], ip: string, group: string, of: keyof typeof subscriptions) => ({
  name,
  os,
  ip,
  id: resource(of, group, 'Microsoft.Compute/virtualMachines', name),
});

export function resource(of: keyof typeof subscriptions, group: string, type: string, name: string): string {
  return `/subscriptions/${subscriptions[of]}/resourceGroups/${group}/providers/${type}/${name}`;
}

export const machines: readonly Machine[] = [
  vm('vm-dc-01', 'Windows', '10.10.1.4', 'rg-identity', 'shared'),
  vm('vm-dc-02', 'Windows', '10.10.1.5', 'rg-identity', 'shared'),
  vm('vm-jump-01', 'Windows', '10.10.2.4', 'rg-identity', 'shared'),
  vm('vm-backup-01', 'Windows', '10.10.3.4', 'rg-backup', 'shared'),
  vm('vm-file-01', 'Windows', '10.10.4.4', 'rg-office', 'shared'),
  ...Array.from({ length: 8 }, (_, n) =>
    vm(`vm-fin-0${n + 1}`, 'Windows', `10.10.5.${n + 11}`, 'rg-office', 'shared'),
  ),
  vm('vm-pay-web-01', 'Linux', '10.20.4.11', 'rg-payments', 'production'),
  vm('vm-pay-web-02', 'Linux', '10.20.4.12', 'rg-payments', 'production'),
  vm('vm-report-01', 'Linux', '10.20.5.4', 'rg-payments', 'production'),
  vm('vm-shop-001', 'Linux', '10.30.1.11', 'rg-shop', 'production'),
  vm('vm-shop-002', 'Linux', '10.30.1.12', 'rg-shop', 'production'),
  vm('vm-shop-003', 'Linux', '10.30.1.13', 'rg-shop', 'production'),
  vm('vm-build-01', 'Linux', '10.30.9.4', 'rg-shop', 'production'),
];

export function machineNamed(name: string): Machine {
  const found = machines.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return found ?? { name, os: 'Windows', ip: officeIp(name), id: '' };
}

function officeIp(name: string): string {
  let sum = 0;
  for (const letter of name) sum = (sum * 31 + letter.charCodeAt(0)) % 9973;
  return `10.40.${sum % 8}.${20 + (sum % 200)}`;
}

/** What alerts call by name. */
export const things = {
  keyVault: resource('production', 'rg-payments', 'Microsoft.KeyVault/vaults', 'kv-payments'),
  sql: resource('production', 'rg-payments', 'Microsoft.Sql/servers', 'sql-payments/databases/payments'),
  backupStorage: resource('shared', 'rg-backup', 'Microsoft.Storage/storageAccounts', 'stcontosobackup'),
  shopStorage: resource('production', 'rg-shop', 'Microsoft.Storage/storageAccounts', 'stcontososhop'),
  cosmos: resource('production', 'rg-shop', 'Microsoft.DocumentDB/databaseAccounts', 'cosmos-shop'),
  aks: resource('production', 'rg-shop', 'Microsoft.ContainerService/managedClusters', 'aks-shop'),
  registry: resource('production', 'rg-shop', 'Microsoft.ContainerRegistry/registries', 'crcontososhop'),
  postgres: resource('production', 'rg-shop', 'Microsoft.DBforPostgreSQL/flexibleServers', 'psql-orders'),
  shopFront: resource('production', 'rg-shop', 'Microsoft.Web/sites', 'app-shop-front'),
  springSale: resource('production', 'rg-shop', 'Microsoft.Web/sites', 'app-spring-sale'),
  gateway: resource('production', 'rg-edge', 'Microsoft.ApiManagement/service', 'apim-contoso'),
  publicIp: resource('production', 'rg-edge', 'Microsoft.Network/publicIPAddresses', 'pip-shop-front'),
  webGateway: resource('production', 'rg-edge', 'Microsoft.Network/applicationGateways', 'agw-contoso'),
  firewall: resource('shared', 'rg-edge', 'Microsoft.Network/azureFirewalls', 'afw-hub'),
  payApp: resource('production', 'rg-payments', 'Microsoft.Insights/components', 'pay-web'),
  flowLog: resource('production', 'rg-edge', 'Microsoft.Network/networkWatchers', 'nw-westeurope'),
};

export interface Place {
  ip: string;
  country: string;
  city: string;
  asn: number;
}

/** Addresses of the offices and of those who attack; the same ones as in the sample alerts. */
export const places = {
  office: { ip: '203.0.113.9', country: 'DE', city: 'Frankfurt', asn: 64504 },
  officeGuest: { ip: '198.51.100.31', country: 'DE', city: 'Frankfurt', asn: 64504 },
  home: { ip: '203.0.113.140', country: 'DE', city: 'Mainz', asn: 64505 },
  lisbon: { ip: '198.51.100.77', country: 'PT', city: 'Lisbon', asn: 64504 },
  recife: { ip: '198.51.100.23', country: 'BR', city: 'Recife', asn: 64501 },
  tor: { ip: '198.51.100.201', country: 'RO', city: 'Cluj-Napoca', asn: 64503 },
  rotterdam: { ip: '203.0.113.66', country: 'NL', city: 'Rotterdam', asn: 64500 },
  singapore: { ip: '192.0.2.147', country: 'SG', city: 'Singapore', asn: 64502 },
} satisfies Record<string, Place>;

/** A customer of the shop, somewhere. */
export const customerIp = (n: number) => `${n % 2 ? '192.0.2' : '203.0.113'}.${150 + (n % 100)}`;

export const tenant = TENANT_ID;
