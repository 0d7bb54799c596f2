import { randomBytes } from 'node:crypto';
import restify, { type Request, type Response, type Server } from 'restify';
import { z } from 'zod';
import type { Directory } from '../graph/directory.ts';
import { people } from '../people.ts';
import type { Applications } from './applications.ts';
import type { Asked, Codes, SignedIn } from './codes.ts';
import { readReturn, readWish, type Wish } from './read-authorize.ts';
import { EntraRefusal } from './refusal.ts';
import { drawFault, drawSignIn } from './sign-in-page.ts';

export interface AuthorizeParts {
  tenantId: string;
  applications: Applications;
  codes: Codes;
  directory: Directory;
  now: () => number;
}

const cookieName = 'ESTSAUTH';

/** Where browsers are sent to sign in, and the page on which people say who they are. */
export function mountAuthorize(secure: Server, parts: AuthorizeParts): void {
  const { tenantId, applications, codes, directory, now } = parts;
  const sessions = new Map<string, SignedIn>();
  const waiting = new Map<string, Asked>();
  const loginPath = `/${tenantId}/login`;

  secure.get(
    `/${tenantId}/oauth2/v2.0/authorize`,
    shown(async (request, response) => {
      const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
      const back = readReturn(applications, url);
      try {
        const wish = readWish(url, back);
        const session = sessions.get(cookieOf(request));
        if (session && directory.isEnabled(session.person) && isEnough(session, wish, now())) {
          return sendBack(response, wish.asked, { code: codes.issue(wish.asked, session) });
        }
        if (wish.prompt === 'none') {
          throw new EntraRefusal(400, 'login_required', 'AADSTS50058: No user is signed in.');
        }
        const flow = randomBytes(24).toString('base64url');
        waiting.set(flow, wish.asked);
        sendPage(response, 200, drawSignIn(loginPath, flow, [...directory.accounts, ...outsiders]));
      } catch (failure) {
        if (!(failure instanceof EntraRefusal)) throw failure;
        const state = url.searchParams.get('state') ?? undefined;
        sendBack(response, { ...back, state }, { error: failure.error, error_description: failure.message });
      }
    }),
  );

  secure.post(
    loginPath,
    restify.plugins.bodyParser({ mapParams: false }),
    shown(async (request, response) => {
      const { flow, person: id } = chosen.parse(request.body);
      const asked = waiting.get(flow);
      waiting.delete(flow);
      if (!asked)
        throw new EntraRefusal(
          400,
          'invalid_request',
          'AADSTS900144: The sign-in has ended. Start it again.',
        );
      if (id === '') {
        const error_description = 'AADSTS65004: User declined to consent to access the app.';
        return sendBack(response, asked, {
          error: 'access_denied',
          error_subcode: 'cancel',
          error_description,
        });
      }
      const signedIn = { person: admit(directory, id), at: now() };
      const session = randomBytes(24).toString('base64url');
      sessions.set(session, signedIn);
      response.setHeader('set-cookie', `${cookieName}=${session}; Path=/; HttpOnly; Secure; SameSite=None`);
      sendBack(response, asked, { code: codes.issue(asked, signedIn) });
    }),
  );
}

const chosen = z.object({ flow: z.string(), person: z.string() });
/** They may try, and are told that they have no account here. */
const outsiders = people.filter(({ kind }) => kind === 'external');

/** Whether whoever signed in before need not do so again. */
function isEnough({ at }: SignedIn, { prompt, maxAge }: Wish, now: number): boolean {
  if (prompt === 'login' || prompt === 'select_account') return false;
  return maxAge === undefined || now - at <= maxAge * 1_000;
}

function admit(directory: Directory, id: string) {
  const person = people.find((one) => one.id === id);
  const account = person && directory.find(person.oid);
  if (!account) {
    throw new EntraRefusal(
      400,
      'invalid_request',
      `AADSTS50020: User account '${person?.upn ?? ''}' from another identity provider does not exist in tenant 'Contoso' and cannot access the application in that tenant.`,
    );
  }
  if (!directory.isEnabled(account)) {
    throw new EntraRefusal(400, 'invalid_grant', 'AADSTS50057: The user account is disabled.');
  }
  return account;
}

function sendBack(
  response: Response,
  { redirectUri, state }: Pick<Asked, 'redirectUri' | 'state'>,
  answer: Record<string, string>,
): void {
  const to = new URL(redirectUri);
  for (const [name, value] of Object.entries({ ...answer, ...(state && { state }) })) {
    to.searchParams.set(name, value);
  }
  to.searchParams.set('session_state', '00000000-0000-0000-0000-000000000000');
  response.writeHead(302, { location: to.href, 'cache-control': 'no-store' });
  response.end();
}

function sendPage(response: Response, status: number, html: string): void {
  response.sendRaw(status, html, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
  });
}

/** Entra shows faults that it can tell no application. */
function shown(work: (request: Request, response: Response) => Promise<void>) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      await work(request, response);
    } catch (failure) {
      if (failure instanceof EntraRefusal) sendPage(response, failure.status, drawFault(failure.message));
      else if (failure instanceof z.ZodError)
        sendPage(response, 400, drawFault('AADSTS900144: Bad request.'));
      else throw failure;
    }
  };
}

function cookieOf(request: Request): string {
  const cookies = (request.headers.cookie ?? '').split(/;\s*/);
  return cookies.find((one) => one.startsWith(`${cookieName}=`))?.slice(cookieName.length + 1) ?? '';
}
