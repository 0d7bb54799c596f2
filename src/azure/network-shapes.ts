import { z } from 'zod';
import { listOf, reference, text, texts } from './network-answer.ts';

/** What is read of answers about networks; all else that Azure says of them is let go. */

export const locationShape = z.object({ location: text });

export const machineShape = z.object({
  location: text,
  properties: z.object({
    networkProfile: z
      .object({
        networkInterfaces: listOf(
          z.object({
            id: z.string(),
            properties: z.object({ primary: z.boolean().catch(false) }).catch({ primary: false }),
          }),
        ),
      })
      .catch({ networkInterfaces: [] }),
  }),
});

const several = z.array(z.unknown()).catch([]);

export const nicShape = z.object({
  properties: z.object({
    ipConfigurations: listOf(
      z.object({
        properties: z.object({
          primary: z.boolean().catch(false),
          privateIPAddress: text,
          subnet: reference,
          publicIPAddress: reference,
          loadBalancerBackendAddressPools: several,
          loadBalancerInboundNatRules: several,
          applicationGatewayBackendAddressPools: several,
          applicationSecurityGroups: z.array(reference).catch([]),
        }),
      }),
    ),
    networkSecurityGroup: reference,
    enableIPForwarding: z.boolean().catch(false),
  }),
});

export const subnetShape = z.object({
  properties: z.object({
    addressPrefix: text,
    addressPrefixes: texts,
    networkSecurityGroup: reference,
  }),
});

export const publicAddressShape = z.object({
  sku: z.object({ name: text }).catch({ name: '' }),
  properties: z.object({
    ipAddress: text,
    dnsSettings: z.object({ fqdn: text }).catch({ fqdn: '' }),
  }),
});

export const usagesShape = z.object({
  value: listOf(
    z.object({
      name: z.object({ value: text, localizedValue: text }),
      currentValue: z.number(),
      limit: z.number(),
    }),
  ),
});
