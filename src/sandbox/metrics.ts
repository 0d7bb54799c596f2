import { randomUUID } from 'node:crypto';
import restify, { type Request, type Response, type Server } from 'restify';
import { z } from 'zod';
import type { Entra } from './entra.ts';
import type { Faults } from './faults.ts';
import type { Happened } from './logs/worker-query.ts';
import { grains, pointsOf, unitOf, unknownMetric } from './metrics-series.ts';

const METRICS_AUDIENCE = 'https://metrics.monitor.azure.com';
const API_VERSIONS = ['2023-10-01', '2024-02-01'];
const MOST_RESOURCES = 50;
const MOST_METRICS = 20;

interface MetricsGate {
  entra: Entra;
  faults: Faults;
  /** Sample alerts that were sent: what they tell of shows just before them. */
  happened: () => Happened[];
  now: () => number;
}

/**
 * Stand-in for the batch API of Azure Monitor's metrics. In Azure it has a host for each region; here its path tells it
 * from Resource Manager's on the same server.
 */
export function mountMetrics(secure: Server, gate: MetricsGate): void {
  // A colon begins a parameter to the router, and all of /subscriptions/ is Resource Manager's.
  secure.pre((request, _response, next) => {
    request.url = (request.url ?? '').replace(
      /^\/+subscriptions\/([^/]+)\/metrics:getBatch(?=\?|$)/i,
      '/metrics/$1/batch',
    );
    next();
  });
  const handle = async (request: Request, response: Response): Promise<void> => {
    response.header('x-ms-request-id', randomUUID());
    try {
      await authorise(request, gate.entra);
      response.send(200, answer(request, gate));
    } catch (failure) {
      if (!(failure instanceof MetricsRefusal)) throw failure;
      const { code, message } = failure;
      const additionalInfo = [{ type: 'string', info: `TraceId=${randomUUID().replaceAll('-', '')}` }];
      response.send(failure.status, { error: { code, message, additionalInfo } });
    }
  };
  const parse = [restify.plugins.bodyParser({ mapParams: false })].flat();
  secure.post('/metrics/:subscription/batch', [gate.faults.before('azure'), ...parse, handle]);
}

class MetricsRefusal extends Error {
  override readonly name = 'MetricsRefusal';
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

const badRequest = (message: string) => new MetricsRefusal(400, 'BadRequest', message);

async function authorise({ headers }: Request, entra: Entra): Promise<void> {
  if (!headers.authorization) {
    throw new MetricsRefusal(401, 'AuthenticationFailed', "The 'Authorization' header is missing.");
  }
  try {
    await entra.verify(headers.authorization, [METRICS_AUDIENCE, `${METRICS_AUDIENCE}/`]);
  } catch {
    throw new MetricsRefusal(
      401,
      'InvalidAuthenticationToken',
      'The access token is invalid, or for another audience.',
    );
  }
}

const bodyShape = z.object({ resourceids: z.array(z.string()) });

function answer(request: Request, { happened, now }: MetricsGate): object {
  const query = readQuery(new URL(request.url ?? '/', `https://${request.headers.host}`).searchParams, now());
  const { data } = bodyShape.safeParse(request.body);
  if (!data) throw badRequest("The body needs 'resourceids'.");
  const resources = data.resourceids;
  if (resources.length < 1 || resources.length > MOST_RESOURCES) {
    throw badRequest(`The number of resource ids has to be from 1 to ${MOST_RESOURCES}.`);
  }
  const subscription = String(request.params.subscription).toLowerCase();
  for (const id of resources) refuseStranger(id, subscription, query.namespace);
  return {
    values: resources.map((id) => ({
      starttime: new Date(query.from).toISOString(),
      endtime: new Date(query.to).toISOString(),
      interval: query.interval,
      namespace: query.namespace,
      resourceregion: 'westeurope',
      resourceid: id,
      value: query.names.map((name) => ({
        id: `${id}/providers/Microsoft.Insights/metrics/${name}`,
        type: 'Microsoft.Insights/metrics',
        name: { value: name, localizedValue: name },
        unit: unitOf(name),
        timeseries: [
          {
            metadatavalues: [],
            data: pointsOf({ ...query, id, name, happened: happened(), now: now() }).map(({ at, value }) => ({
              timeStamp: new Date(at).toISOString(),
              ...value,
            })),
          },
        ],
        errorCode: 'Success',
      })),
    })),
  };
}

/** All resources of a batch are of one subscription and one type. */
function refuseStranger(id: string, subscription: string, namespace: string): void {
  const [, , own] = id.toLowerCase().split('/');
  if (own !== subscription)
    throw badRequest(`The resource '${id}' is not in the subscription '${subscription}'.`);
  const [provider, ...pairs] = id.toLowerCase().split('/providers/').at(-1)?.split('/') ?? [];
  const type = [provider, ...pairs.filter((_part, at) => at % 2 === 0)].join('/');
  if (type !== namespace) throw badRequest(`The resource '${id}' is not of the type '${namespace}'.`);
}

function readQuery(query: URLSearchParams, now: number) {
  const apiVersion = query.get('api-version') ?? '';
  if (!API_VERSIONS.includes(apiVersion)) {
    throw new MetricsRefusal(
      400,
      'UnsupportedApiVersion',
      `The api-version '${apiVersion}' is not supported.`,
    );
  }
  const namespace = (query.get('metricnamespace') ?? '').toLowerCase();
  const names = (query.get('metricnames') ?? '').split(',').filter(Boolean);
  if (namespace === '' || names.length === 0)
    throw badRequest("'metricnamespace' and 'metricnames' are required.");
  if (names.length > MOST_METRICS) throw badRequest(`At most ${MOST_METRICS} metrics may be asked for.`);
  const unknown = names.find((name) => unknownMetric(namespace, name));
  if (unknown !== undefined) {
    throw badRequest(`Failed to find metric configuration for provider: ${namespace}, metric: ${unknown}.`);
  }
  const interval = query.get('interval') ?? 'PT1M';
  const grain = grains[interval];
  if (grain === undefined) throw badRequest(`The interval '${interval}' is not supported.`);
  const to = Date.parse(query.get('endtime') ?? '') || now;
  const from = Date.parse(query.get('starttime') ?? '') || to - 3_600_000;
  if (from >= to) throw badRequest('The start time has to be before the end time.');
  const aggregations = (query.get('aggregation') ?? 'average').toLowerCase().split(',');
  const strange = aggregations.find(
    (one) => !['average', 'total', 'count', 'minimum', 'maximum'].includes(one),
  );
  if (strange !== undefined) throw badRequest(`The aggregation '${strange}' is not supported.`);
  return { namespace, names, interval, grain, from, to, aggregations };
}
