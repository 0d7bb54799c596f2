import type { TokenCredential } from '@azure/core-auth';
import { RestError } from '@azure/core-rest-pipeline';
import { FarSideError } from '../errors.ts';
import { breakdown, refusal } from './failure.ts';
import { onlyForVaults } from './key-vault.ts';
import { isMicrosoftsVault, isVault } from './vault-address.ts';

/** Signs by ES256 with a key that never leaves its vault. */
export interface VaultSigner {
  publicKey: { kty: 'EC'; crv: 'P-256'; x: string; y: string };
  /** IEEE P1363: r and s of 32 bytes each. Throws `FarSideError`. */
  sign(content: Buffer): Promise<Buffer>;
}

/** Checkpoints come once a minute. */
const timeoutMs = 10_000;

/** The newest version of a P-256 key, `https://<vault>/keys/<name>`. Throws `FarSideError`. */
export async function openVaultSigner(options: {
  key: URL;
  credential: TokenCredential;
  /** A vault at an address that is none of Microsoft's. */
  configured?: string | undefined;
}): Promise<VaultSigner> {
  const { key, configured } = options;
  const [, , name = ''] = key.pathname.split('/');
  if (!isVault(key, configured)) {
    throw new FarSideError('azure', 'rejected', `${key.host} is no Key Vault; nothing is sent there.`);
  }
  const credential = onlyForVaults(options.credential);
  const settings = {
    retryOptions: { maxRetries: 1, maxRetryDelayInMs: 500 },
    redirectOptions: { maxRetries: 0 },
    // The challenge must name the vault's own cloud; a stand-in's host is of none.
    disableChallengeResourceVerification: !isMicrosoftsVault(key),
  };
  // Much code that most installations have no use for.
  const { CryptographyClient, KeyClient } = await import('@azure/keyvault-keys');
  const found = await ask(key, (abortSignal) =>
    new KeyClient(key.origin, credential, settings).getKey(name, { abortSignal }),
  );
  const { kty, crv, x, y } = found.key ?? {};
  if (!kty?.startsWith('EC') || crv !== 'P-256' || !x || !y || !found.id) {
    throw new FarSideError(
      'azure',
      'rejected',
      `The key ${name} is not of the type EC, P-256. Make one that is.`,
    );
  }
  const client = new CryptographyClient(found, credential, settings);
  return {
    publicKey: { kty: 'EC', crv, x: base64url(x), y: base64url(y) },
    async sign(content) {
      const { result } = await ask(key, (abortSignal) => client.signData('ES256', content, { abortSignal }));
      return Buffer.from(result);
    },
  };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url');
}

async function ask<T>(key: URL, call: (abortSignal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    return await call(deadline);
  } catch (error) {
    if (error instanceof RestError && error.response) throw refusal(error.response);
    throw breakdown(error, key.href, deadline.aborted ? timeoutMs : undefined);
  }
}
