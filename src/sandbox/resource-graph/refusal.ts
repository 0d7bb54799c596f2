import { randomUUID } from 'node:crypto';

/** What is wrong with a query, one thing; where the parser stumbled it says at which place. */
export interface RefusalDetail {
  code: string;
  message: string;
  line?: number;
  characterPositionInLine?: number;
  token?: string;
}

/** A refusal of Resource Graph: the fault stands in the details, and the message says nothing but whom to ask. */
export class GraphRefusal extends Error {
  override readonly name = 'GraphRefusal';
  readonly status: number;
  readonly code: string;
  readonly details: RefusalDetail[];

  constructor(status: number, code: string, details: RefusalDetail[]) {
    super(details.map(({ message }) => message).join(' '));
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

export function bodyOf({ code, details }: GraphRefusal): object {
  const message = `Please provide below info when asking for support: timestamp = ${new Date().toISOString()}, correlationId = ${randomUUID()}.`;
  return { error: { code, message, details } };
}

export const badRequest = (code: string, message: string): GraphRefusal =>
  new GraphRefusal(400, 'BadRequest', [{ code, message }]);

const invalid: RefusalDetail = {
  code: 'InvalidQuery',
  message:
    'Query is invalid. Please refer to the documentation for the Azure Resource Graph service and fix the error before retrying.',
};

export const invalidQuery = (...details: RefusalDetail[]): GraphRefusal =>
  new GraphRefusal(400, 'BadRequest', [invalid, ...details]);

export const rateLimited = (): GraphRefusal =>
  new GraphRefusal(429, 'RateLimiting', [
    {
      code: 'RateLimiting',
      message:
        'Client application has been throttled and should not attempt to repeat the request until an amount of time has elapsed. Please see https://aka.ms/resourcegraph-throttling for help.',
    },
  ]);
