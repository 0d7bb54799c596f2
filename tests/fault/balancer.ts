import http from 'node:http';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { isHealthy } from './replica.ts';

/** The one address in front of several replicas. */
export interface Balancer {
  close(): Promise<void>;
}

const checkMs = 500;

/**
 * Sends each request to the next replica that is well; to another one where nobody listens. A connection that
 * breaks after the request left is answered 502, because the request may have been done.
 */
export async function openBalancer(port: number, urls: readonly string[]): Promise<Balancer> {
  const well = new Set(urls);
  const agent = new http.Agent({ keepAlive: false });
  let next = 0;
  const choose = (tried: Set<string>) => {
    const order = urls.map((_, n) => urls[(next + n) % urls.length] ?? '');
    next += 1;
    return order.find((url) => well.has(url) && !tried.has(url)) ?? order.find((url) => !tried.has(url));
  };

  const server = http.createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part);
    forward(request, Buffer.concat(parts), response, new Set());
  });

  function forward(
    request: http.IncomingMessage,
    body: Buffer,
    response: http.ServerResponse,
    tried: Set<string>,
  ): void {
    const url = choose(tried);
    if (!url) {
      refuse(response, 503);
      return;
    }
    tried.add(url);
    const { method, headers } = request;
    const upstream = http.request(`${url}${request.url}`, { method, headers, agent }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      answer.once('error', () => response.destroy());
    });
    upstream.once('error', (error) => {
      if (response.headersSent) response.destroy();
      else if ('code' in error && error.code === 'ECONNREFUSED') forward(request, body, response, tried);
      else refuse(response, 502);
    });
    response.once('close', () => upstream.destroy());
    upstream.end(body);
  }

  const checks = setInterval(() => {
    for (const url of urls) {
      void isHealthy(url).then((healthy) => (healthy ? well.add(url) : well.delete(url)));
    }
  }, checkMs);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    async close() {
      clearInterval(checks);
      await closeServer(server);
    },
  };
}

function refuse(response: http.ServerResponse, status: number): void {
  response.statusCode = status;
  response.end();
}
