import tls from 'node:tls';
import type { TokenCredential } from '@azure/core-auth';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { createEventHubs, type EventHubs } from '../../src/sandbox/event-hubs/event-hubs.ts';

export const namespace = 'contoso-alerts.servicebus.windows.net';
export const eventHub = 'defender-alerts';
export const sharedKey = { name: 'watchfloor', key: 'c2FuZGJveC1zaGFyZWQta2V5' };

/** The event hub of the sandbox, and a credential that it believes. */
export interface Hub extends EventHubs {
  endpoint: string;
  credential: TokenCredential;
}

const authorities = tls.getCACertificates('default');

export async function openHub(partitions: number): Promise<Hub> {
  const certificate = await createCertificate();
  tls.setDefaultCACertificates([...authorities, certificate.ca]);
  const entra = await createEntra({ tenantId: '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30', clients: [] });
  const hub = createEventHubs({
    entra,
    certificate,
    namespace,
    eventHub,
    consumerGroups: ['$Default', 'watchfloor'],
    partitions,
    sharedKey,
  });
  const endpoint = await hub.listen(0);
  return {
    ...hub,
    endpoint,
    credential: {
      getToken: async () => ({
        token: await entra.issue('https://eventhubs.azure.net'),
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    },
  };
}

/** Asks until it is so. */
export async function until<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
) {
  const end = Date.now() + 20_000;
  for (;;) {
    const found = await look();
    if (found) return found;
    if (Date.now() > end) throw new Error(`Waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
