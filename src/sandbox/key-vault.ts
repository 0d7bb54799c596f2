import { generateKeyPairSync, type JsonWebKey, randomBytes } from 'node:crypto';
import restify, { type Request, type Response, type Server } from 'restify';
import { z } from 'zod';
import { signDigest, verifyDigest } from './ecdsa.ts';
import type { Entra } from './entra.ts';

/** Stand-in for one Key Vault: secrets, and keys that sign without ever leaving it. All is in memory. */
export interface KeyVault {
  /** Adds the vault's routes to the TLS server. `origin` is the server's own https address. */
  mount(secure: Server, origin: () => string): void;
  /** Adds the calls of docs/sandbox.md; the server needs restify's body parser. */
  mountControls(plain: Server): void;
  /** A new version of a secret, which is the newest from now on. */
  put(name: string, value: string): { name: string; version: string };
}

interface Version<T> {
  version: string;
  made: number;
  is: T;
}
type Shelf<T> = Map<string, Version<T>[]>;

const audience = 'https://vault.azure.net';
const parsed = restify.plugins.bodyParser({ mapParams: false });
const base64url = z.string().regex(/^[\w-]+$/);
const toSign = z.object({ alg: z.literal('ES256'), value: base64url });
const toVerify = z.object({ alg: z.literal('ES256'), digest: base64url, value: base64url });
const toPut = z.object({
  name: z.string().regex(/^[0-9A-Za-z-]{1,127}$/),
  value: z.string().min(1).optional(),
});

export function createKeyVault(options: {
  tenantId: string;
  entra: Entra;
  secrets: Record<string, string>;
  /** Names of EC P-256 keys that are there from the start. */
  keys: string[];
}): KeyVault {
  const { tenantId, entra } = options;
  const secrets: Shelf<string> = new Map();
  const keys: Shelf<JsonWebKey> = new Map();
  for (const [name, value] of Object.entries(options.secrets)) add(secrets, name, value);
  for (const name of options.keys) {
    add(keys, name, generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }));
  }

  return {
    put: (name, value) => ({ name, version: add(secrets, name, value) }),
    mount(secure, origin) {
      const guarded =
        (answer: (request: Request, response: Response) => void) =>
        async (request: Request, response: Response) => {
          const stranger = await entra.verify(request.header('authorization'), [audience]).then(
            () => undefined,
            (error: unknown) => String(error),
          );
          if (stranger === undefined) return answer(request, response);
          // The SDK asks without a token first, to be told where to get one and for what.
          const authority = `https://login.microsoftonline.com/${tenantId}`;
          response.header('WWW-Authenticate', `Bearer authorization="${authority}", resource="${audience}"`);
          refuse(response, 401, 'Unauthorized', 'AKV10000: Request is missing a Bearer or PoP token.');
        };

      const getSecret = guarded((request, response) => {
        const found = find(secrets, request);
        if (!found) return refuse(response, 404, 'SecretNotFound', missing('secret', request));
        response.send(200, {
          value: found.is,
          id: `${origin()}/secrets/${request.params.name}/${found.version}`,
          attributes: attributesOf(found),
        });
      });
      const getKey = guarded((request, response) => {
        const found = find(keys, request);
        if (!found) return refuse(response, 404, 'KeyNotFound', missing('key', request));
        const { kty, crv, x, y } = found.is;
        const kid = `${origin()}/keys/${request.params.name}/${found.version}`;
        const key = { kid, kty, crv, x, y, key_ops: ['sign', 'verify'] };
        response.send(200, { key, attributes: attributesOf(found) });
      });
      for (const version of ['', '/', '/:version']) {
        secure.get(`/secrets/:name${version}`, getSecret);
        secure.get(`/keys/:name${version}`, getKey);
      }

      const withKey = <T>(
        body: z.ZodType<T>,
        digest: (asked: T) => string,
        answer: (key: JsonWebKey, digest: Buffer, asked: T) => object,
      ) =>
        guarded((request, response) => {
          const found = find(keys, request);
          if (!found) return refuse(response, 404, 'KeyNotFound', missing('key', request));
          const asked = body.safeParse(request.body);
          const bytes = asked.success ? Buffer.from(digest(asked.data), 'base64url') : undefined;
          if (!asked.success || bytes?.length !== 32) {
            return refuse(response, 400, 'BadParameter', 'ES256 takes a digest of 32 bytes.');
          }
          const kid = `${origin()}/keys/${request.params.name}/${found.version}`;
          response.send(200, { kid, ...answer(found.is, bytes, asked.data) });
        });
      const sign = withKey(
        toSign,
        ({ value }) => value,
        (key, digest) => ({ value: signDigest(digest, key).toString('base64url') }),
      );
      const verify = withKey(
        toVerify,
        ({ digest }) => digest,
        (key, digest, { value }) => ({ value: verifyDigest(digest, Buffer.from(value, 'base64url'), key) }),
      );
      // The SDK leaves the version out where it was not told one.
      for (const version of ['/', '/:version/']) {
        secure.post(`/keys/:name${version}sign`, parsed, sign);
        secure.post(`/keys/:name${version}verify`, parsed, verify);
      }
      secure.post('/keys/:name//sign', parsed, sign);
      secure.post('/keys/:name//verify', parsed, verify);
    },
    mountControls(plain) {
      plain.post('/api/key-vault', async (request: Request, response: Response) => {
        const asked = toPut.safeParse(request.body);
        if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
        const { name, value = randomBytes(24).toString('base64url') } = asked.data;
        response.send(200, { name, version: add(secrets, name, value), value });
      });
    },
  };
}

function add<T>(shelf: Shelf<T>, name: string, is: T): string {
  const version = randomBytes(16).toString('hex');
  shelf.set(name, [{ version, made: Math.floor(Date.now() / 1_000), is }, ...(shelf.get(name) ?? [])]);
  return version;
}

/** The version that is asked for, or the newest. */
function find<T>(shelf: Shelf<T>, { params }: Request): Version<T> | undefined {
  const versions = shelf.get(String(params.name)) ?? [];
  return params.version ? versions.find(({ version }) => version === params.version) : versions[0];
}

function attributesOf({ made }: Version<unknown>): object {
  return { enabled: true, created: made, updated: made, recoveryLevel: 'Recoverable+Purgeable' };
}

function missing(kind: string, { params }: Request): string {
  return `A ${kind} with (name/id) ${params.name}/${params.version ?? ''} was not found in this key vault.`;
}

function refuse(response: Response, status: number, code: string, message: string): void {
  response.send(status, { error: { code, message } });
}
