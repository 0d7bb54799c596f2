import { randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import { Refusal } from './refusal.ts';

/** One part of an upload session is smaller than this. https://learn.microsoft.com/graph/api/driveitem-createuploadsession */
const LARGEST_PART = 60 * 1_024 * 1_024;
/** A sandbox on a laptop keeps no more; the oldest go. */
const MOST_FILES = 50;

const file = z.object({ id: z.string(), name: z.string(), content: z.base64() });
export const savedDrive = z.array(file).default([]);

/** What Teams tells a bot that may put a file somewhere. */
export interface UploadInfo {
  contentUrl: string;
  name: string;
  uploadUrl: string;
  uniqueId: string;
  fileType: string;
}

/** Everybody's OneDrive: room is made for a file, a bot fills it once, and whoever has its address reads it. */
export class Drive {
  readonly #origin: () => string;
  #files: z.infer<typeof savedDrive> = [];
  /** Upload sessions that are open, by the secret in their address. */
  readonly #sessions = new Map<string, { id: string; name: string }>();

  constructor(origin: () => string) {
    this.#origin = origin;
  }

  save(): z.infer<typeof savedDrive> {
    return this.#files.map((each) => ({ ...each }));
  }

  restore(files: z.infer<typeof savedDrive>): void {
    this.#files = files;
    this.#sessions.clear();
  }

  /** Makes room for a file. A name that is taken gets a number, as OneDrive does it. */
  makeRoom(wanted: string): UploadInfo {
    const id = randomUUID();
    const [, stem = wanted, ending = ''] = /^(.+?)(\.[^.]+)?$/.exec(wanted) ?? [];
    const taken = new Set([...this.#files, ...this.#sessions.values()].map(({ name }) => name));
    let name = wanted;
    for (let n = 1; taken.has(name); n += 1) name = `${stem} ${n}${ending}`;
    const session = randomUUID();
    this.#sessions.set(session, { id, name });
    return {
      contentUrl: this.#addressOf(id, name),
      name,
      uploadUrl: `${this.#origin()}/teams/drive/uploads/${session}`,
      uniqueId: id,
      fileType: ending.slice(1),
    };
  }

  /** Why a card that shows a file would show none; `undefined` where it is there. */
  findFault(contentUrl: unknown, uniqueId: unknown): string | undefined {
    const found = this.#files.find(({ id }) => id === uniqueId);
    if (!found) return `There is no file ${JSON.stringify(uniqueId)} in this person's OneDrive.`;
    return contentUrl === this.#addressOf(found.id, found.name)
      ? undefined
      : 'The file is not at that address.';
  }

  mount(plain: Server): void {
    plain.put('/teams/drive/uploads/:session', async (request, response) => this.#fill(request, response));
    plain.get('/teams/drive/:id/:name', async ({ params }, response) => {
      const found = this.#files.find(({ id }) => id === params.id);
      if (!found) return response.send(404, { error: { code: 'itemNotFound', message: 'Item not found' } });
      // Never shown as a page: what is in it may be an attacker's.
      response.sendRaw(200, Buffer.from(found.content, 'base64'), {
        'content-type': 'application/octet-stream',
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(found.name)}`,
        'x-content-type-options': 'nosniff',
      });
    });
  }

  async #fill(request: Request, response: Response): Promise<void> {
    try {
      const { id, name, content } = await this.#read(request);
      this.#files = [...this.#files, { id, name, content: content.toString('base64') }].slice(-MOST_FILES);
      response.send(201, { id, name, size: content.length });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      response.send(error.status, { error: { code: error.code, message: error.message } });
    }
  }

  async #read(request: Request): Promise<{ id: string; name: string; content: Buffer }> {
    const { params, headers } = request;
    const session = this.#sessions.get(params.session);
    if (!session) throw new Refusal(404, 'itemNotFound', 'The upload session was not found.');
    // The address is the right to write; a token beside it is of another and is not taken.
    if (headers.authorization !== undefined)
      throw new Refusal(401, 'unauthenticated', 'An upload session takes no Authorization header.');
    const said = `Content-Range is ${headers['content-range']}`;
    if (!(Number(headers['content-length']) <= LARGEST_PART))
      throw new Refusal(400, 'invalidRange', `${said}; a part has at most ${LARGEST_PART} bytes.`);
    // The server reads other types for itself, this one it leaves alone.
    if (headers['content-type'] !== 'application/octet-stream')
      throw new Refusal(415, 'invalidRequest', 'Bytes are sent as application/octet-stream.');
    const content = await buffer(request);
    const range = `bytes 0-${content.length - 1}/${content.length}`;
    if (content.length === 0 || headers['content-range'] !== range)
      throw new Refusal(400, 'invalidRange', `${said}; the body is ${range}.`);
    this.#sessions.delete(params.session);
    return { ...session, content };
  }

  #addressOf(id: string, name: string): string {
    return `${this.#origin()}/teams/drive/${id}/${encodeURIComponent(name)}`;
  }
}
