import { type Machine, machines, resource } from '../logs/samples/estate.ts';
import { subscriptions } from './estate.ts';

/** How Contoso's machines are wired: whoever tells of networks, by whatever API, tells this. */

/** The network of a subscription, and the resource group that it is kept in. */
const networks = {
  [subscriptions.shared]: { of: 'shared', group: 'rg-identity', space: ['10.10.0.0/16'] },
  [subscriptions.production]: { of: 'production', group: 'rg-edge', space: ['10.20.0.0/16', '10.30.0.0/16'] },
} as const;

/** By what addresses in it begin with. */
const subnets = [
  { name: 'snet-identity', prefix: '10.10.1.0/24', starts: ['10.10.1.'] },
  { name: 'snet-jump', prefix: '10.10.2.0/24', starts: ['10.10.2.'] },
  { name: 'snet-backup', prefix: '10.10.3.0/24', starts: ['10.10.3.'] },
  { name: 'snet-office', prefix: '10.10.4.0/23', starts: ['10.10.4.', '10.10.5.'] },
  { name: 'snet-payments', prefix: '10.20.4.0/24', starts: ['10.20.4.'] },
  { name: 'snet-reports', prefix: '10.20.5.0/24', starts: ['10.20.5.'] },
  { name: 'snet-shop', prefix: '10.30.1.0/24', starts: ['10.30.1.'] },
  { name: 'snet-build', prefix: '10.30.9.0/24', starts: ['10.30.9.'] },
];

export interface Network {
  id: string;
  name: string;
  subscription: string;
  resourceGroup: string;
  space: readonly string[];
  subnets: { id: string; name: string; prefix: string }[];
}

export const contosoNetworks: readonly Network[] = Object.entries(networks).map(
  ([subscription, { of, group, space }]) => {
    const id = resource(of, group, 'Microsoft.Network/virtualNetworks', 'vnet-contoso');
    const own = subnets.filter(({ prefix }) =>
      space.some((each) => prefix.startsWith(each.replace('.0.0/16', '.'))),
    );
    return {
      id,
      name: 'vnet-contoso',
      subscription,
      resourceGroup: group,
      space,
      subnets: own.map(({ name, prefix }) => ({ id: `${id}/subnets/${name}`, name, prefix })),
    };
  },
);

/** Machines that stand in Azure. */
export const azureMachines: readonly Machine[] = machines.filter(({ id }) => id !== '');

const beside = ({ id }: Machine, type: string, name: string): string =>
  id.replace(/\/providers\/.*$/, `/providers/Microsoft.Network/${type}/${name}`);

export const nicId = (machine: Machine): string =>
  beside(machine, 'networkInterfaces', `nic-${machine.name}`);
export const nsgId = (machine: Machine): string =>
  beside(machine, 'networkSecurityGroups', `nsg-${machine.name}`);
/** Only for machines that have a public address. */
export const publicIpId = (machine: Machine): string =>
  beside(machine, 'publicIPAddresses', `pip-${machine.name}`);

export function subnetIdOf(machine: Machine): string {
  const found = subnets.find(({ starts }) => starts.some((start) => machine.ip.startsWith(start)));
  const subnet = contosoNetworks
    .find(({ subscription }) => machine.id.includes(subscription))
    ?.subnets.find(({ name }) => name === found?.name);
  if (!subnet) throw new Error(`${machine.name} stands in no subnet.`);
  return subnet.id;
}

// 203.0.113.80 is that of the shop's front, `pip-shop-front`.
const publicAddresses: Record<string, string> = {
  'vm-pay-web-01': '203.0.113.82',
  'vm-jump-01': '203.0.113.81',
};
export const publicAddressOf = ({ name }: Machine): string | undefined => publicAddresses[name];

/** What the one firewall, `afw-hub`, goes by. */
export const firewallPolicyId = resource(
  'shared',
  'rg-edge',
  'Microsoft.Network/firewallPolicies',
  'afwp-hub',
);

/** A rule of a network security group, as Resource Manager writes its properties. */
export interface SecurityRule {
  name: string;
  description?: string;
  priority: number;
  direction: 'Inbound' | 'Outbound';
  access: 'Allow' | 'Deny';
  protocol: 'Tcp' | 'Udp' | '*';
  sourceAddressPrefix: string;
  sourcePortRange: string;
  destinationAddressPrefix: string;
  destinationPortRange: string;
}

const inbound = (
  name: string,
  priority: number,
  access: SecurityRule['access'],
  from: string,
  port: string,
): SecurityRule => ({
  name,
  priority,
  direction: 'Inbound',
  access,
  protocol: 'Tcp',
  sourceAddressPrefix: from,
  sourcePortRange: '*',
  destinationAddressPrefix: '*',
  destinationPortRange: port,
});

const own: Record<string, SecurityRule[]> = {
  // The shop's payments are taken here, and somebody once needed SSH from home.
  'vm-pay-web-01': [
    inbound('allow-https', 100, 'Allow', 'Internet', '443'),
    inbound('allow-ssh-temp', 110, 'Allow', '*', '22'),
  ],
  'vm-pay-web-02': [inbound('allow-https-lb', 100, 'Allow', 'AzureLoadBalancer', '443')],
  'vm-jump-01': [inbound('allow-rdp', 100, 'Allow', 'Internet', '3389')],
  'vm-dc-01': [inbound('allow-rdp-jump', 100, 'Allow', '10.10.2.0/24', '3389')],
  'vm-dc-02': [inbound('allow-rdp-jump', 100, 'Allow', '10.10.2.0/24', '3389')],
};

/** The rules of a machine's group, the vendor's default rules left out. */
export const securityRulesOf = ({ name }: Machine): readonly SecurityRule[] => own[name] ?? [];
