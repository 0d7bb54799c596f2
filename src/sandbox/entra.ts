import { randomUUID } from 'node:crypto';
import {
  calculateJwkThumbprint,
  exportJWK,
  generateKeyPair,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import restify, { type Request, type Response, type Server } from 'restify';
import { z } from 'zod';

/** Stand-in for Entra ID: gives tokens to known applications and knows its own tokens again. */
export interface Entra {
  /** Adds the sign-in routes. `origin` is the server's own https address. */
  mount(secure: Server, origin: () => string): void;
  /** A signed token for this audience; `claims` win over the usual ones. `expiresIn` as jose takes it ('1h', '-1m'). */
  issue(audience: string, claims?: object, expiresIn?: string): Promise<string>;
  /** Adds `POST /api/entra`, as docs/sandbox.md lists it; the server needs restify's body parser. */
  mountControls(plain: Server): void;
  /** The claims of an `Authorization: Bearer …` header. Throws where the token is absent, forged, expired or not for one of these audiences. */
  verify(authorization: string | undefined, audiences: string[]): Promise<JWTPayload>;
}

interface EntraOptions {
  tenantId: string;
  clients: { clientId: string; secret: string }[];
}

const usualSeconds = 3_599;
const toleranceSeconds = 60;
const lifetimeToSet = z.object({ tokenSeconds: z.number().int().min(1).max(usualSeconds) });

export async function createEntra({ tenantId, clients }: EntraOptions): Promise<Entra> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  const issuer = `https://login.microsoftonline.com/${tenantId}/v2.0`;
  let lifetimeSeconds = usualSeconds;
  const applications = clients.map((client) => ({ ...client, oid: randomUUID() }));

  const issue = (audience: string, claims: object = {}, expiresIn = `${lifetimeSeconds}s`): Promise<string> =>
    new SignJWT({ ver: '2.0', tid: tenantId, ...claims })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setNotBefore('-5m')
      .setExpirationTime(expiresIn)
      .setJti(randomUUID())
      .sign(privateKey);

  async function verify(authorization: string | undefined, audiences: string[]): Promise<JWTPayload> {
    const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
    if (!token) throw new Error('There is no bearer token. Send "Authorization: Bearer <token>".');
    const { payload } = await jwtVerify(token, publicKey, {
      algorithms: ['RS256'],
      issuer,
      audience: audiences,
      // Tokens made short to see them expire expire on time.
      clockTolerance: lifetimeSeconds < usualSeconds ? 0 : toleranceSeconds,
      requiredClaims: ['exp'],
    });
    return payload;
  }

  async function answerToken(request: Request, response: Response): Promise<void> {
    const form = tokenForm.safeParse(request.body);
    if (!form.success) {
      const missing = form.error.issues.map((issue) => issue.path.join('.')).join(', ');
      return refuse(
        response,
        400,
        'invalid_request',
        `AADSTS900144: The request body lacks or misuses: ${missing}.`,
      );
    }
    const { client_id, client_secret, scope } = form.data;
    const application = applications.find(({ clientId }) => clientId === client_id);
    if (!application) {
      return refuse(
        response,
        400,
        'unauthorized_client',
        `AADSTS700016: No application '${client_id}' in this directory.`,
      );
    }
    if (application.secret !== client_secret) {
      return refuse(response, 401, 'invalid_client', 'AADSTS7000215: Invalid client secret provided.');
    }
    const audience = scope
      .split(' ')
      .find((word) => word.endsWith('/.default'))
      ?.slice(0, -'/.default'.length);
    if (!audience) {
      return refuse(
        response,
        400,
        'invalid_scope',
        `AADSTS1002012: The scope '${scope}' does not end in /.default.`,
      );
    }
    const { clientId, oid } = application;
    response.send(200, {
      token_type: 'Bearer',
      expires_in: lifetimeSeconds,
      ext_expires_in: lifetimeSeconds,
      access_token: await issue(audience, { appid: clientId, azp: clientId, oid, sub: oid, idtyp: 'app' }),
    });
  }

  return {
    issue,
    verify,
    mountControls(plain) {
      plain.post('/api/entra', async (request, response) => {
        const asked = lifetimeToSet.safeParse(request.body);
        if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
        lifetimeSeconds = asked.data.tokenSeconds;
        response.send(200, { tokenSeconds: lifetimeSeconds });
      });
    },
    mount(secure, origin) {
      secure.get(`/${tenantId}/v2.0/.well-known/openid-configuration`, async (_request, response) => {
        response.send(200, {
          issuer,
          authorization_endpoint: `${origin()}/${tenantId}/oauth2/v2.0/authorize`,
          token_endpoint: `${origin()}/${tenantId}/oauth2/v2.0/token`,
          jwks_uri: `${origin()}/${tenantId}/discovery/v2.0/keys`,
          token_endpoint_auth_methods_supported: ['client_secret_post'],
          response_types_supported: ['token'],
          subject_types_supported: ['pairwise'],
          id_token_signing_alg_values_supported: ['RS256'],
        });
      });
      secure.get(`/${tenantId}/discovery/v2.0/keys`, async (_request, response) => {
        response.send(200, { keys: [{ ...jwk, kid, use: 'sig', alg: 'RS256', issuer }] });
      });
      secure.post(
        `/${tenantId}/oauth2/v2.0/token`,
        restify.plugins.bodyParser({ mapParams: false }),
        answerToken,
      );
    },
  };
}

const tokenForm = z.object({
  grant_type: z.literal('client_credentials'),
  client_id: z.string().min(1),
  client_secret: z.string().min(1),
  scope: z.string().min(1),
});

/** Entra's error body; clients read the AADSTS number out of `error_description` and `error_codes`. */
function refuse(response: Response, status: number, error: string, description: string): void {
  response.send(status, {
    error,
    error_description: description,
    error_codes: [Number(/^AADSTS(\d+)/.exec(description)?.[1])],
    timestamp: new Date().toISOString(),
    trace_id: randomUUID(),
    correlation_id: randomUUID(),
  });
}
