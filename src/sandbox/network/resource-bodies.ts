import {
  azureMachines,
  type Network,
  nicId,
  nsgId,
  publicAddressOf,
  publicIpId,
  securityRulesOf,
  subnetIdOf,
} from '../azure/network-estate.ts';
import type { Machine } from '../logs/samples/estate.ts';
import { defaultRules } from './rules.ts';
import { configured } from './shown-rules.ts';
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

export function nic(machine: Machine) {
  const id = nicId(machine);
  const hasAddress = publicAddressOf(machine) !== undefined;
  return {
    name: `nic-${machine.name}`,
    id,
    type: 'Microsoft.Network/networkInterfaces',
    location: LOCATION,
    properties: {
      provisioningState: 'Succeeded',
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
      networkSecurityGroup: reference(nsgId(machine)),
      virtualMachine: reference(machine.id),
    },
  };
}

export function securityGroup(machine: Machine) {
  const id = nsgId(machine);
  return {
    name: `nsg-${machine.name}`,
    id,
    type: 'Microsoft.Network/networkSecurityGroups',
    location: LOCATION,
    properties: {
      provisioningState: 'Succeeded',
      securityRules: securityRulesOf(machine).map((rule) => configured(id, 'securityRules', rule)),
      defaultSecurityRules: defaultRules.map((rule) => configured(id, 'defaultSecurityRules', rule)),
      networkInterfaces: [reference(nicId(machine))],
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
