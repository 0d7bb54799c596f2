import type { IncomingMessage } from 'node:http';

/** Why a body was not read. After any of these the connection must end: unread bytes would be the next request. */
export type BodyFault = 'too large' | 'too slow' | 'cut off';

const readMs = 10_000;

/** The raw bytes of a request, at most `limit` of them and within ten seconds; they are what is signed. */
export function readBody(request: IncomingMessage, limit: number): Promise<Buffer | BodyFault> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(() => end('too slow'), readMs);
    const end = (read: Buffer | BodyFault) => {
      clearTimeout(timer);
      request.off('data', take);
      // What still comes is thrown away unread, so that the refusal can be written before the connection ends.
      if (typeof read === 'string') request.resume();
      resolve(read);
    };
    const take = (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > limit) return end('too large');
      chunks.push(chunk);
    };
    if (Number(request.headers['content-length'] ?? 0) > limit) return end('too large');
    request.on('data', take);
    request.once('end', () => end(Buffer.concat(chunks)));
    request.once('error', () => end('cut off'));
    request.once('close', () => end('cut off'));
  });
}
