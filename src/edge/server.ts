import type { AddressInfo, Socket } from 'node:net';
import helmet from 'helmet';
import restify, { type Server } from 'restify';
import type { Log } from '../log.ts';
import type { Refusals } from './refusals.ts';

/** Milliseconds. Whoever sends us something is a machine with a good line; a body has ten seconds besides. */
const headersTimeout = 10_000;
const requestTimeout = 20_000;
/** Longer than a load balancer keeps an idle connection (Azure Application Gateway: a minute), so that it closes first. */
const keepAliveTimeout = 75_000;
/** Each may hold a body of a megabyte before it is believed. One address has half of them: it may be a proxy's. */
const mostConnections = 2_048;
const mostOfOneAddress = 1_024;

/** Nothing that is served is a page with anything in it; what is, says so itself. */
const protect = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
    },
  },
  referrerPolicy: { policy: 'no-referrer' },
  xFrameOptions: { action: 'deny' },
});

/** Doors that find out for themselves whether they believe a sender before they refuse any. */
const isHeardOut = /^\/(healthz$|readyz$|webhooks\/|slack\/events|api\/messages|sign-in\/)/;

/** One HTTP server carries everything that the product serves; each edge mounts its own route. */
export function createServer(log: Log, refusals: Refusals): Server {
  const server = restify.createServer({ name: '', handleUncaughtExceptions: false });
  bound(server);
  server.pre((request, response, next) => {
    // What is answered is for whoever asked now.
    response.setHeader('cache-control', 'no-store');
    protect(request, response, () => void passOn());

    async function passOn(): Promise<void> {
      if (isHeardOut.test(request.path()) || !(await refusals.isTooMuch(request))) return next();
      response.send(429);
      next(false);
    }
  });
  // An answer that restify makes itself (404, 405, a fault of ours) tells nothing of the inside.
  server.on('restifyError', (request, response, error, callback) => {
    const status = typeof error.statusCode === 'number' ? error.statusCode : 500;
    if (status >= 500) log.error({ path: request.path(), reason: String(error.message) }, 'request failed');
    const answer = (given: number) => {
      if (!response.headersSent) response.send(given);
      callback();
    };
    if (status >= 500) return answer(status);
    const reason = status === 405 ? 'method not offered' : status === 404 ? 'unknown path' : 'not understood';
    refusals.refuse(request, 'http', status, reason).then(answer, () => answer(status));
  });
  return server;
}

function bound({ server: http }: Server): void {
  Object.assign(http, { headersTimeout, requestTimeout, keepAliveTimeout, maxConnections: mostConnections });
  const open = new Map<string, number>();
  http.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    const count = (open.get(address) ?? 0) + 1;
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left > 0) open.set(address, left);
      else open.delete(address);
    });
    if (count > mostOfOneAddress) socket.destroy();
  });
}

/** Listens and returns the port, which is a free one where 0 was asked for. */
export function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve((server.server.address() as AddressInfo).port);
    });
  });
}

/** Stops accepting and lets answers under way end; idle connections are cut. */
export function shut(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.server.closeIdleConnections();
    setTimeout(() => server.server.closeAllConnections(), 3_000).unref();
  });
}
