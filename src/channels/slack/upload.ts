import { FarSideError } from '../../errors.ts';
import { maySendTo } from '../../outgoing.ts';
import type { CallFarSide } from '../../telemetry.ts';
import type { FileView, Spot } from '../channel.ts';
import type { Api } from './api.ts';
import { line, richText, words } from './text.ts';

/** A result that is larger is of no use in a chat; Slack itself takes a gigabyte. */
const mostBytes = 20 * 1024 * 1024;
/** Twenty megabytes on a slow line; nobody waits in front of it. */
const timeoutMs = 30_000;

/** Puts a file into a conversation, or into a thread of it. Throws `FarSideError`. */
export type SendFile = (spot: Spot, file: FileView) => Promise<void>;

/** Gives Slack a picture for blocks to show, in no conversation: whoever sees those sees it. Its id; throws `FarSideError`. */
export type KeepFile = (name: string, content: Uint8Array) => Promise<string>;

interface UploadOptions<Call extends keyof Api> {
  api: Pick<Api, 'beginUpload' | Call>;
  apiUrl: string;
  callFarSide?: CallFarSide | undefined;
}

export function createSendFile(options: UploadOptions<'endUpload'>): SendFile {
  return async ({ conversation, thread }, { name, content, about }) => {
    const id = await upload(options, name, content);
    await options.api.endUpload(
      { id, title: name },
      // Blocks, because Slack would parse a comment.
      { conversation, thread, blocks: [richText('about', [line(words(about, 600))])] },
    );
  };
}

export function createKeepFile(options: UploadOptions<'keepUpload'>): KeepFile {
  return async (name, content) => {
    const id = await upload(options, name, content);
    await options.api.keepUpload({ id, title: name });
    return id;
  };
}

/**
 * The client's own upload follows no address that came with an answer, which is how we set it: so the three steps of
 * https://docs.slack.dev/messaging/working-with-files are taken here. These are the first two; the id of the file.
 */
async function upload(
  { api, apiUrl, callFarSide = (_side, _call, work) => work() }: UploadOptions<never>,
  name: string,
  content: Uint8Array,
): Promise<string> {
  if (content.length > mostBytes) throw failure('rejected', `the file is over ${mostBytes} bytes`);
  const { upload_url: address, file_id: id } = await api.beginUpload(name, content.length);
  if (!address || !id || !maySendTo(address, 'slack', apiUrl))
    throw failure('rejected', 'Slack names no place of its own to send the file to');
  await callFarSide('slack', 'upload', () => send(address, content));
  return id;
}

async function send(address: string, content: Uint8Array): Promise<void> {
  let status: number;
  try {
    const answer = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream' },
      body: Buffer.from(content),
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
    status = answer.status;
    await answer.body?.cancel();
  } catch (error) {
    const isLate = error instanceof Error && error.name === 'TimeoutError';
    // Whoever has the address can upload: it stays out of the error.
    throw isLate
      ? failure('timeout', 'Slack did not answer in time')
      : failure('unavailable', 'Slack could not be reached');
  }
  if (status === 429) throw failure('rate-limited', 'Slack asks to wait');
  if (status >= 500) throw failure('unavailable', `HTTP status ${status}`);
  if (status !== 200) throw failure('rejected', `HTTP status ${status}`);
}

function failure(reason: FarSideError['reason'], sentence: string): FarSideError {
  return new FarSideError('slack', reason, `Slack file upload: ${sentence}.`);
}
