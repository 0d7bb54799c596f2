import {
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineFromOptions,
  createPipelineRequest,
} from '@azure/core-rest-pipeline';
import { FarSideError } from '../errors.ts';
import { maySendTo } from '../outgoing.ts';
import type { CallFarSide } from '../telemetry.ts';
import { boundBody } from './bound-body.ts';
import { teachManners } from './pipeline.ts';
import { parse } from './rest.ts';

/**
 * Calls to Logic Apps at addresses that carry their own signature, which is a secret: it is in no log and no error. No token
 * goes along, for they refuse whoever brings both. Throws `FarSideError`; an address that leads elsewhere is `rejected`.
 * https://learn.microsoft.com/azure/logic-apps/logic-apps-securing-a-logic-app#sas
 */
export interface SignedCalls {
  /** What stands there, as JSON. */
  get(address: string, signal: AbortSignal): Promise<unknown>;
  /** Sent once. */
  post(
    address: string,
    body: unknown,
    wishes: { headers: Record<string, string>; signal: AbortSignal },
  ): Promise<void>;
}

/** What a trigger was given is a whole incident with its alerts. */
const most = 4 * 1024 * 1024;

export function createSignedCalls(options: {
  /** Resource Manager's: a stand-in for it may have Logic Apps at its own address. */
  endpoint: string;
  /** Milliseconds for one attempt; 10,000 when absent. */
  timeout?: number | undefined;
  callFarSide?: CallFarSide | undefined;
}): SignedCalls {
  const { endpoint, timeout, callFarSide } = options;
  const client = createDefaultHttpClient();

  async function send(
    method: 'GET' | 'POST',
    address: string,
    body: unknown,
    headers: Record<string, string>,
    signal: AbortSignal,
  ) {
    const url = URL.parse(address);
    if (!url || !maySendTo(url, 'workflows', endpoint)) {
      const where = url?.host || 'nowhere';
      const sentence = `The address of the Logic App leads to ${where}, which is none of Azure's. Nothing was sent there.`;
      throw new FarSideError('azure', 'rejected', sentence);
    }
    const request = createPipelineRequest({
      url: url.href,
      method,
      headers: createHttpHeaders({ accept: 'application/json', ...headers }),
    });
    if (body !== undefined) {
      request.headers.set('content-type', 'application/json');
      request.body = JSON.stringify(body);
    }
    const pipeline = createPipelineFromOptions({ userAgentOptions: { userAgentPrefix: 'watchfloor' } });
    teachManners(pipeline, { endpoint: url.origin, timeout, callFarSide, signal });
    boundBody(
      pipeline,
      most,
      () => new FarSideError('azure', 'rejected', 'A Logic App said over 4 MB; it was not read.'),
    );
    return pipeline.sendRequest(client, request);
  }

  return {
    get: async (address, signal) => parse(await send('GET', address, undefined, {}, signal)),
    async post(address, body, { headers, signal }) {
      await send('POST', address, body, headers, signal);
    },
  };
}
