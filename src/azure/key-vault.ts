import type { TokenCredential } from '@azure/core-auth';
import { RestError } from '@azure/core-rest-pipeline';
import { FarSideError } from '../errors.ts';
import type { CallFarSide } from '../telemetry.ts';
import { breakdown, refusal } from './failure.ts';
import { isMicrosoftsVault, isVault } from './vault-address.ts';

/** A secret in a Key Vault; its newest version where none is named. */
export interface VaultAddress {
  /** `https://contoso.vault.azure.net` */
  vault: string;
  secret: string;
  version: string;
}

/** Reads a secret's value. Throws `FarSideError`, never with a value. */
export type ReadVault = (address: VaultAddress) => Promise<string>;

/** A start waits for it, and so does whoever was refused with the old secret. */
const timeoutMs = 5_000;
/** What a token is asked for, by cloud; whatever a vault's challenge names beside these gets none. */
const vaultScopes = [
  'https://vault.azure.net/.default',
  'https://vault.usgovcloudapi.net/.default',
  'https://vault.azure.cn/.default',
];

export function createVaultReader(options: {
  credential: TokenCredential;
  /** A vault at an address that is none of Microsoft's. */
  configured?: string | undefined;
  callFarSide?: CallFarSide | undefined;
}): ReadVault {
  const { configured, callFarSide = (_side, _call, work) => work() } = options;
  const credential = onlyForVaults(options.credential);
  return ({ vault, secret, version }) =>
    callFarSide('azure', 'getSecret', async () => {
      const address = new URL(vault);
      if (!isVault(address, configured)) {
        throw new FarSideError(
          'azure',
          'rejected',
          `${address.host} is no Key Vault; nothing is sent there.`,
        );
      }
      // 3 MB that most installations have no use for.
      const { SecretClient } = await import('@azure/keyvault-secrets');
      const client = new SecretClient(vault, credential, {
        retryOptions: { maxRetries: 1, maxRetryDelayInMs: 500 },
        redirectOptions: { maxRetries: 0 },
        // The challenge must name the vault's own cloud; a stand-in's host is of none.
        disableChallengeResourceVerification: !isMicrosoftsVault(address),
      });
      const deadline = AbortSignal.timeout(timeoutMs);
      try {
        const { value } = await client.getSecret(secret, {
          ...(version && { version }),
          abortSignal: deadline,
        });
        if (value === undefined) throw new FarSideError('azure', 'not-found', `${secret} has no value.`);
        return value;
      } catch (error) {
        if (error instanceof RestError && error.response) throw refusal(error.response);
        throw breakdown(error, vault, deadline.aborted ? timeoutMs : undefined);
      }
    });
}

/** A vault says in its challenge what a token is to be for: none of ours is given away for anything but vaults. */
export function onlyForVaults(credential: TokenCredential): TokenCredential {
  return {
    async getToken(scopes, options) {
      const asked = [scopes].flat();
      if (asked.every((scope) => vaultScopes.includes(scope))) return credential.getToken(asked, options);
      throw new FarSideError(
        'azure',
        'rejected',
        'The Key Vault asks for a token that is not for Key Vaults.',
      );
    },
  };
}
