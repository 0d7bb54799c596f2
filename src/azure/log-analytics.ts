import { FarSideError, Refused } from '../errors.ts';
import { type LogRequest, type Logs, QueryFault } from '../kql/logs.ts';
import { readAnswer } from './log-analytics-answer.ts';
import { query } from './log-analytics-calls.ts';
import type { Asked } from './log-analytics-failure.ts';
import type { LogAnalyticsOptions, Workspace } from './log-analytics-options.ts';
import { createSchemas } from './log-analytics-schema.ts';
import { isPlainId } from './resource-id.ts';

/** Azure gives up after the seconds that were asked for; its answer may take a little longer to come. */
const graceMs = 5_000;

/** Logs as Azure Monitor keeps them. Calls are made once: whoever has queries waiting knows better when to try again. */
export function createLogAnalytics(options: LogAnalyticsOptions): Logs {
  const schemas = createSchemas(options);

  return {
    async ask(request) {
      const asked = aimOf(request, options.workspaces);
      const credential = await options.credentialOf(request.as);
      const timeout = request.seconds * 1_000 + graceMs;
      const manners = { ...options, credential, timeout, signal: request.signal, asked };
      try {
        return readAnswer(await query(request, manners));
      } catch (error) {
        throw faultOf(error);
      }
    },

    async schema(scope) {
      const [first] = options.workspaces;
      if (scope.kind === 'resource') return schemas(first ? [first] : []);
      return schemas(named(scope.names, options.workspaces));
    },
  };
}

/** Where a request goes. Throws `Refused` for a place that there is not, `QueryFault` for one that cannot be asked so. */
function aimOf({ scope, text, isSearch, as, seconds }: LogRequest, workspaces: Workspace[]): Asked {
  const person = as !== 'bot';
  if (scope.kind === 'resource') {
    if (isSearch)
      throw new QueryFault('A table of the Basic or Auxiliary plan is not asked for by resource.');
    return { ids: [], resource: resourceOf(scope.id), place: 'the resource', text, person, seconds };
  }
  const found = named(scope.names, workspaces);
  if (isSearch && found.length > 1)
    throw new QueryFault('A table of the Basic or Auxiliary plan is asked for in one workspace at a time.');
  const place = `${found.length === 1 ? 'the workspace' : 'the workspaces'} ${found.map(({ name }) => name).join(', ')}`;
  return { ids: found.map(({ id }) => id), resource: undefined, place, text, person, seconds };
}

function named(names: string[], workspaces: Workspace[]): Workspace[] {
  const known = workspaces.map(({ name }) => name).join(', ');
  return [...new Set(names.map((name) => name.toLowerCase()))].map((wanted) => {
    const found = workspaces.find(({ name }) => name.toLowerCase() === wanted);
    if (!found) throw new Refused(`There is no such workspace. Known are: ${known || 'none'}.`);
    return found;
  });
}

/** It becomes part of an address as it stands, so it must not lead elsewhere. */
function resourceOf(id: string): string {
  if (isPlainId(id)) return id;
  throw new Refused('That is no id of a resource. It is like /subscriptions/…/virtualMachines/web-01.');
}

/** A fault travels through the pipeline as what a call can end in, so that it is counted as such. */
function faultOf(error: unknown): Error {
  if (error instanceof FarSideError) return error.cause instanceof QueryFault ? error.cause : error;
  if (error instanceof QueryFault || error instanceof Refused) return error;
  // Of what the client threw only the name: the rest holds the answer, and the request with its token.
  const name = error instanceof Error ? error.name : 'something';
  const sentence = `Log Analytics answered in another form than it is documented to (${name}).`;
  return new FarSideError('azure', 'unavailable', sentence);
}
