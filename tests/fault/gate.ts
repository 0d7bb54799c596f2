import http from 'node:http';
import https from 'node:https';
import net, { type AddressInfo } from 'node:net';
import { closeServer } from '../../src/sandbox/close-server.ts';

/** Something between the product and a far side that can stand still. */
export interface Gate {
  port: number;
  /** Nothing gets through, either way, and no connection ends: as behind a firewall that drops packets. */
  stall(): void;
  flow(): void;
  close(): Promise<void>;
}

/** A call that went through and was answered, in the order of the answers. */
export interface Call {
  method: string;
  path: string;
  asked: string;
  status: number;
  answered: string;
}

/** For any protocol: what comes is passed on byte by byte. */
export async function openPipe(target: { host: string; port: number }): Promise<Gate> {
  const sockets = new Set<net.Socket>();
  let stalled = false;
  const server = net.createServer((near) => {
    const far = net.connect(target);
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one);
      one.on('data', (bytes) => other.write(bytes));
      one.on('end', () => other.end());
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      if (stalled) one.pause();
    }
  });
  return {
    port: await listen(server),
    stall() {
      stalled = true;
      for (const socket of sockets) socket.pause();
    },
    flow() {
      stalled = false;
      for (const socket of sockets) socket.resume();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/**
 * For HTTP: passes calls on and tells of each. With `tls` it answers as that certificate, trusts that authority,
 * and puts its own address where the far side names itself.
 */
export async function openRecorder(
  origin: string,
  tell: (call: Call) => void,
  tls?: { cert: string; key: string; farCa: string },
): Promise<Gate> {
  let gate = Promise.resolve();
  let open: () => void = () => {};

  const handle = async (request: http.IncomingMessage, response: http.ServerResponse) => {
    const body = await readAll(request);
    await gate;
    const path = request.url ?? '/';
    const { method = 'GET', headers } = request;
    const client = tls ? https : http;
    const further = { method, headers, ...(tls && { ca: tls.farCa }) };
    const far = client.request(`${origin}${path}`, further, async (answer) => {
      try {
        const answered = await readAll(answer);
        const status = answer.statusCode ?? 0;
        tell({ method, path, asked: body.toString(), status, answered: answered.toString() });
        await gate;
        const { 'content-length': _, ...others } = answer.headers;
        response.writeHead(status, others);
        response.end(tls ? answered.toString().replaceAll(origin, `https://${headers.host}`) : answered);
      } catch {
        // An answer that broke off half-way breaks off here as well.
        response.destroy();
      }
    });
    far.once('error', () => response.destroy());
    far.end(body);
  };
  const answer = (request: http.IncomingMessage, response: http.ServerResponse) => {
    handle(request, response).catch(() => response.destroy());
  };
  const server = tls ? https.createServer(tls, answer) : http.createServer(answer);
  return {
    port: await listen(server),
    stall() {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    flow: () => open(),
    async close() {
      open();
      await closeServer(server);
    },
  };
}

async function readAll(stream: AsyncIterable<Buffer>): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

function listen(server: net.Server): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address: AddressInfo | string | null = server.address();
      resolve(typeof address === 'object' && address ? address.port : 0);
    });
  });
}
