import type { Writer } from '../azure/writer.ts';
import { Refused } from '../errors.ts';
import { subjectName } from '../incident/enrichment.ts';
import type { Order, Playbook, PlayContext } from './playbook.ts';
import { isOf } from './resource/azure-resource.ts';
import { readAccount, storageVersion } from './resource/storage-account.ts';

/** https://learn.microsoft.com/azure/storage/common/shared-key-authorization-prevent */
export function createDisableStorageKeys({ arm }: { arm: Writer }): Playbook {
  async function set(
    allowSharedKeyAccess: boolean,
    { target }: Order,
    { signal }: PlayContext,
  ): Promise<void> {
    const { id, allowsKeys } = await readAccount(arm, target, signal);
    if (allowsKeys === allowSharedKeyAccess) return;
    const body = { properties: { allowSharedKeyAccess } };
    await arm.write('PATCH', `${id}?api-version=${storageVersion}`, body, { signal });
  }

  return {
    name: 'disable-storage-keys',
    title: 'Refuse storage account keys',
    about: ['resource'],
    concerns: (target) => isOf(target, 'storage'),
    tactics: ['CredentialAccess', 'Exfiltration', 'Collection'],
    risk: 'high',
    effect: (target) =>
      `${subjectName(target)} opens to nobody with an account key or a SAS that was signed with one; only Entra ID counts.`,
    reverse: {
      title: 'Allow keys again',
      effect: (target) =>
        `The account keys of ${subjectName(target)}, and what was signed with them, open it again.`,
    },
    parameters: [],
    api: 'Resource Manager, Microsoft.Storage 2023-05-01: PATCH storageAccounts/{name}',
    permission: 'Microsoft.Storage/storageAccounts/read and write',
    async look({ target }, { signal }) {
      const { name, allowsKeys } = await readAccount(arm, target, signal);
      if (!allowsKeys) throw new Refused(`${name} refuses its keys already; there is nothing to do.`);
      return {
        facts: [{ label: 'Sign-in by key', value: 'allowed' }],
        warning:
          'Whatever signs in with a key or a SAS fails: file shares mounted with a key, and functions and backups that are set up so.',
        memory: undefined,
      };
    },
    async act(order, context) {
      await set(false, order, context);
      return { state: 'done', says: `${subjectName(order.target)} refuses its account keys.` };
    },
    async undo(order, context) {
      await set(true, order, context);
      return { state: 'done', says: `${subjectName(order.target)} takes its account keys again.` };
    },
  };
}
