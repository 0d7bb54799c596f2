import type { Request, Response, Server } from 'restify';
import type { Faults } from '../faults.ts';
import { type Args, bodyArgs } from './args.ts';
import type { Credentials } from './credentials.ts';
import { isObject } from './json.ts';
import { chat } from './methods/chat.ts';
import { conversations } from './methods/conversations.ts';
import { files } from './methods/files.ts';
import type { Method, Slack } from './methods/method.ts';
import { users } from './methods/users.ts';
import { views } from './methods/views.ts';
import type { Rates } from './rates.ts';
import { SlackRefusal } from './refusal.ts';

const methods = new Map<string, Method>(
  Object.entries({ ...chat, ...conversations, ...files, ...users, ...views }),
);
const readable = /^(auth|api)\.test$|\.(info|list|history|replies|members|lookupByEmail|getPermalink)$/;

/** `/slack/api/{method}`: HTTP 200 whether Slack agrees or not, as Slack does, and 429 when it is too much. */
export function mountWebApi(
  plain: Server,
  {
    slack,
    rates,
    credentials,
    faults,
  }: { slack: Slack; rates: Rates; credentials: Credentials; faults: Faults },
): void {
  const answer = async (request: Request, response: Response) => {
    const name = String(request.params.method);
    const args = readArgs(request);
    try {
      const method = methods.get(name);
      if (!method || (request.method === 'GET' && !readable.test(name)))
        throw new SlackRefusal('unknown_method');
      if (name !== 'api.test') authorise(request, args, credentials);
      const wait = rates.take(name, args);
      if (wait !== undefined) {
        response.header('Retry-After', String(wait));
        response.send(429, { ok: false, error: 'ratelimited' });
        return;
      }
      response.send(200, { ok: true, ...method(slack, args) });
    } catch (error) {
      if (!(error instanceof SlackRefusal)) throw error;
      response.send(200, { ok: false, error: error.error, ...error.more });
    }
  };
  plain.post('/slack/api/:method', faults.before('slack'), answer);
  plain.get('/slack/api/:method', faults.before('slack'), answer);
}

function readArgs(request: Request): Args {
  const query: Args = isObject(request.query) ? request.query : {};
  return { ...query, ...bodyArgs(request) };
}

function authorise(request: Request, args: Args, credentials: Credentials): void {
  const bearer = /^Bearer\s+(.+)$/i.exec(request.header('authorization') ?? '')?.[1];
  const token = bearer ?? args.token;
  if (!token) throw new SlackRefusal('not_authed');
  if (!credentials.isToken(String(token))) throw new SlackRefusal('invalid_auth');
}
