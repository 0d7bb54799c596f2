import { z } from 'zod';
import type { ActionBegun, MachineActions } from './actions.ts';
import { type EndpointMachine, machineOf } from './machines.ts';
import { askedIn, select } from './odata.ts';
import { EndpointRefusal } from './refusal.ts';
import { type Call, page, type Routes, single } from './route.ts';

const readers = ['Machine.Read.All', 'Machine.ReadWrite.All'];
const doers = ['Machine.Isolate', 'Machine.Scan', 'Machine.CollectForensics'];
/** https://learn.microsoft.com/defender-endpoint/api/get-machineactions-collection */
const filters = ['id', 'status', 'machineId', 'type', 'requestor', 'creationDateTimeUtc'];

/** What can be done to a machine, and how it is getting on. */
export function mountActions(routes: Routes, actions: MachineActions): void {
  routes.get('/api/machineactions', readers, ({ url, now }) =>
    page(url, 'MachineActions', select(actions.list(now), askedIn(url, filters))),
  );
  routes.get('/api/machineactions/:id', readers, ({ url, id, now }) =>
    single(url, 'MachineActions/$entity', actions.get(id, now)),
  );
  // https://learn.microsoft.com/defender-endpoint/api/cancel-machine-action
  routes.post('/api/machineactions/:id/cancel', doers, 200, ({ url, id, body, application, now }) => {
    const { Comment: comment = '' } = read(z.strictObject({ Comment: z.string().optional() }), body);
    return single(url, 'MachineActions/$entity', actions.cancel(id, application, comment, now));
  });

  const begin = (verb: string, role: string, kindOf: (call: Call, machine: EndpointMachine) => Kind) =>
    routes.post(`/api/machines/:id/${verb}`, [role], 201, (call) => {
      const machine = onboarded(call);
      const { type, scope, comment } = kindOf(call, machine);
      const begun = { type, scope, comment, requestor: call.application };
      return single(call.url, 'MachineActions/$entity', actions.begin(machine, begun, call.now));
    });

  // https://learn.microsoft.com/defender-endpoint/api/isolate-machine
  begin('isolate', 'Machine.Isolate', ({ body }, { osPlatform }) => {
    const { Comment: comment, IsolationType: scope = 'Full' } = read(isolation, body);
    if (scope === 'Selective' && !/^(Windows|macOS)/.test(String(osPlatform))) {
      const said = `OS Platform ${String(osPlatform)} isn't supported for this action.`;
      throw new EndpointRefusal(400, 'OsPlatformNotSupported', said);
    }
    return { type: 'Isolate', scope, comment };
  });
  begin('unisolate', 'Machine.Isolate', ({ body }) => ({ type: 'Unisolate', scope: null, ...said(body) }));
  // https://learn.microsoft.com/defender-endpoint/api/run-av-scan
  begin('runAntiVirusScan', 'Machine.Scan', ({ body }) => {
    const { Comment: comment, ScanType: scope } = read(scan, body);
    return { type: 'RunAntiVirusScan', scope, comment };
  });
  begin('collectInvestigationPackage', 'Machine.CollectForensics', ({ body }) => ({
    type: 'CollectInvestigationPackage',
    scope: null,
    ...said(body),
  }));
}

type Kind = Pick<ActionBegun, 'type' | 'scope' | 'comment'>;

/** Names are case-sensitive: https://learn.microsoft.com/defender-endpoint/api/common-errors */
const comment = z.strictObject({ Comment: z.string().min(1) });
const isolation = comment.extend({ IsolationType: z.enum(['Full', 'Selective']).optional() });
const scan = comment.extend({ ScanType: z.enum(['Quick', 'Full']) });
const said = (body: unknown) => ({ comment: read(comment, body).Comment });

function read<T>(shape: z.ZodType<T>, body: unknown): T {
  const read = shape.safeParse(body);
  if (read.success) return read.data;
  const name = read.error.issues[0]?.path[0];
  if (name === undefined || Reflect.has(Object(body), name)) {
    throw new EndpointRefusal(400, 'InvalidRequestBody', 'Request body is incorrect');
  }
  throw new EndpointRefusal(400, 'MissingRequiredParameter', `Parameter ${String(name)} is missing.`);
}

function onboarded({ id, now }: Call): EndpointMachine {
  const machine = machineOf(id, now);
  if (machine.onboardingStatus === 'Onboarded') return machine;
  throw new EndpointRefusal(400, 'BadRequest', `Machine ${id} is not onboarded.`);
}
