import type { Config } from './config.ts';
import type { Log } from './log.ts';
import { followSecrets } from './secrets/rotation.ts';
import type { Secret } from './secrets/secret.ts';

/** Who asks the Key Vaults. */
export type VaultIdentity = Omit<
  Config['azure'],
  'resourceManager' | 'graph' | 'logAnalytics' | 'eventHubs' | 'defenderEndpoint' | 'metrics'
>;

/**
 * Makes every secret known, and keeps it so: `rotated` hears of the names of those that are replaced. Throws one error
 * that names what cannot be read. Returns what ends it.
 */
export async function openSecrets(
  secrets: Secret[],
  azure: VaultIdentity,
  log: Log,
  rotated: (name: string) => void = () => {},
): Promise<() => void> {
  const inVault = secrets.some(({ origin }) => origin.kind === 'vault');
  return followSecrets(secrets, { readVault: inVault ? await createReader(azure) : nowhere, rotated, log });
}

/** Loaded only when it is wanted: the identity's library is much code. */
async function createReader({ keyVault, ...identity }: VaultIdentity) {
  const [{ createCredential }, { createVaultReader }] = await Promise.all([
    import('./azure/credential.ts'),
    import('./azure/key-vault.ts'),
  ]);
  return createVaultReader({ credential: createCredential(identity), configured: keyVault });
}

async function nowhere(): Promise<never> {
  throw new Error('No secret is in a Key Vault.');
}
