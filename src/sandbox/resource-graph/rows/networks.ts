import {
  azureMachines,
  contosoNetworks,
  firewallPolicyId,
  nicId,
  nsgId,
  publicAddressOf,
  publicIpId,
  securityRulesOf,
  subnetIdOf,
} from '../../azure/network-estate.ts';
import { type Machine, things } from '../../logs/samples/estate.ts';
import { type GraphRow, rowOf } from '../row.ts';

export const networkRows = (): GraphRow[] => [
  ...azureMachines.flatMap(wiringOf),
  ...contosoNetworks.map(({ id, space, subnets }) =>
    rowOf('resources', id, {
      properties: {
        addressSpace: { addressPrefixes: space },
        subnets: subnets.map(({ id: subnet, name, prefix }) => ({
          id: subnet,
          name,
          properties: { addressPrefix: prefix, provisioningState: 'Succeeded' },
        })),
        enableDdosProtection: false,
        provisioningState: 'Succeeded',
      },
    }),
  ),
  rowOf('resources', things.publicIp, {
    tags: { application: 'Shop', owner: 'shop-team@contoso.com', criticality: 'high' },
    ...publicIp('203.0.113.80', undefined, 'contoso-shop'),
  }),
  rowOf('resources', firewallPolicyId, {
    properties: {
      threatIntelMode: 'Alert',
      firewalls: [{ id: things.firewall }],
      provisioningState: 'Succeeded',
    },
  }),
];

/** The card that connects a machine, the rules before it, and its public address where it has one. */
function wiringOf(machine: Machine): GraphRow[] {
  const [nic, nsg] = [nicId(machine), nsgId(machine)];
  const address = publicAddressOf(machine);
  const configuration = `${nic}/ipConfigurations/ipconfig1`;
  const rows = [
    rowOf('resources', nic, {
      properties: {
        ipConfigurations: [
          {
            id: configuration,
            name: 'ipconfig1',
            properties: {
              privateIPAddress: machine.ip,
              privateIPAllocationMethod: 'Static',
              privateIPAddressVersion: 'IPv4',
              primary: true,
              subnet: { id: subnetIdOf(machine) },
              ...(address ? { publicIPAddress: { id: publicIpId(machine) } } : {}),
              provisioningState: 'Succeeded',
            },
          },
        ],
        networkSecurityGroup: { id: nsg },
        virtualMachine: { id: machine.id },
        primary: true,
        enableIPForwarding: false,
        provisioningState: 'Succeeded',
      },
    }),
    rowOf('resources', nsg, {
      properties: {
        securityRules: securityRulesOf(machine).map(({ name, ...rule }) => ({
          id: `${nsg}/securityRules/${name}`,
          name,
          properties: { ...rule, provisioningState: 'Succeeded' },
        })),
        networkInterfaces: [{ id: nic }],
        provisioningState: 'Succeeded',
      },
    }),
  ];
  if (!address) return rows;
  return [...rows, rowOf('resources', publicIpId(machine), publicIp(address, configuration))];
}

const publicIp = (ipAddress: string, configuration: string | undefined, label?: string) => ({
  sku: { name: 'Standard', tier: 'Regional' },
  properties: {
    ipAddress,
    publicIPAllocationMethod: 'Static',
    publicIPAddressVersion: 'IPv4',
    ...(configuration ? { ipConfiguration: { id: configuration } } : {}),
    ...(label
      ? { dnsSettings: { domainNameLabel: label, fqdn: `${label}.westeurope.cloudapp.azure.com` } }
      : {}),
    provisioningState: 'Succeeded',
  },
});
