import { machineNamed, things } from './logs/samples/estate.ts';

/** What a story does to a metric, from so many minutes before its alert to so many: in a minute, or in percent. */
export interface Peak {
  story: string;
  id: string;
  name: string;
  from: number;
  to: number;
  value: number;
}

const vm = (name: string) => machineNamed(name).id;
/** As much as the logs of the same stories tell. */
export const peaks: readonly Peak[] = [
  { story: 'storage-tor-access', id: things.backupStorage, name: 'Egress', from: 12, to: 2, value: 2.9e9 },
  { story: 'storage-tor-access', id: things.backupStorage, name: 'Transactions', from: 14, to: 2, value: 54 },
  {
    story: 'storage-mass-deletion',
    id: things.backupStorage,
    name: 'Transactions',
    from: 8,
    to: 2,
    value: 686,
  },
  { story: 'keyvault-enumeration', id: things.keyVault, name: 'ServiceApiHit', from: 4, to: 2, value: 33 },
  { story: 'sql-injection', id: things.sql, name: 'cpu_percent', from: 6, to: 2, value: 61 },
  { story: 'sql-injection', id: things.sql, name: 'connection_failed_user_error', from: 6, to: 2, value: 6 },
  { story: 'sql-unusual-export', id: things.sql, name: 'cpu_percent', from: 11, to: 2, value: 97 },
  {
    story: 'vm-reverse-shell',
    id: vm('vm-pay-web-01'),
    name: 'Network Out Total',
    from: 5,
    to: 2,
    value: 4e6,
  },
  { story: 'dns-tunnel', id: vm('vm-pay-web-01'), name: 'Network Out Total', from: 20, to: 2, value: 2.6e7 },
  { story: 'vm-rdp-brute-force', id: vm('vm-jump-01'), name: 'Percentage CPU', from: 49, to: 2, value: 71 },
  { story: 'api-probing', id: things.gateway, name: 'Requests', from: 27, to: 2, value: 17 },
  {
    story: 'postgres-brute-force',
    id: things.postgres,
    name: 'connections_failed',
    from: 57,
    to: 2,
    value: 58,
  },
  {
    story: 'aks-crypto-miner',
    id: things.aks,
    name: 'node_cpu_usage_percentage',
    from: 60,
    to: 0,
    value: 97,
  },
  { story: 'ddos-mitigated', id: things.publicIp, name: 'ByteCount', from: 36, to: 2, value: 2.6e11 },
  { story: 'hostile-user-agent', id: things.shopFront, name: 'Requests', from: 17, to: 2, value: 60 },
];
