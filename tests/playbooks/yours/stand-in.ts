import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import restify from 'restify';
import { createResourceGraph } from '../../../src/azure/resource-graph.ts';
import { createSignedCalls } from '../../../src/azure/signed-calls.ts';
import { createWriter } from '../../../src/azure/writer.ts';
import type { Subject } from '../../../src/incident/enrichment.ts';
import type { Playbook } from '../../../src/playbooks/playbook.ts';
import { openYours } from '../../../src/playbooks/yours/open.ts';
import type { YourHands, YourPlaybook } from '../../../src/playbooks/yours/your-playbook.ts';
import { AutomationJobs } from '../../../src/sandbox/automation/jobs.ts';
import { type AzureStandIn, createAzure } from '../../../src/sandbox/azure/azure.ts';
import { insights } from '../../../src/sandbox/azure/estate.ts';
import { createCertificate } from '../../../src/sandbox/certificate.ts';
import { closeServer } from '../../../src/sandbox/close-server.ts';
import { createEntra } from '../../../src/sandbox/entra.ts';
import { Faults } from '../../../src/sandbox/faults.ts';
import { mountLogicAppDoor } from '../../../src/sandbox/logic-apps/door.ts';
import { logicAppRoutes } from '../../../src/sandbox/logic-apps/routes.ts';
import { LogicApps } from '../../../src/sandbox/logic-apps/runs.ts';
import { TENANT_ID } from '../../../src/sandbox/people.ts';
import { mountResourceGraph } from '../../../src/sandbox/resource-graph/resource-graph.ts';

// One for all: authorities of the same name are taken for one another.
const certificate = await createCertificate();
setDefaultCACertificates([...getCACertificates(), certificate.ca]);

const management = 'https://management.azure.com';
const group = '/subscriptions/91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b/resourceGroups/rg-security/providers';
export const workflow = (name: string): string => `${group}/Microsoft.Logic/workflows/${name}`;
export const runbook = (name: string): string =>
  `${group}/Microsoft.Automation/automationAccounts/aa-security/runbooks/${name}`;
export const incidentName = 'a1b2c3d4-0000-4000-8000-000000001042';
export const atSentinel = `${insights}/Incidents/${incidentName}`;

export const attacker: Subject = { kind: 'ip', address: '198.51.100.201' };
export const ourIncident: Subject = { kind: 'incident', id: 1042 };
export const payWeb: Subject = {
  kind: 'machine',
  name: 'vm-pay-web-01',
  resourceId:
    '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5/resourceGroups/rg-payments/providers/Microsoft.Compute/virtualMachines/vm-pay-web-01',
};

/** One of the settings. */
export const entry = (
  name: string,
  more: Partial<YourPlaybook> & Pick<YourPlaybook, 'kind' | 'resource'>,
): YourPlaybook => ({
  name,
  title: name,
  risk: 'medium',
  effect: '{target} is dealt with.',
  about: ['ip'],
  parameters: [],
  ...more,
});

/** Contoso's Sentinel, Logic Apps and runbooks over TLS, and our clients of them. Their clock goes on as a test says. */
export async function startYours() {
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const faults = new Faults(() => {});
  let passed = 0;
  const now = () => Date.now() + passed;
  const apps = new LogicApps({
    now,
    incident: (name) => azure.incident(name),
    comment: (incident, by, message) => azure.comment(incident, by, message),
  });
  const jobs = new AutomationJobs(now);
  const azure: AzureStandIn = createAzure({
    entra,
    faults,
    changed: () => {},
    routes: [...logicAppRoutes(apps), ...jobs.routes()],
  });
  const secure = restify.createServer({ certificate: certificate.cert, key: certificate.key });
  let losing: RegExp | undefined;
  secure.pre((request, _response, next) => {
    if (losing?.test(`${request.method} ${request.url}`)) {
      losing = undefined;
      faults.set('azure', { kind: 'lost-answer', count: 1 });
    }
    next();
  });
  azure.mount(secure);
  mountLogicAppDoor(secure, { apps, faults });
  const graph = mountResourceGraph(secure, { entra, faults });
  const { promise, resolve } = Promise.withResolvers<void>();
  secure.listen(0, '127.0.0.1', () => resolve());
  await promise;
  const endpoint = `https://127.0.0.1:${secure.address().port}`;
  const token = () => entra.issue(management, { oid: 'the-product', appid: 'watchfloor' });
  const credential = {
    getToken: async () => ({ token: await token(), expiresOnTimestamp: Date.now() + 3_600_000 }),
  };
  const arm = createWriter({ endpoint, credential, scope: `${management}/.default`, timeout: 2_000 });
  const signed = createSignedCalls({ endpoint, timeout: 2_000 });
  const hands: YourHands = {
    arm,
    signed,
    // The first query takes seconds, for its engine has to be loaded.
    resources: createResourceGraph({ endpoint, credential, timeout: 100_000 }),
    tenant: TENANT_ID,
  };
  const properties = { title: 'Reverse shell on vm-pay-web-01', severity: 'High', status: 'New' };
  await arm.write('PUT', `${atSentinel}?api-version=2025-09-01`, { properties });

  return {
    endpoint,
    token,
    /** The answer to the next call that is like this gets lost; what was asked is done. */
    loseAnswerTo(call: RegExp) {
      losing = call;
    },
    apps,
    jobs,
    hands,
    comments: () =>
      azure
        .incident(incidentName)
        ?.comments.all()
        .map(({ properties }) => properties.message) ?? [],
    /** How many runs of Logic Apps began. */
    runs: () => apps.all().length,
    pass(milliseconds: number) {
      passed += milliseconds;
    },
    play: (name: string, entries: readonly YourPlaybook[]): Playbook => {
      const found = openYours(entries, hands).find((play) => play.name === name);
      if (!found) throw new Error(`There is no ${name}.`);
      return found;
    },
    async stop() {
      await Promise.all([graph.stop(), closeServer(secure.server)]);
    },
  };
}

export type Yours = Awaited<ReturnType<typeof startYours>>;
