import { createRemoteJWKSet, jwtVerify } from 'jose';

/**
 * Checks the Entra token with which a Logic App or a secure webhook signs in: signature, tenant, audience,
 * time. Throws with the reason. https://learn.microsoft.com/entra/identity-platform/access-tokens
 */
export function createTokenCheck(options: {
  authorityHost: string;
  tenantId: string;
  audience: string;
}): (token: string) => Promise<void> {
  const { authorityHost, tenantId, audience } = options;
  const keys = createRemoteJWKSet(new URL(`/${tenantId}/discovery/v2.0/keys`, authorityHost));
  const issuers = [
    `https://login.microsoftonline.com/${tenantId}/v2.0`,
    `https://sts.windows.net/${tenantId}/`,
  ];
  return async (token) => {
    const { payload } = await jwtVerify(token, keys, { audience, issuer: issuers, algorithms: ['RS256'] });
    if (payload.tid !== tenantId) throw new Error('token of another tenant');
  };
}
