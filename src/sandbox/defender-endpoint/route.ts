import restify, { type Request, type Response, type Server } from 'restify';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import { openQuota } from './quota.ts';
import { authorise, bodyOf, EndpointRefusal } from './refusal.ts';

export interface Call {
  url: URL;
  /** The parameter of the path; empty where it has none of that name. */
  id: string;
  /** Parsed JSON; `undefined` where nothing came. */
  body: unknown;
  /** Id of the application that asks. */
  application: string;
  now: number;
}

export interface Gate {
  entra: Entra;
  faults: Faults;
  now: () => number;
}

export interface Routes {
  /** Answers with 200 to whoever has one of the roles; 100 calls a minute for each application where nothing else is said. */
  get(path: string, roles: string[], answer: (call: Call) => object, perMinute?: number): void;
  /** Also 1,500 calls an hour. */
  post(path: string, roles: string[], status: 200 | 201, answer: (call: Call) => object): void;
}

/** By the pages of the API. */
const usualPerMinute = 100;
const writesPerHour = 1_500;

export function routesOf(secure: Server, { entra, faults, now }: Gate): Routes {
  const handler =
    (status: number, roles: string[], spend: (application: string) => void, answer: (call: Call) => object) =>
    async (request: Request, response: Response) => {
      try {
        const application = await authorise(request.headers.authorization, roles, entra);
        spend(application);
        const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
        const id = String(request.params.id ?? '');
        response.send(status, answer({ url, id, body: request.body, application, now: now() }));
      } catch (failure) {
        if (!(failure instanceof EndpointRefusal)) throw failure;
        if (failure.retryAfter !== undefined) response.header('Retry-After', String(failure.retryAfter));
        response.send(failure.status, bodyOf(failure));
      }
    };

  return {
    get(path, roles, answer, perMinute = usualPerMinute) {
      const spend = openQuota(perMinute, 'minute', now);
      secure.get(path, faults.before('azure'), handler(200, roles, spend, answer));
    },
    post(path, roles, status, answer) {
      const minute = openQuota(usualPerMinute, 'minute', now);
      const hour = openQuota(writesPerHour, 'hour', now);
      const spend = (application: string) => {
        minute(application);
        hour(application);
      };
      const parse = [restify.plugins.bodyParser({ mapParams: false })].flat();
      secure.post(path, faults.before('azure'), ...parse, handler(status, roles, spend, answer));
    },
  };
}

export const single = (url: URL, what: string, fields: object): object => ({
  '@odata.context': `${url.origin}/api/$metadata#${what}`,
  ...fields,
});
export const page = (url: URL, what: string, value: object[]): object => single(url, what, { value });
