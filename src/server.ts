import type { AddressInfo } from 'node:net';
import restify, { type Server } from 'restify';
import type { Log } from './log.ts';

/** One HTTP server carries everything that the product serves; each edge mounts its own route. */
export function createServer(log: Log): Server {
  const server = restify.createServer({ name: 'watchfloor', handleUncaughtExceptions: false });
  // An answer that restify makes itself (404, 405, a fault of ours) tells nothing of the inside.
  server.on('restifyError', (request, response, error, callback) => {
    const status = typeof error.statusCode === 'number' ? error.statusCode : 500;
    if (status >= 500) log.error({ path: request.path(), reason: String(error.message) }, 'request failed');
    if (!response.headersSent) response.send(status);
    return callback();
  });
  return server;
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
