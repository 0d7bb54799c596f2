import { z } from 'zod';
import type { Writer } from '../azure/writer.ts';
import { subjectName } from '../incident/enrichment.ts';
import type { Parameters, Playbook } from './playbook.ts';
import { isOf } from './resource/azure-resource.ts';
import { type KeyName, keyNames, readAccount, storageVersion } from './resource/storage-account.ts';

/** Makes a key of a storage account anew, so that whoever stole it has nothing. Nothing brings the old one back. */
export function createRotateStorageKey({ arm }: { arm: Writer }): Playbook {
  return {
    name: 'rotate-storage-key',
    title: 'Regenerate a storage account key',
    about: ['resource'],
    concerns: (target) => isOf(target, 'storage'),
    tactics: ['CredentialAccess', 'Exfiltration', 'Collection'],
    risk: 'high',
    effect: (target, parameters) =>
      `The old ${keyOf(parameters)} of ${subjectName(target)} is void at once, and so is every SAS that was signed with it.`,
    parameters: [
      {
        name: 'key',
        label: 'Key',
        required: true,
        usual: 'key1',
        choices: keyNames.map((value) => ({ value, label: value })),
      },
    ],
    api: 'Resource Manager, Microsoft.Storage 2023-05-01: POST storageAccounts/{name}/regenerateKey',
    permission: 'Microsoft.Storage/storageAccounts/read and regeneratekey/action',
    async look({ target, parameters }, { signal }) {
      const { allowsKeys, madeAt } = await readAccount(arm, target, signal);
      return {
        facts: [
          ...keyNames.map((key) => ({
            label: key,
            value: madeAt[key] ? `made ${madeAt[key].slice(0, 16)}Z` : 'made before 2021',
          })),
          { label: 'Sign-in by key', value: allowsKeys ? 'allowed' : 'refused' },
        ],
        warning: `What uses ${keyOf(parameters)} fails until it is given the new one.`,
        memory: { madeAt: madeAt[keyOf(parameters)] } satisfies Memory,
      };
    },
    async act({ target, parameters, memory }, { signal }) {
      const key = keyOf(parameters);
      const { id, name, madeAt } = await readAccount(arm, target, signal);
      // The key that was looked at is gone, whoever did it.
      const isDone = madeAt[key] !== memoryShape.parse(memory).madeAt;
      // The answer holds both keys. Nobody reads it.
      if (!isDone)
        await arm.write(
          'POST',
          `${id}/regenerateKey?api-version=${storageVersion}`,
          { keyName: key },
          { signal },
        );
      return { state: 'done', says: `${key} of ${name} is a new one.` };
    },
  };
}

const keyOf = ({ key }: Parameters): KeyName => (key === 'key2' ? 'key2' : 'key1');

const memoryShape = z.object({ madeAt: z.string() });
type Memory = z.output<typeof memoryShape>;
