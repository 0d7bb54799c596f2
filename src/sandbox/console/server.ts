import type { Next, Request, Response, Server } from 'restify';
import { z } from 'zod';
import { type Faults, faultKinds } from '../faults.ts';
import { people } from '../people.ts';
import { readModule, readPage, readStyle, readVendorFile } from './assets.ts';
import type { Changes } from './changes.ts';

const faultToSet = z.object({
  side: z.enum(['azure', 'graph', 'intel', 'schedules', 'slack', 'teams']),
  kind: z.enum(faultKinds),
  ms: z.number().int().min(0).max(600_000).optional(),
  count: z.number().int().min(1).optional(),
  rate: z.number().min(0).max(1).optional(),
  seed: z.number().int().min(0).optional(),
});

/** Scripts and styles come from this server alone: alert text that became markup could still run nothing. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Puts the console page, its modules and its calls on `plain`. `state` gives the whole answer of `GET /api/state`. */
export function mountConsole(
  plain: Server,
  console: { state: () => object; faults: Faults; changes: Changes },
): void {
  plain.pre(refuseStrangers);
  plain.get('/', async (_request, response) => sendText(response, 'text/html', await readPage()));
  plain.get('/console/style/:name', async (request, response) =>
    sendText(response, 'text/css', await readStyle(request.params.name)),
  );
  plain.get('/console/vendor/*', async (request, response) =>
    sendText(response, 'text/javascript', await readVendorFile(request.params['*'])),
  );
  plain.get('/console/:folder/:name', async (request, response) =>
    sendText(response, 'text/javascript', await readModule(request.params.folder, request.params.name)),
  );

  plain.get('/api/people', async (_request, response) => {
    response.send(people);
  });
  plain.get('/api/state', async (_request, response) => {
    response.send(console.state());
  });
  plain.get('/api/changes', async (_request, response) => {
    console.changes.stream(response);
  });
  plain.get('/api/faults', async (_request, response) => {
    response.send(console.faults.all());
  });
  plain.post('/api/faults', async (request, response) => {
    const fault = faultToSet.safeParse(request.body);
    if (!fault.success) {
      response.send(400, { error: z.prettifyError(fault.error) });
      return;
    }
    const { side, ...asked } = fault.data;
    console.faults.set(side, asked);
    response.send(console.faults.all());
  });
}

/**
 * A page on another site can make this browser call 127.0.0.1, under a name of its own that it points here
 * (DNS rebinding) or with a cross-origin POST. The controls press buttons, so neither is answered.
 */
function refuseStrangers(request: Request, response: Response, next: Next): void {
  const host = request.headers.host ?? '';
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(host)) {
    response.send(403, { error: `The sandbox answers on 127.0.0.1 and localhost only, not as "${host}".` });
    next(false);
    return;
  }
  const { origin } = request.headers;
  if (origin !== undefined && origin !== `http://${host}`) {
    response.send(403, { error: `The sandbox takes no calls from pages of ${origin}.` });
    next(false);
    return;
  }
  next();
}

function sendText(response: Response, type: string, text: string | undefined): void {
  if (text === undefined) {
    response.send(404, { error: 'There is no such file in the console.' });
    return;
  }
  response.sendRaw(200, text, {
    'content-type': `${type}; charset=utf-8`,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
  });
}
