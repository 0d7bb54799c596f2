import { randomUUID } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose';

export const BOT_FRAMEWORK_ISSUER = 'https://api.botframework.com';

/** A key of the Bot Framework: it signs activities, its public half is served with the channels it may speak for. */
export interface BotFrameworkKey {
  kid: string;
  privateKey: CryptoKey;
  published: object;
}

export async function createBotFrameworkKey(endorsements: string[] = ['msteams']): Promise<BotFrameworkKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateKey, published: { ...jwk, kid, use: 'sig', alg: 'RS256', endorsements } };
}

export interface ActivityToken {
  key: BotFrameworkKey;
  /** The bot's application id. */
  audience: string;
  serviceUrl: string;
  issuer?: string;
  /** Names another key than the one that signs. */
  kid?: string;
  /** As jose takes it: '1h', '-10m'. */
  expiresIn?: string;
}

/** The bearer token that comes with an activity. Every part can be made wrong, to forge one. */
export function signActivityToken(token: ActivityToken): Promise<string> {
  return new SignJWT({ serviceurl: token.serviceUrl })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: token.kid ?? token.key.kid })
    .setIssuer(token.issuer ?? BOT_FRAMEWORK_ISSUER)
    .setAudience(token.audience)
    .setIssuedAt()
    .setNotBefore('-5m')
    .setExpirationTime(token.expiresIn ?? '1h')
    .setJti(randomUUID())
    .sign(token.key.privateKey);
}
