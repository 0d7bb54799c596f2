import { badRequest } from './arm-error.ts';

/** The address of the next page: the one that was called, with `$skipToken`. The token says where to go on. */
export function nextLink(called: URL, token: unknown): string {
  const next = new URL(called);
  next.searchParams.set('$skipToken', Buffer.from(JSON.stringify(token)).toString('base64url'));
  return next.href;
}

/** What `nextLink` put there; `undefined` on the first page. A token that is none of ours is refused. */
export function readToken(called: URL): unknown {
  const token = called.searchParams.get('$skipToken');
  if (!token) return undefined;
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString());
  } catch {
    throw badRequest(`The $skipToken '${token}' is not valid. Follow nextLink as it is.`);
  }
}
