import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { thingRows } from '../resource-graph/rows/things.ts';
import { found, group, read, resourceOf, rowsById } from './found.ts';
import type { Ground, Part } from './ground.ts';

const versions = ['2022-09-01', '2023-01-01', '2023-05-01', '2024-01-01'];
const root = `${group}/providers/Microsoft.Storage/storageAccounts/{name}`;

const patch = z.strictObject({ properties: z.strictObject({ allowSharedKeyAccess: z.boolean() }) });
const regenerate = z.strictObject({ keyName: z.enum(['key1', 'key2']) });

/** Storage accounts and their two keys: https://learn.microsoft.com/rest/api/storagerp/storage-accounts */
export function storageAccounts({ now, changed }: Ground): Part {
  const rows = rowsById(thingRows(), 'microsoft.storage/storageaccounts');
  const accounts = new Map(
    [...rows].map(([id, row]) => {
      const made = String(row.properties.creationTime);
      return [
        id,
        { row, allows: row.properties.allowSharedKeyAccess === true, keys: { key1: made, key2: made } },
      ];
    }),
  );
  type Account = typeof accounts extends Map<string, infer One> ? One : never;

  const shown = ({ row, allows, keys }: Account) => ({
    ...resourceOf(row),
    kind: row.kind,
    type: 'Microsoft.Storage/storageAccounts',
    properties: { ...row.properties, allowSharedKeyAccess: allows, keyCreationTime: keys },
  });

  return {
    routes: [
      {
        method: 'GET',
        path: root,
        apiVersions: versions,
        action: 'Microsoft.Storage/storageAccounts/read',
        answer: (call) => ({ status: 200, body: shown(found(accounts, call)) }),
      },
      {
        method: 'PATCH',
        path: root,
        apiVersions: versions,
        action: 'Microsoft.Storage/storageAccounts/write',
        answer(call) {
          const account = found(accounts, call);
          account.allows = read(patch, call.body).properties.allowSharedKeyAccess;
          changed();
          return { status: 200, body: shown(account) };
        },
      },
      {
        method: 'POST',
        path: `${root}/regenerateKey`,
        apiVersions: versions,
        action: 'Microsoft.Storage/storageAccounts/regeneratekey/action',
        answer(call) {
          const account = found(accounts, call, '/regenerateKey');
          account.keys[read(regenerate, call.body).keyName] = new Date(now()).toISOString();
          changed();
          const keys = Object.entries(account.keys).map(([keyName, creationTime]) => ({
            keyName,
            value: randomBytes(64).toString('base64'),
            permissions: 'FULL',
            creationTime,
          }));
          return { status: 200, body: { keys } };
        },
      },
    ],
    rows: () =>
      [...accounts.values()]
        .filter(({ row, allows }) => allows !== row.properties.allowSharedKeyAccess)
        .map(({ row, allows }) => ({
          ...row,
          properties: { ...row.properties, allowSharedKeyAccess: allows },
        })),
    state: () =>
      [...accounts.values()].map(({ row, allows, keys }) => ({ id: row.id, allows, keys: { ...keys } })),
  };
}
