import {
  azureMachines,
  type Network,
  nicId,
  publicAddressOf,
  publicIpId,
  subnetIdOf,
} from '../azure/network-estate.ts';
import type { Machine } from '../logs/samples/estate.ts';
import { defaultRules } from './rules.ts';
import { configured } from './shown-rules.ts';
import { type Group, type Nic, rulesOf } from './state.ts';
import { LOCATION } from './versions.ts';

/** Resources as Resource Manager shows them, as far as anybody reads them here. */

const reference = (id: string) => ({ id });

export function virtualMachine(machine: Machine) {
  return {
    name: machine.name,
    id: machine.id,
    type: 'Microsoft.Compute/virtualMachines',
    location: LOCATION,
    properties: {
      provisioningState: 'Succeeded',
      storageProfile: { osDisk: { osType: machine.os } },
      networkProfile: { networkInterfaces: [{ id: nicId(machine), properties: { primary: true } }] },
    },
  };
}

/** The machines of payments can be listened in on; the agent for it was forgotten elsewhere. */
export const agentOf = ({ id, os }: Machine) =>
  id.includes('/rg-payments/')
    ? [
        {
          name: 'AzureNetworkWatcherExtension',
          id: `${id}/extensions/AzureNetworkWatcherExtension`,
          type: 'Microsoft.Compute/virtualMachines/extensions',
          location: LOCATION,
          properties: {
            publisher: 'Microsoft.Azure.NetworkWatcher',
            type: `NetworkWatcherAgent${os}`,
            provisioningState: 'Succeeded',
          },
        },
      ]
    : [];

export function nic({ id, machine, group, etag, provisioningState }: Nic) {
  const hasAddress = publicAddressOf(machine) !== undefined;
  return {
    name: `nic-${machine.name}`,
    id,
    etag,
    type: 'Microsoft.Network/networkInterfaces',
    location: LOCATION,
    properties: {
      provisioningState,
      ipConfigurations: [
        {
          name: 'ipconfig1',
          id: `${id}/ipConfigurations/ipconfig1`,
          type: 'Microsoft.Network/networkInterfaces/ipConfigurations',
          properties: {
            provisioningState: 'Succeeded',
            privateIPAddress: machine.ip,
            privateIPAllocationMethod: 'Static',
            privateIPAddressVersion: 'IPv4',
            primary: true,
            subnet: reference(subnetIdOf(machine)),
            ...(hasAddress ? { publicIPAddress: reference(publicIpId(machine)) } : {}),
          },
        },
      ],
      enableAcceleratedNetworking: true,
      enableIPForwarding: false,
      primary: true,
      ...(group ? { networkSecurityGroup: reference(group.id) } : {}),
      virtualMachine: reference(machine.id),
    },
  };
}

export function securityGroup(group: Group, nics: Iterable<Nic>) {
  const { id, etag, location, tags, provisioningState } = group;
  const before = [...nics].filter((nic) => nic.group === group);
  return {
    name: id.split('/').at(-1),
    id,
    etag,
    type: 'Microsoft.Network/networkSecurityGroups',
    location,
    ...(tags ? { tags } : {}),
    properties: {
      provisioningState,
      securityRules: rulesOf(group).map((rule) => configured(group, 'securityRules', rule)),
      defaultSecurityRules: defaultRules.map((rule) => configured(group, 'defaultSecurityRules', rule)),
      // Where there is none, Azure leaves the list out.
      ...(before.length > 0 ? { networkInterfaces: before.map((nic) => reference(nic.id)) } : {}),
    },
  };
}

export function publicAddress(machine: Machine) {
  return {
    name: `pip-${machine.name}`,
    id: publicIpId(machine),
    type: 'Microsoft.Network/publicIPAddresses',
    location: LOCATION,
    sku: { name: 'Standard', tier: 'Regional' },
    properties: {
      provisioningState: 'Succeeded',
      ipAddress: publicAddressOf(machine),
      publicIPAddressVersion: 'IPv4',
      publicIPAllocationMethod: 'Static',
      idleTimeoutInMinutes: 4,
      ipConfiguration: reference(`${nicId(machine)}/ipConfigurations/ipconfig1`),
    },
  };
}

export function virtualNetwork(network: Network) {
  return {
    name: network.name,
    id: network.id,
    type: 'Microsoft.Network/virtualNetworks',
    location: LOCATION,
    properties: {
      provisioningState: 'Succeeded',
      addressSpace: { addressPrefixes: network.space },
      subnets: network.subnets.map(toSubnet),
    },
  };
}

export const toSubnet = ({ id, name, prefix }: Network['subnets'][number]) => ({
  name,
  id,
  type: 'Microsoft.Network/virtualNetworks/subnets',
  properties: {
    provisioningState: 'Succeeded',
    addressPrefix: prefix,
    ipConfigurations: azureMachines
      .filter((machine) => subnetIdOf(machine) === id)
      .map((machine) => reference(`${nicId(machine)}/ipConfigurations/ipconfig1`)),
  },
});
