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

/**
 * The client's own upload follows no address that came with an answer, which is how we set it: so the three steps of
 * https://docs.slack.dev/messaging/working-with-files are taken here.
 */
export function createSendFile(options: {
  api: Pick<Api, 'beginUpload' | 'endUpload'>;
  apiUrl: string;
  callFarSide?: CallFarSide | undefined;
}): SendFile {
  const { api, apiUrl, callFarSide = (_side, _call, work) => work() } = options;
  return async ({ conversation, thread }, { name, content, about }) => {
    if (content.length > mostBytes) throw failure('rejected', `the file is over ${mostBytes} bytes`);
    const { upload_url: address, file_id: id } = await api.beginUpload(name, content.length);
    if (!address || !id || !maySendTo(address, 'slack', apiUrl))
      throw failure('rejected', 'Slack names no place of its own to send the file to');
    await callFarSide('slack', 'upload', () => send(address, content));
    await api.endUpload(
      { id, title: name },
      // Blocks, because Slack would parse a comment.
      { conversation, thread, blocks: [richText('about', [line(words(about, 600))])] },
    );
  };
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
