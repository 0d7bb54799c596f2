import { randomUUID } from 'node:crypto';
import type { KqlError } from './kql-error.ts';

/** A refusal of the query API: `{"error": {"message", "code", "correlationId", "innererror"}}` with that HTTP status. */
export class LogsRefusal extends Error {
  override readonly name = 'LogsRefusal';
  readonly status: number;
  readonly code: string;
  readonly inner: object | undefined;
  readonly retryAfter: number | undefined;

  constructor(
    status: number,
    code: string,
    message: string,
    more: { inner?: object; retryAfter?: number } = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.inner = more.inner;
    this.retryAfter = more.retryAfter;
  }
}

export function bodyOf({ code, message, inner }: LogsRefusal): object {
  return { error: { message, code, correlationId: randomUUID(), ...(inner && { innererror: inner }) } };
}

export const noSuchPath = () =>
  new LogsRefusal(404, 'PathNotFoundError', 'The requested path does not exist');
export const noSuchWorkspace = (id: string) =>
  new LogsRefusal(404, 'WorkspaceNotFoundError', `The workspace ${id} could not be found`);
export const noAccess = () =>
  new LogsRefusal(
    403,
    'InsufficientAccessError',
    'The provided credentials have insufficient access to perform the requested operation',
  );
export const badProperties = (inner: object) =>
  new LogsRefusal(400, 'BadArgumentError', 'The request had some invalid properties', { inner });
export const badValue = (code: string, message: string) => badProperties({ code, message });
export const throttled = (seconds: number) =>
  new LogsRefusal(
    429,
    'ThrottledError',
    'Too many requests. Reduce the number of concurrent queries or wait before trying again.',
    { retryAfter: seconds },
  );
export const gatewayTimeout = () =>
  new LogsRefusal(504, 'GatewayTimeout', 'The request did not complete in the time it was given', {
    inner: { code: 'GatewayTimeout', message: 'The query was cancelled by the time limit of the request' },
  });

/** What the thread says of a query that cannot be answered. */
export type Fault = Pick<KqlError, 'message' | 'code' | 'line' | 'column'>;

/** The words are innermost, as in Azure; `pos` counts from 0 where `line` counts from 1. */
export function refusalOf({ message, code, line, column }: Fault): LogsRefusal {
  const place = line > 0 ? { line, pos: Math.max(0, column - 1) } : {};
  if (code.startsWith('SYN')) {
    return badProperties({
      code: 'SyntaxError',
      message: 'A recognition error occurred in the query.',
      innererror: { code, message, ...place },
    });
  }
  if (code.startsWith('SEM')) {
    return badProperties({
      code: 'SemanticError',
      message: 'A semantic error occurred.',
      innererror: { code, message, ...place },
    });
  }
  return badProperties({
    code: 'EngineError',
    message: 'Something went wrong processing your query on the server.',
    innererror: { code, message, ...place },
  });
}
