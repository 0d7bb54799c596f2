import { isKnown, maySendTo } from '../outgoing.ts';

/** Whether this is one of Microsoft's Key Vaults, by https and at the usual port. */
export function isMicrosoftsVault(url: URL): boolean {
  return isKnown(url, 'vault');
}

/** Whether this is a Key Vault: one of Microsoft's, or the one whose address is configured beside them. */
export function isVault(url: URL, configured: string | undefined): boolean {
  return url.protocol === 'https:' && maySendTo(url, 'vault', configured);
}
