import fs from 'node:fs';
import restify, { type Request } from 'restify';
import { createEntra } from '../../src/sandbox/entra.ts';
import { alertNumber, numberIn } from './alerts.ts';
import { azureClient, teamsApp, tenantId } from './company.ts';

// Azure in a process of its own, because every click is written back to it: it signs in whoever it knows, has
// every alert of the bench, and remembers which of them are in progress.

const inProgress = new Set<string>();
const port = Number(process.env.PORT);
const server = restify.createServer({
  certificate: fs.readFileSync(process.env.CERTIFICATE ?? '', 'utf8'),
  key: fs.readFileSync(process.env.KEY ?? '', 'utf8'),
});

const entra = await createEntra({ tenantId, clients: [azureClient, teamsApp] });
entra.mount(server, () => `https://127.0.0.1:${port}`);

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
  const shown = alertNumber(numberIn(name) ?? 0);
  if (inProgress.has(name)) shown.properties.status = 'InProgress';
  response.send(200, shown);
});
server.post(`${alert}/inProgress`, async (request, response) => {
  inProgress.add(nameIn(request));
  response.send(204);
});
server.listen(port, '127.0.0.1');
