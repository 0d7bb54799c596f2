import type { Server } from 'restify';
import { z } from 'zod';
import { nameOf } from './estate.ts';
import { type LogicApps, runEnds } from './runs.ts';

const next = z.object({ ends: z.enum(runEnds) });

/** What Logic Apps have done, and how the next run ends; docs/sandbox.md lists the calls. */
export function mountLogicAppControls(plain: Server, apps: LogicApps): void {
  plain.get('/api/logic-apps', async (_request, response) => {
    const runs = apps
      .all()
      .map((run) => ({ app: nameOf(run.app), name: run.name, status: apps.stand(run).status }));
    response.send(200, { blocked: [...apps.blocked], runs });
  });
  plain.post('/api/logic-apps/next', async (request, response) => {
    const asked = next.safeParse(request.body);
    if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
    apps.endNextAs(asked.data.ends);
    response.send(200, asked.data);
  });
}
