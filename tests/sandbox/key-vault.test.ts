import { createHash, randomBytes } from 'node:crypto';
import { CryptographyClient, KeyClient } from '@azure/keyvault-keys';
import { SecretClient } from '@azure/keyvault-secrets';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCredential } from '../../src/azure/credential.ts';
import { createVaultReader } from '../../src/azure/key-vault.ts';
import { FarSideError } from '../../src/errors.ts';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { secretOf } from '../../src/secrets/secret.ts';
import { freePort } from '../support/free-port.ts';
import { outside, trust } from '../support/house.ts';

let sandbox: Sandbox;
let vault: string;
beforeAll(async () => {
  sandbox = await startSandbox({ port: 0, productPort: await freePort() });
  trust(sandbox);
  vault = sandbox.env.AZURE_KEY_VAULT ?? '';
});
afterAll(() => sandbox.stop());

const identity = (clientSecret = sandbox.env.AZURE_CLIENT_SECRET ?? '') =>
  createCredential({
    tenantId: sandbox.env.AZURE_TENANT_ID ?? '',
    clientId: sandbox.env.AZURE_CLIENT_ID ?? '',
    clientSecret: secretOf('AZURE_CLIENT_SECRET', clientSecret),
    authorityHost: sandbox.env.AZURE_AUTHORITY_HOST,
  });
/** A stand-in's host is of no cloud, so its challenge cannot name one that fits. */
const options = { disableChallengeResourceVerification: true, retryOptions: { maxRetries: 0 } };

describe('secrets of the Key Vault', () => {
  it("are read by Microsoft's own client, the newest or one version", async () => {
    const { control } = outside(sandbox);
    const client = new SecretClient(vault, identity(), options);
    const first = await control<{ version: string }>('POST', '/key-vault', { name: 'x', value: 'first' });
    await control('POST', '/key-vault', { name: 'x', value: 'second' });
    expect((await client.getSecret('x')).value).toBe('second');
    expect((await client.getSecret('x', { version: first.version })).value).toBe('first');
    await expect(client.getSecret('y')).rejects.toMatchObject({ statusCode: 404, code: 'SecretNotFound' });
  });

  it('are for nobody without a token, and the refusal says where to get one', async () => {
    const answer = await fetch(`${vault}/secrets/slack-bot-token?api-version=7.6`);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('resource="https://vault.azure.net"');
    expect(await answer.text()).not.toContain('xoxb');
  });

  it('are read by the product, which gives its token to nobody else', async () => {
    const read = createVaultReader({ credential: identity(), configured: vault });
    const at = { vault, secret: 'slack-bot-token', version: '' };
    expect(await read(at)).toBe(sandbox.env.SLACK_BOT_TOKEN);
    await expect(read({ ...at, secret: 'none' })).rejects.toMatchObject({ reason: 'not-found' });
    await expect(read({ ...at, vault: 'https://127.0.0.1:1' })).rejects.toMatchObject({ reason: 'rejected' });
    const wrong = createVaultReader({ credential: identity('wrong'), configured: vault });
    const failure = await wrong(at).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(FarSideError);
    expect(failure).toMatchObject({ reason: 'auth' });
    const unconfigured = createVaultReader({ credential: identity() });
    await expect(unconfigured(at)).rejects.toThrow('is no Key Vault; nothing is sent there.');
  });
});

describe('keys of the Key Vault', () => {
  it('sign a digest that anybody can check with the public half', async () => {
    const key = await new KeyClient(vault, identity(), options).getKey('record');
    expect(key.key?.d).toBeUndefined();
    const client = new CryptographyClient(key, identity(), options);
    const digest = createHash('sha256').update(randomBytes(40)).digest();
    const { result } = await client.sign('ES256', digest);
    expect((await client.verify('ES256', digest, result)).result).toBe(true);
    expect((await client.verify('ES256', randomBytes(32), result)).result).toBe(false);
  });

  it('sign what Web Crypto knows again', async () => {
    const key = await new KeyClient(vault, identity(), options).getKey('record');
    const said = Buffer.from('the record of today');
    const client = new CryptographyClient(key.id ?? '', identity(), options);
    const { result } = await client.sign('ES256', createHash('sha256').update(said).digest());
    const jwk = { kty: 'EC', crv: 'P-256', x: base64url(key.key?.x), y: base64url(key.key?.y) };
    const curve = { name: 'ECDSA', namedCurve: 'P-256' };
    const known = await crypto.subtle.importKey('jwk', jwk, curve, false, ['verify']);
    const algorithm = { name: 'ECDSA', hash: 'SHA-256' };
    expect(await crypto.subtle.verify(algorithm, known, Buffer.from(result), said)).toBe(true);
  });
});

const base64url = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString('base64url');
