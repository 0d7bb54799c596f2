import { errors } from 'jose';
import type { Entra } from '../entra.ts';
import { people, principalNameOf } from '../people.ts';
import { LogsRefusal, noAccess } from './door-refusal.ts';

/** Whose query it is: Azure counts what runs by this. */
export interface Identity {
  kind: 'application' | 'person';
  oid: string;
  /** Principal name of a person, client id of an application. */
  name: string;
}

export const LOGS_AUDIENCE = 'https://api.loganalytics.io';
const audiences = [LOGS_AUDIENCE, `${LOGS_AUDIENCE}/`, 'https://api.loganalytics.azure.com'];

/** Who may read logs by their own right; the others get their answers through the product or not at all. */
const readers = ['olivia', 'adam', 'priya', 'lena', 'amara'];

export async function recognise(authorization: string | undefined, entra: Entra): Promise<Identity> {
  if (!authorization) {
    throw new LogsRefusal(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
    );
  }
  const claims = await entra.verify(authorization, audiences).catch(refuseToken);
  const person = people.find(({ oid }) => oid === claims.oid);
  if (!person) {
    const appid = String(claims.appid ?? claims.azp ?? '');
    return { kind: 'application', oid: String(claims.oid ?? appid), name: appid };
  }
  if (!readers.includes(person.id)) throw noAccess();
  return { kind: 'person', oid: person.oid, name: principalNameOf(person) };
}

function refuseToken(failure: unknown): never {
  if (failure instanceof errors.JWTClaimValidationFailed && failure.claim === 'aud') {
    throw new LogsRefusal(
      403,
      'InvalidAuthenticationTokenAudience',
      `The access token has been obtained for a wrong audience. It should be one of '${audiences.join("', '")}'.`,
    );
  }
  throw new LogsRefusal(403, 'InvalidAuthenticationToken', 'The access token is invalid.');
}
