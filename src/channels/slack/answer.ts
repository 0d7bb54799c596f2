import type { ServerResponse } from 'node:http';
import type { Log } from '../../log.ts';

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
export function answer(response: ServerResponse, given: Refusal | Receipt, log: Log): void {
  if ('said' in given) {
    send(response, given.status, given.said, 'text/plain; charset=utf-8');
    return;
  }
  log.warn({ status: given.status, reason: given.reason }, 'Slack request refused');
  // What was not read would be taken for the next request on this connection.
  if (given.status === 413 || given.status === 408) response.setHeader('connection', 'close');
  send(response, given.status, '', 'text/plain');
}

export function send(response: ServerResponse, status: number, body: string, type: string): void {
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
