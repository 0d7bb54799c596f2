import { randomBytes } from 'node:crypto';
import helmet from 'helmet';
import type { Request, Response, Server } from 'restify';
import { describe, FarSideError, Refused } from '../errors.ts';
import type { Arrival, SignInDoor } from '../flow/open-sign-ins.ts';
import type { Log } from '../log.ts';
import type { Refusals } from './refusals.ts';
import { drawAnswered, drawBegin, drawCode, drawRefusal, styleHash } from './sign-in-page.ts';

export interface SignInPageOptions {
  signIns: SignInDoor;
  /** Origin under which browsers reach us. */
  publicUrl: string;
  refusals: Refusals;
  log: Log;
}

const cookieSeconds = 20 * 60;

/**
 * The pages on which people prove who they are: `GET /sign-in/{token}` says what for, `POST` leaves for Entra, `GET
 * /sign-in/callback` is the way back. A link can be passed on and be opened by programs, so opening it changes
 * nothing; what was begun in one browser can be ended in no other. Nothing of a request is ever shown again.
 */
export function mountSignInPages(server: Server, options: SignInPageOptions): void {
  const { signIns, publicUrl, refusals, log } = options;
  const isSafe = publicUrl.startsWith('https:');
  // Browsers keep `__Host-` cookies of this very host and of TLS alone.
  const cookieName = isSafe ? '__Host-watchfloor-sign-in' : 'watchfloor-sign-in';
  const protect = helmet(headers);

  const setCookie = (response: Response, value: string, seconds: number) => {
    // Lax: the browser comes back from Entra's pages. A form of another page brings no such cookie along.
    const attributes = `Path=/; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSafe ? '; Secure' : ''}`;
    response.setHeader('set-cookie', `${cookieName}=${value}; ${attributes}`);
  };

  const page =
    (work: (request: Request, response: Response) => Promise<void>) =>
    async (request: Request, response: Response): Promise<void> => {
      protect(request, response, () => {});
      response.setHeader('cache-control', 'no-store');
      if (await refusals.isTooMuch(request)) return send(response, 429, drawRefusal(tooOften));
      try {
        await work(request, response);
      } catch (error) {
        const { status, sentence } = explain(error, log);
        const told =
          status === 403 ? await refusals.refuse(request, 'sign-in', status, 'not such a sign-in') : status;
        send(response, told, drawRefusal(sentence));
      }
    };

  server.get(
    '/sign-in/callback',
    page(async (request, response) => {
      const browser = cookieOf(request, cookieName);
      if (!browser) throw new Refused(otherBrowser);
      const arrival = await signIns.comeBack(new URL(request.url ?? '/', publicUrl), browser);
      setCookie(response, '', 0);
      send(response, 200, drawArrival(arrival));
    }),
  );

  server.get(
    '/sign-in/:token',
    page(async (request, response) => {
      const purpose = await signIns.look(String(request.params.token));
      if (!purpose) throw new Refused(over);
      setCookie(
        response,
        cookieOf(request, cookieName) ?? randomBytes(32).toString('base64url'),
        cookieSeconds,
      );
      send(response, 200, drawBegin(purpose));
    }),
  );

  server.post(
    '/sign-in/:token',
    page(async (request, response) => {
      const browser = cookieOf(request, cookieName);
      if (!browser || isFromElsewhere(request, publicUrl)) throw new Refused(otherBrowser);
      const url = await signIns.leave(String(request.params.token), browser);
      response.writeHead(303, { location: url.href });
      response.end();
    }),
  );
}

const tooOften = 'Too many requests came from this address. Try again in a minute.';
const over = 'This link was used already or is more than ten minutes old. Ask for a new one in chat.';
const otherBrowser =
  'This sign-in was not begun in this browser, or the browser keeps no cookies. Open the link from chat again, here.';

/** No script, no picture, nobody else's page around it; the next page does not learn this one's address. */
const headers: Parameters<typeof helmet>[0] = {
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      styleSrc: [styleHash],
      // Browsers hold the redirect to Entra, and on to a company's own sign-in, to be the form's target too.
      formAction: ["'self'", 'https:'],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
};

function drawArrival(arrival: Arrival): string {
  switch (arrival.kind) {
    case 'link':
      return drawCode(arrival.slackName, arrival.code);
    case 'answer':
      return drawAnswered(arrival.told);
  }
}

function explain(error: unknown, log: Log): { status: number; sentence: string } {
  if (error instanceof Refused) return { status: 403, sentence: error.message };
  if (error instanceof FarSideError && error.reason === 'rejected')
    return { status: 403, sentence: 'You were not signed in. Ask for a new link in chat and try again.' };
  log.error({ error: describe(error) }, 'sign-in page failed');
  return { status: 503, sentence: 'Entra ID cannot be asked now. Try again in a minute.' };
}

/** Whether another site's page sent the form. A page that tells no referrer tells no origin either: `null`. */
function isFromElsewhere({ headers }: Request, publicUrl: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin';
  return headers.origin !== undefined && headers.origin !== 'null' && headers.origin !== publicUrl;
}

/** Ours alone: 256 bits, as we made them. */
function cookieOf(request: Request, name: string): string | undefined {
  const cookies = (request.headers.cookie ?? '').split(/;\s*/);
  const value = cookies.find((one) => one.startsWith(`${name}=`))?.slice(name.length + 1);
  return value !== undefined && /^[\w-]{43}$/.test(value) ? value : undefined;
}

function send(response: Response, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(html),
  });
  response.end(html);
}
