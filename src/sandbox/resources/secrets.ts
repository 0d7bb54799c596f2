import { z } from 'zod';
import { things } from '../logs/samples/estate.ts';
import { found, group, read } from './found.ts';
import type { Ground, Part } from './ground.ts';

const versions = ['2022-07-01', '2023-02-01', '2023-07-01'];
const root = `${group}/providers/Microsoft.KeyVault/vaults/{vault}/secrets/{name}`;
const made = Date.parse('2026-03-02T08:00:00Z');

interface Secret {
  id: string;
  name: string;
  version: string;
  enabled: boolean;
  /** Unix time in seconds. */
  updated: number;
}

const patch = z.strictObject({
  tags: z.record(z.string(), z.string()).optional(),
  properties: z.strictObject({ attributes: z.strictObject({ enabled: z.boolean() }) }),
});

/** What Resource Manager tells of a vault's secrets, never their values: https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/update */
export function secrets({ now, changed }: Ground): Part & { renew(name: string): void } {
  const names = [
    'sql-payments-connection',
    ...Array.from({ length: 33 }, (_, n) => `payment-key-${String(n + 1).padStart(2, '0')}`),
  ];
  const kept = new Map(
    names.map((name, n): [string, Secret] => {
      const id = `${things.keyVault}/secrets/${name}`;
      const version = `4387e9f3d6e14c459867679a90fd${(0xf00 + n).toString(16).padStart(4, '0')}`;
      return [id.toLowerCase(), { id, name, version, enabled: true, updated: made / 1_000 }];
    }),
  );

  return {
    routes: [
      {
        method: 'GET',
        path: root,
        apiVersions: versions,
        action: 'Microsoft.KeyVault/vaults/secrets/read',
        answer: (call) => ({ status: 200, body: shown(found(kept, call)) }),
      },
      {
        method: 'PATCH',
        path: root,
        apiVersions: versions,
        action: 'Microsoft.KeyVault/vaults/secrets/write',
        answer(call) {
          const secret = found(kept, call);
          secret.enabled = read(patch, call.body).properties.attributes.enabled;
          secret.updated = Math.floor(now() / 1_000);
          changed();
          return { status: 200, body: shown(secret) };
        },
      },
    ],
    state: () => [...kept.values()].map(({ name, version, enabled }) => ({ name, version, enabled })),
    renew(name) {
      for (const secret of kept.values()) {
        if (secret.name !== name) continue;
        secret.version = secret.version.split('').reverse().join('');
        secret.enabled = true;
      }
    },
  };
}

function shown({ id, name, version, enabled, updated }: Secret) {
  const uri = `https://kv-payments.vault.azure.net/secrets/${name}`;
  return {
    id,
    name,
    type: 'Microsoft.KeyVault/vaults/secrets',
    location: 'westeurope',
    properties: {
      contentType: 'text/plain',
      attributes: { enabled, created: made / 1_000, updated },
      secretUri: uri,
      secretUriWithVersion: `${uri}/${version}`,
    },
  };
}
