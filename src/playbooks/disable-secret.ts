import { z } from 'zod';
import { lastSegment } from '../azure/resource-id.ts';
import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import type { Order, Playbook } from './playbook.ts';
import { isOf, readResource, resourceIdOf } from './resource/azure-resource.ts';

/** The control plane, which never tells a value: https://learn.microsoft.com/rest/api/keyvault/keyvault/secrets/update */
const version = '2023-07-01';

/** Disables the newest version of a secret and deletes nothing: what was deleted can be purged for good. */
export function createDisableSecret({ arm }: { arm: Writer }): Playbook {
  async function read({ target, parameters }: Order, signal: AbortSignal) {
    const name = parameters.secret ?? '';
    const path = `${resourceIdOf(target, 'vault')}/secrets/${encodeURIComponent(name)}?api-version=${version}`;
    const missing = `${subjectName(target)} has no secret ${name}, or is not in Azure any more. Its secrets are listed in the portal.`;
    const { properties } = await readResource(arm, path, shape, { missing, signal });
    const { enabled, updated } = properties.attributes;
    return { name, path, enabled, updated, version: lastSegment(properties.secretUriWithVersion) };
  }

  const set = (path: string, enabled: boolean, signal: AbortSignal) =>
    arm.write('PATCH', path, { properties: { attributes: { enabled } } }, { signal });

  return {
    name: 'disable-secret',
    title: 'Disable a secret',
    about: ['resource'],
    concerns: (target) => isOf(target, 'vault'),
    tactics: ['CredentialAccess', 'Collection'],
    risk: 'high',
    effect: (target, { secret }) =>
      `Nobody can read the newest version of ${secret ? `the secret ${secret}` : 'the secret'} in ${subjectName(target)}; whatever needs it fails.`,
    reverse: {
      title: 'Enable the secret again',
      effect: (target) => `The version that was disabled in ${subjectName(target)} can be read again.`,
    },
    parameters: [
      {
        name: 'secret',
        label: 'Name of the secret',
        required: true,
        usual: '',
        // https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates
        like: { pattern: /^[0-9A-Za-z-]{1,127}$/, says: 'letters, digits and dashes, 127 at most' },
      },
    ],
    api: 'Resource Manager, Microsoft.KeyVault 2023-07-01: PATCH vaults/{vault}/secrets/{name}',
    permission: 'Microsoft.KeyVault/vaults/secrets/read and write',
    async look(order, { signal }) {
      const secret = await read(order, signal);
      if (!secret.enabled) throw new Refused(`${secret.name} is disabled already; there is nothing to do.`);
      return {
        facts: [
          { label: 'Secret', value: `${secret.name}, enabled` },
          { label: 'Newest version', value: secret.version },
          ...(secret.updated ? [{ label: 'Changed', value: secret.updated }] : []),
        ],
        warning: 'Older versions of it, where there are any, can still be read.',
        memory: { version: secret.version } satisfies Memory,
      };
    },
    async act(order, { signal }) {
      const secret = await read(order, signal);
      if (secret.enabled) await set(secret.path, false, signal);
      const memory: Memory = { version: secret.version };
      return { state: 'done', says: `${secret.name} is disabled.`, memory };
    },
    async undo(order, { signal }) {
      const secret = await read(order, signal);
      if (secret.version !== memoryShape.parse(order.memory).version)
        return {
          state: 'failed',
          says: `${secret.name} has a newer version, which was left as it is. Enable the old one in Key Vault if it is still needed.`,
        };
      if (!secret.enabled) await set(secret.path, true, signal);
      return { state: 'done', says: `${secret.name} can be read again.` };
    },
  };
}

const memoryShape = z.object({ version: z.string() });
type Memory = z.output<typeof memoryShape>;

const shape = z.object({
  properties: z.object({
    attributes: z.object({
      // Absent is enabled, as Key Vault has it.
      enabled: z
        .boolean()
        .nullish()
        .transform((said) => said ?? true),
      // Seconds since 1970.
      updated: z
        .number()
        .nullish()
        .transform((said) => (said ? new Date(said * 1_000).toISOString() : '')),
    }),
    secretUriWithVersion: z.string(),
  }),
});
