import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Refusals } from '../../edge/refusals.ts';

export interface Refusal {
  status: number;
  /** For the log only. */
  reason: string;
}
/** Answered at the door: nothing more to say. */
export interface Receipt {
  status: 200;
  said: string;
}
export const received: Receipt = { status: 200, said: '' };

/** A refusal has no body; its reason is in the log. */
export async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  given: Refusal | Receipt,
  refuse: Refusals['refuse'],
): Promise<void> {
  if ('said' in given) {
    send(response, given.status, given.said, 'text/plain; charset=utf-8');
    return;
  }
  const status = await refuse(request, 'slack', given.status, given.reason);
  // What was not read would be taken for the next request on this connection.
  if (given.status === 413 || given.status === 408 || !request.complete)
    response.setHeader('connection', 'close');
  send(response, status, '', 'text/plain');
}

export function send(response: ServerResponse, status: number, body: string, type: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
