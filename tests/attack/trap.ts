import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer } from '../../src/sandbox/close-server.ts';

/** A server of the attacker: whatever reaches it is one request too many. */
export interface Trap extends AsyncDisposable {
  url: string;
  port: number;
  /** Requests that came, with their headers and bodies. */
  caught: string[];
}

export async function setTrap(
  answer: (request: IncomingMessage, response: ServerResponse) => void = (_request, response) =>
    void response.end('{}'),
): Promise<Trap> {
  const caught: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    caught.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}\n${body}`);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    caught,
    async [Symbol.asyncDispose]() {
      await closeServer(server);
    },
  };
}

/** Answers everything by sending on to somewhere else, body and all. */
export const sendOnTo = (url: string) => (_request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(307, { location: `${url}/stolen` }).end();
};
