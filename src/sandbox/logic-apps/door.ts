import type { Request, Response, Server } from 'restify';
import restify from 'restify';
import type { Faults } from '../faults.ts';
import { logicApps, nameOf } from './estate.ts';
import type { LogicApps } from './runs.ts';

/** Where Logic Apps are called, and where their runs keep what they were given: at signed addresses, for whoever holds them. */
export function mountLogicAppDoor(
  secure: Server,
  { apps, faults }: { apps: LogicApps; faults: Faults },
): void {
  const signed = (answer: (request: Request, response: Response) => void) => {
    return async (request: Request, response: Response): Promise<void> => {
      const url = new URL(request.url ?? '/', 'https://localhost');
      if (request.headers.authorization)
        return refuse(response, 401, 'DirectApiAuthorizationRequired', twoWays);
      if (!apps.isSigned(url.pathname, url.searchParams.get('sig') ?? ''))
        return refuse(response, 401, 'DirectApiAuthorizationRequired', wrongSignature);
      answer(request, response);
    };
  };
  const find = (request: Request) => logicApps.find((app) => nameOf(app) === request.params.workflow);

  secure.post(
    '/workflows/:workflow/triggers/:trigger/paths/invoke',
    faults.before('azure'),
    ...[restify.plugins.bodyParser({ mapParams: false })].flat(),
    signed((request, response) => {
      const app = find(request);
      if (!app || app.state === 'Disabled' || app.sas === 'Disabled')
        return refuse(response, 404, 'WorkflowTriggerIsNotEnabled', 'The workflow is not enabled.');
      const tracking = request.header('x-ms-client-tracking-id');
      const run = apps.begin(app, { headers: {}, body: request.body }, tracking);
      response.header('x-ms-workflow-run-id', run.name);
      response.header('x-ms-client-tracking-id', run.trackingId);
      response.send(202);
    }),
  );
  secure.get(
    '/workflows/:workflow/runs/:run/contents/TriggerOutputs',
    faults.before('azure'),
    signed((request, response) => {
      const run = apps.all().find(({ name }) => name === request.params.run);
      if (run) response.send(200, run.outputs);
      else refuse(response, 404, 'ContentNotFound', 'There is no such content.');
    }),
  );
}

const twoWays =
  "The request has SAS authentication scheme while having 'Bearer' authorization scheme. Only one scheme should be used.";
const wrongSignature = 'The provided authorization signature is not valid.';

function refuse(response: Response, status: number, code: string, message: string): void {
  response.send(status, { error: { code, message } });
}
