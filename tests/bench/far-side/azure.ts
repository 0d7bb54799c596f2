import fs from 'node:fs';
import restify, { type Request } from 'restify';
import type { AlertStatus } from '../../../src/sandbox/azure/defender-alert.ts';
import { createEntra } from '../../../src/sandbox/entra.ts';
import { defenderAlert, fromName } from '../alerts.ts';
import { azureClient, teamsApp, tenantId } from '../company.ts';

// Azure in a process of its own, because every click is written back to it: it signs in whoever it knows, has
// every alert of the bench, and remembers what became of them.

const statuses = new Map<string, AlertStatus>();
const port = Number(process.env.PORT);
const server = restify.createServer({
  certificate: fs.readFileSync(process.env.CERTIFICATE ?? '', 'utf8'),
  key: fs.readFileSync(process.env.KEY ?? '', 'utf8'),
});

const entra = await createEntra({ tenantId, clients: [azureClient, teamsApp] });
entra.mount(server, () => `https://127.0.0.1:${port}`);

const calls = {
  inProgress: 'InProgress',
  resolve: 'Resolved',
  dismiss: 'Dismissed',
  activate: 'Active',
} satisfies Record<string, AlertStatus>;
const alerts = '/subscriptions/:subscription/providers/Microsoft.Security/alerts';
const alert =
  '/subscriptions/:subscription/resourceGroups/:group/providers/Microsoft.Security/locations/:location/alerts/:name';
const nameIn = (request: Request): string => String(request.params.name);

server.get('/healthz', async (_request, response) => {
  response.send(200);
});
server.get(alerts, async (_request, response) => {
  response.send(200, { value: [] });
});
server.get(alert, async (request, response) => {
  const name = nameIn(request);
  const shown = defenderAlert(fromName(name));
  shown.properties.status = statuses.get(name) ?? 'Active';
  response.send(200, shown);
});
for (const [call, status] of Object.entries(calls))
  server.post(`${alert}/${call}`, async (request, response) => {
    statuses.set(nameIn(request), status);
    response.send(204);
  });
server.listen(port, '127.0.0.1');
