import { networkVersion, pathOf, read } from './network-answer.ts';
import { configuredGroup, effectiveGroups, type SecurityGroup } from './network-rules.ts';
import {
  locationShape,
  machineShape,
  nicShape,
  publicAddressShape,
  subnetShape,
  usagesShape,
} from './network-shapes.ts';
import { lastSegment } from './resource-id.ts';
import type { Rest } from './rest.ts';

/**
 * What stands around a virtual machine: its interfaces, subnets, addresses and rules. Ids are those of Resource Manager.
 * Every call throws `FarSideError`; names and descriptions are untrusted text.
 */
export interface AzureNetwork {
  machine(id: string, signal: AbortSignal): Promise<NetworkedMachine>;
  nic(id: string, signal: AbortSignal): Promise<Nic>;
  subnet(id: string, signal: AbortSignal): Promise<Subnet>;
  publicAddress(id: string, signal: AbortSignal): Promise<PublicAddress>;
  /** As it is written down, its default rules among the others. */
  securityGroup(id: string, signal: AbortSignal): Promise<SecurityGroup>;
  /** As they are in force at an interface of a running machine: takes some seconds. */
  effectiveGroups(nicId: string, signal: AbortSignal): Promise<SecurityGroup[]>;
  /** Of a subscription in one region, against their limits. */
  usages(subscription: string, location: string, signal: AbortSignal): Promise<Usage[]>;
  /** The region of any resource of Microsoft.Network. */
  locationOf(id: string, signal: AbortSignal): Promise<string>;
}

export interface NetworkedMachine {
  id: string;
  name: string;
  location: string;
  /** The primary one first. */
  nicIds: string[];
}

export interface Nic {
  id: string;
  name: string;
  /** Of its primary configuration; empty where it has none. */
  privateAddress: string;
  /** Of all its configurations. */
  addresses: string[];
  /** Application security groups that it is in; ids in lower case. */
  applications: string[];
  subnetId: string;
  publicAddressIds: string[];
  /** Empty where only the subnet's group counts, if there is one. */
  groupId: string;
  /** A load balancer, or an application gateway, may lead to it from outside. */
  isBehindBalancer: boolean;
  /** It passes on what is meant for others. */
  forwards: boolean;
}

export interface Subnet {
  id: string;
  name: string;
  network: string;
  networkId: string;
  prefixes: string[];
  groupId: string;
}

export interface PublicAddress {
  name: string;
  /** Empty while none is assigned. */
  address: string;
  /** A `Basic` address is open where no group closes it; all others are closed where no group opens them. */
  sku: string;
  /** Its DNS name; empty where it has none. */
  dnsName: string;
}

export interface Usage {
  name: string;
  used: number;
  limit: number;
}

/** https://learn.microsoft.com/rest/api/compute/virtual-machines/get */
const computeVersion = '2024-07-01';

export function createAzureNetwork(rest: Rest): AzureNetwork {
  const get = (path: string, signal: AbortSignal) => rest.get(path, { signal });
  return {
    async machine(id, signal) {
      const { location, properties } = read(
        machineShape,
        await get(pathOf(id, { version: computeVersion }), signal),
      );
      const nics = properties.networkProfile.networkInterfaces;
      const primaryFirst = nics.toSorted(
        (a, b) => Number(b.properties.primary) - Number(a.properties.primary),
      );
      return { id, name: lastSegment(id), location, nicIds: primaryFirst.map((nic) => nic.id) };
    },
    async nic(id, signal) {
      const { properties } = read(nicShape, await get(pathOf(id), signal));
      const configurations = properties.ipConfigurations.map((each) => each.properties);
      const primary = configurations.find((each) => each.primary) ?? configurations[0];
      return {
        id,
        name: lastSegment(id),
        privateAddress: primary?.privateIPAddress ?? '',
        addresses: configurations.map((each) => each.privateIPAddress).filter(Boolean),
        applications: configurations
          .flatMap((each) => each.applicationSecurityGroups)
          .map((id) => id.toLowerCase()),
        subnetId: primary?.subnet ?? '',
        publicAddressIds: configurations.map((each) => each.publicIPAddress).filter(Boolean),
        groupId: properties.networkSecurityGroup,
        isBehindBalancer: configurations.some(
          (each) =>
            each.loadBalancerBackendAddressPools.length > 0 ||
            each.loadBalancerInboundNatRules.length > 0 ||
            each.applicationGatewayBackendAddressPools.length > 0,
        ),
        forwards: properties.enableIPForwarding,
      };
    },
    async subnet(id, signal) {
      const { properties } = read(subnetShape, await get(pathOf(id), signal));
      const networkId = id.replace(/\/subnets\/[^/]+$/i, '');
      return {
        id,
        name: lastSegment(id),
        network: lastSegment(networkId),
        networkId,
        prefixes: [properties.addressPrefix, ...properties.addressPrefixes].filter(Boolean),
        groupId: properties.networkSecurityGroup,
      };
    },
    async publicAddress(id, signal) {
      const { sku, properties } = read(publicAddressShape, await get(pathOf(id), signal));
      return {
        name: lastSegment(id),
        address: properties.ipAddress,
        sku: sku.name,
        dnsName: properties.dnsSettings.fqdn,
      };
    },
    async securityGroup(id, signal) {
      return configuredGroup(id, await get(pathOf(id), signal));
    },
    async effectiveGroups(nicId, signal) {
      const path = pathOf(nicId, { of: '/effectiveNetworkSecurityGroups' });
      return effectiveGroups(await rest.work(path, undefined, { signal }));
    },
    async usages(subscription, location, signal) {
      const path = `/subscriptions/${encodeURIComponent(subscription)}/providers/Microsoft.Network/locations/${encodeURIComponent(location)}/usages?api-version=${networkVersion}`;
      const { value } = read(usagesShape, await get(path, signal));
      return value.map(({ name, currentValue, limit }) => ({
        name: name.localizedValue || name.value,
        used: currentValue,
        limit,
      }));
    },
    async locationOf(id, signal) {
      return read(locationShape, await get(pathOf(id), signal)).location;
    },
  };
}
