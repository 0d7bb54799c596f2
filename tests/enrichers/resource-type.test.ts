import { describe, expect, it } from 'vitest';
import { pathOf } from '../../src/azure/network-answer.ts';
import { typeOf } from '../../src/enrichers/resource-type.ts';
import { subscriptions } from '../../src/sandbox/azure/estate.ts';

const subscription = `/subscriptions/${subscriptions.production}`;

describe('the id of a resource', () => {
  it.each([
    ['', 'subscription'],
    ['/resourceGroups/rg-payments', 'resourcegroup'],
    [
      '/resourceGroups/rg-payments/providers/Microsoft.Sql/servers/a/databases/b',
      'microsoft.sql/servers/databases',
    ],
    [
      '/resourceGroups/Büro_(Zürich).1/providers/Microsoft.Storage/storageAccounts/st1',
      'microsoft.storage/storageaccounts',
    ],
    ['/resourceGroups/経理-1/providers/Microsoft.KeyVault/vaults/kv', 'microsoft.keyvault/vaults'],
  ])('is one to everybody who asks Azure about it: …%s', (rest, type) => {
    expect(typeOf(`${subscription}${rest}`)).toBe(type);
    expect(pathOf(`${subscription}${rest}`)).toBe(`${subscription}${rest}?api-version=2024-05-01`);
  });

  it.each([
    '',
    'vm-web-01',
    '//evil.example/x',
    '/subscriptions/büro',
    `${subscription}/resourceGroups/../x`,
    `${subscription}/resourceGroups/rg?x=1`,
    `${subscription}/resourceGroups/rg%2e%2e`,
    `${subscription}/resourceGroups/a b`,
    `${subscription}/resourceGroups/rg#x`,
    `${subscription}/resourceGroups/a’b`,
    `https://evil.example${subscription}`,
  ])('is none to anybody where it could lead elsewhere: %s', (id) => {
    expect(typeOf(id)).toBe('');
    expect(() => pathOf(id)).toThrow('That is no id of a resource');
  });
});
