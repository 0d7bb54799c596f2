import type { Request, Response, Server } from 'restify';
import type { Faults } from '../faults.ts';
import { newId, newSecret } from './ids.ts';

export interface Upload {
  id: string;
  name: string;
  length: number;
  /** Once the bytes have come. */
  content?: Buffer;
}

/** Files on their way: an address is asked for, the bytes are sent there, then the file is shown. */
export class Uploads {
  readonly #begun = new Map<string, Upload>();
  readonly #origin: () => string;

  constructor(origin: () => string) {
    this.#origin = origin;
  }

  begin(name: string, length: number): { upload_url: string; file_id: string } {
    const ticket = newSecret();
    const id = newId('F');
    this.#begun.set(ticket, { id, name, length });
    return { upload_url: `${this.#origin()}/slack/upload/v1/${ticket}`, file_id: id };
  }

  /** The upload whose bytes are all here; it can be shown once. */
  take(id: string): Upload | undefined {
    for (const [ticket, upload] of this.#begun) {
      if (upload.id !== id || !upload.content) continue;
      this.#begun.delete(ticket);
      return upload;
    }
    return undefined;
  }

  mount(plain: Server, faults: Faults): void {
    plain.post(
      '/slack/upload/v1/:ticket',
      faults.before('slack'),
      async (request: Request, response: Response) => {
        const upload = this.#begun.get(String(request.params.ticket));
        const content = await readBytes(request);
        const status = !upload || upload.content ? 404 : content.length === upload.length ? 200 : 400;
        if (upload && status === 200) upload.content = content;
        response.send(status, status === 200 ? `OK - ${content.length}` : 'refused');
      },
    );
  }
}

/**
 * Slack also takes forms of several parts. The body parser leaves bytes unread, and reads whatever calls itself
 * something else.
 */
async function readBytes(request: Request): Promise<Buffer> {
  const { body }: { body?: unknown } = request;
  if (Buffer.isBuffer(body)) return body;
  if (typeof body === 'string') return Buffer.from(body);
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
