import { FarSideError } from '../../errors.ts';
import { maySendTo } from '../../outgoing.ts';

/** One part of an upload session takes less; more than that nobody reads as a table. */
const largestFile = 20_000_000;
const timeout = 30_000;

/**
 * Puts a file where OneDrive has made room for it, in one part. The address is good once and for whoever holds it, so no
 * token of ours goes there. `configured` is the service URL, whose origin is trusted beside SharePoint's hosts.
 * https://learn.microsoft.com/graph/api/driveitem-createuploadsession
 */
export async function upload(url: string, configured: string, content: Uint8Array): Promise<void> {
  if (!maySendTo(url, 'files', configured))
    throw new FarSideError(
      'teams',
      'rejected',
      'The file is to go to a host that is not SharePoint; it is not sent.',
    );
  if (content.length === 0 || content.length > largestFile)
    throw new FarSideError(
      'teams',
      'rejected',
      `The file has ${content.length} bytes; 1 to ${largestFile} are sent.`,
    );
  const answer = await fetch(url, {
    method: 'PUT',
    redirect: 'error',
    signal: AbortSignal.timeout(timeout),
    headers: {
      'content-type': 'application/octet-stream',
      'content-range': `bytes 0-${content.length - 1}/${content.length}`,
    },
    body: new Uint8Array(content),
  }).catch(unreachable);
  await answer.body?.cancel();
  // 202 asks for the rest, and there is none: the whole was sent.
  if (answer.status === 200 || answer.status === 201) return;
  throw new FarSideError(
    'teams',
    answer.status >= 500 ? 'unavailable' : 'rejected',
    `OneDrive answered ${answer.status} to the file.`,
  );
}

function unreachable(error: unknown): never {
  const isLate = error instanceof Error && error.name === 'TimeoutError';
  throw new FarSideError(
    'teams',
    isLate ? 'timeout' : 'unavailable',
    'OneDrive is out of reach; the file is not there.',
  );
}
