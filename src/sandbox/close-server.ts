import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Ends a server and every connection to it, and is done when they are gone. `closeAllConnections` does not see those
 * whose TLS handshake is still under way, and such a one would hold the server open for the minute that a client has
 * to send its headers. https://nodejs.org/api/http.html#servercloseallconnections
 */
export function closeServer(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve();
  return new Promise((resolve) => {
    server.on('secureConnection', (socket: Socket) => socket.destroy());
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
