import http from 'node:http';

export interface Answer {
  status: number;
  body: string;
}

/** Keeps connections open for one measurement; a new one for each, so that none meets a server's idle limit. */
export interface Client {
  post(url: string, body: string, headers: Record<string, string>): Promise<Answer>;
  close(): void;
}

export function openClient(): Client {
  const agent = new http.Agent({ keepAlive: true });
  return {
    post: (url, body, headers) =>
      new Promise((resolve, reject) => {
        const length = { 'content-length': Buffer.byteLength(body) };
        const request = http.request(url, { method: 'POST', agent, headers: { ...headers, ...length } });
        request.once('error', reject);
        request.once('response', (response) => {
          let text = '';
          response.setEncoding('utf8');
          response.on('data', (chunk: string) => {
            text += chunk;
          });
          response.once('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
          response.once('error', reject);
        });
        request.end(body);
      }),
    close: () => agent.destroy(),
  };
}
