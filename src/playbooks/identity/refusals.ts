import { unlicensed } from '../../azure/graph-lacking.ts';
import { FarSideError, Refused } from '../../errors.ts';

export interface Wanted {
  /** Application permission of Graph. */
  permission: string;
  /** Whom it is done to; with the directory roles that they hold where Graph asks for one above them. */
  of?: { upn: string; roles?: string[] };
}

/** The work's outcome; what Graph says no to for good is told as what to do about it, everything else is thrown on. */
export async function unlessRefused<T>(work: Promise<T>, wanted: Wanted): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof FarSideError)) throw error;
    throw inWords(error, wanted);
  }
}

function inWords(error: FarSideError, { permission, of }: Wanted): Error {
  const { side, reason, message, retryAfter } = error;
  if (reason === 'rate-limited') {
    const says = 'Microsoft Graph takes no more calls at the moment. Try again in a minute.';
    return new FarSideError(side, reason, says, {
      cause: error,
      ...(retryAfter === undefined ? {} : { retryAfter }),
    });
  }
  if (reason === 'not-found' && of) return gone(of);
  // A 401 is `auth` as well, and says nothing but that our own sign-in is no longer good.
  if (reason !== 'auth' || !message.startsWith('Azure answered 403')) return error;
  if (unlicensed.test(message)) return new Refused('Identity Protection needs Microsoft Entra ID P2.');
  const grant = `grant the application ${permission} (Entra ID → App registrations → API permissions), with admin consent`;
  // Graph says the same words to both.
  if (of?.roles?.length) {
    return new Refused(
      `Graph refused: ${of.upn} holds ${of.roles.join(', ')}, and to change it the application needs a directory role, Privileged Authentication Administrator for any account. Have an administrator do it in Entra ID; or give the application that role, and ${grant}.`,
    );
  }
  return new Refused(`Graph refused: our application may not do this. To allow it, ${grant}.`);
}

export const gone = ({ upn }: { upn: string }): Refused =>
  new Refused(`${upn} is no longer in the directory. There is nothing left to change.`);
