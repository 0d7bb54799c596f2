import { randomUUID } from 'node:crypto';
import { errors } from 'jose';
import restify, { type Request, type Response, type Server } from 'restify';
import { ArmError } from '../azure/arm-error.ts';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import type { GraphAnswer } from './answer.ts';
import { GraphEngine } from './engine.ts';
import { beyondLimits } from './limits.ts';
import { type AskedQuestion, makeToken, readQuestion } from './question.ts';
import { Quota } from './quota.ts';
import { badRequest, bodyOf, GraphRefusal, invalidQuery, rateLimited } from './refusal.ts';
import type { GraphRow } from './row.ts';

/** Stand-in for Azure Resource Graph. */
export interface GraphStandIn {
  /** Loads what the first query would wait a second for. */
  warm(): void;
  stop(): Promise<void>;
}

const path = '/providers/Microsoft.ResourceGraph/resources';
const apiVersions = ['2021-03-01', '2022-10-01', '2024-04-01'];
const audiences = ['https://management.azure.com', 'https://management.azure.com/'];

/**
 * Puts Resource Graph on the TLS server: rows of `tables.ts`, and in their place those that somebody `changed`. What the
 * vendor refuses is refused.
 */
export function mountResourceGraph(
  secure: Server,
  { entra, faults, changed = () => [] }: { entra: Entra; faults: Faults; changed?: () => GraphRow[] },
): GraphStandIn {
  const engine = new GraphEngine();
  const quota = new Quota();

  async function answer(request: Request, response: Response): Promise<void> {
    response.header('x-ms-request-id', randomUUID());
    response.header('x-ms-correlation-request-id', randomUUID());
    try {
      const caller = await recognise(request.headers.authorization, entra);
      checkApiVersion(new URL(request.url ?? '/', `https://${request.headers.host}`));
      const now = Date.now();
      const { isOver, remaining, resetsAfterSeconds } = quota.take(caller, now);
      response.header('x-ms-user-quota-remaining', String(remaining));
      response.header('x-ms-user-quota-resets-after', `00:00:0${resetsAfterSeconds}`);
      if (isOver) {
        response.header('Retry-After', String(resetsAfterSeconds));
        throw rateLimited();
      }
      const asked = readQuestion(request.body);
      const beyond = beyondLimits(asked.text);
      if (beyond) throw beyond;
      const { text, subscriptions } = asked;
      response.send(200, pageOf(asked, await engine.ask({ text, now, subscriptions, changed: changed() })));
    } catch (failure) {
      if (failure instanceof GraphRefusal) response.send(failure.status, bodyOf(failure));
      else if (failure instanceof ArmError)
        response.send(failure.status, { error: { code: failure.code, message: failure.message } });
      else throw failure;
    }
  }

  secure.post(
    path,
    faults.before('azure'),
    ...[restify.plugins.bodyParser({ mapParams: false })].flat(),
    answer,
  );
  return { warm: () => engine.warm(), stop: () => engine.stop() };
}

function pageOf({ text, top, skip, format }: AskedQuestion, answer: GraphAnswer): object {
  if (answer.kind === 'unknown-table')
    throw badRequest(
      'DisallowedLogicalTableName',
      `Table ${answer.table} is invalid, unsupported or disallowed.`,
    );
  if (answer.kind === 'refused') throw invalidQuery(answer.detail);
  const { columns, rows } = answer;
  const page = rows.slice(skip, skip + top);
  const next = skip + page.length;
  const isMore = next < rows.length;
  // Without an id in its rows a result has no pages; the rest of it is lost.
  const isPaged = isMore && columns.some(({ name }) => name === 'id');
  const data =
    format === 'table'
      ? { columns, rows: page }
      : page.map((row) => Object.fromEntries(columns.map(({ name }, place) => [name, row[place]])));
  return {
    totalRecords: rows.length,
    count: page.length,
    data,
    facets: [],
    resultTruncated: isMore && !isPaged ? 'true' : 'false',
    ...(isPaged ? { $skipToken: makeToken(next, text) } : {}),
  };
}

/** Who asks, as Resource Manager in front of it would know: by object id. */
async function recognise(authorization: string | undefined, entra: Entra): Promise<string> {
  if (!authorization)
    throw new ArmError(
      401,
      'AuthenticationFailed',
      "Authentication failed. The 'Authorization' header is missing.",
    );
  try {
    return String((await entra.verify(authorization, audiences)).oid ?? '');
  } catch (failure) {
    if (failure instanceof errors.JWTExpired)
      throw new ArmError(401, 'ExpiredAuthenticationToken', 'The access token expired.');
    if (failure instanceof errors.JWTClaimValidationFailed && failure.claim === 'aud')
      throw new ArmError(
        401,
        'InvalidAuthenticationTokenAudience',
        `The access token has been obtained for a wrong audience. It should be one of '${audiences.join("', '")}'.`,
      );
    throw new ArmError(401, 'InvalidAuthenticationToken', 'The access token is invalid.');
  }
}

function checkApiVersion(url: URL): void {
  const asked = url.searchParams.get('api-version');
  if (!asked)
    throw new ArmError(
      400,
      'MissingApiVersionParameter',
      'The api-version query parameter (?api-version=) is required for all requests.',
    );
  if (apiVersions.includes(asked)) return;
  throw new ArmError(
    400,
    'NoRegisteredProviderFound',
    `No registered resource provider found for API version '${asked}'. The supported api-versions are '${apiVersions.join(', ')}'.`,
  );
}
