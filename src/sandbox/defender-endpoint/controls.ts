import type { Server } from 'restify';
import { z } from 'zod';
import type { MachineActions } from './actions.ts';

const next = z.object({ ends: z.enum(['Succeeded', 'Failed', 'TimeOut']) });

/** What is done to machines, and how the next of it ends; docs/sandbox.md lists the calls. */
export function mountMachineControls(plain: Server, actions: MachineActions): void {
  plain.get('/api/machine-actions', async (_request, response) => {
    response.send(200, { actions: actions.list(Date.now()) });
  });

  plain.post('/api/machine-actions/next', async (request, response) => {
    const asked = next.safeParse(request.body);
    if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
    actions.endNextAs(asked.data.ends);
    response.send(200, asked.data);
  });
}
