import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import restify, { type Server } from 'restify';
import { AutomationJobs } from './automation/jobs.ts';
import { type AzureStandIn, createAzure } from './azure/azure.ts';
import { blobServiceRoutes } from './azure/blob-services.ts';
import { indicatorRoutes } from './azure/indicator-routes.ts';
import { monitorRoutes } from './azure/monitor-routes.ts';
import { SecurityContacts } from './azure/security-contacts.ts';
import { createCertificate } from './certificate.ts';
import { closeServer } from './close-server.ts';
import { Changes } from './console/changes.ts';
import { mountConsole } from './console/server.ts';
import { MachineActions } from './defender-endpoint/actions.ts';
import { mountMachineControls } from './defender-endpoint/controls.ts';
import { mountDefenderEndpoint } from './defender-endpoint/defender-endpoint.ts';
import { DEFENDER_ENDPOINT_AUDIENCE } from './defender-endpoint/refusal.ts';
import { createEntra } from './entra.ts';
import { mountStreamControls } from './event-hubs/controls.ts';
import { createEventHubs } from './event-hubs/event-hubs.ts';
import { Faults } from './faults.ts';
import { mountDirectoryControls } from './graph/controls.ts';
import { Directory } from './graph/directory.ts';
import { GRAPH_AUDIENCE, mountGraph } from './graph/graph.ts';
import { mountIntel } from './intel/intel.ts';
import { createKeyVault } from './key-vault.ts';
import { mountLogicAppControls } from './logic-apps/controls.ts';
import { mountLogicAppDoor } from './logic-apps/door.ts';
import { logicAppRoutes } from './logic-apps/routes.ts';
import { LogicApps } from './logic-apps/runs.ts';
import { createLogs } from './logs/door.ts';
import { tableRoutes } from './logs/door-metadata.ts';
import { type Memory, openMemory } from './memory.ts';
import { mountMetrics } from './metrics.ts';
import { changedRows } from './network/graph-rows.ts';
import { networkRoutes } from './network/routes.ts';
import { NetworkState } from './network/state.ts';
import { mountPaging, PagingService } from './paging.ts';
import { people, TENANT_ID } from './people.ts';
import { mountResourceGraph } from './resource-graph/resource-graph.ts';
import { createResources } from './resources/resources.ts';
import { mountSchedules } from './schedules/schedules.ts';
import { createSlack } from './slack/slack.ts';
import { unhurried } from './teams/rates.ts';
import { createTeams } from './teams/teams.ts';

const AZURE_CLIENT_ID = 'c5a1f0de-7b32-4e96-8d04-1f6a9b2c3e57';
const TEAMS_APP_ID = 'e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34';
/** What the product is given: all that its enrichers and playbooks can use. */
const GRAPH_PERMISSIONS = [
  'User.Read.All',
  'GroupMember.Read.All',
  'Application.Read.All',
  'RoleManagement.Read.Directory',
  'AuditLog.Read.All',
  'IdentityRiskyUser.Read.All',
  'IdentityRiskEvent.Read.All',
  'User.EnableDisableAccount.All',
  'User.RevokeSessions.All',
  'User-PasswordProfile.ReadWrite.All',
  'IdentityRiskyUser.ReadWrite.All',
  'Schedule.Read.All',
];
const DEFENDER_ENDPOINT_PERMISSIONS = [
  'Machine.Read.All',
  'Vulnerability.Read.All',
  'User.Read.All',
  'File.Read.All',
  'Machine.Isolate',
  'Machine.Scan',
  'Machine.CollectForensics',
];
/** Where Defender for Cloud exports to: `feeds.streams` of a settings file may name it. */
const EVENT_HUB = {
  namespace: 'contoso-alerts.servicebus.windows.net',
  eventHub: 'defender-alerts',
  consumerGroups: ['$Default', 'watchfloor'],
  partitions: 4,
};
const PUSH_TIMEOUT_MS = 10_000;

export interface Sandbox {
  /** Address of the console page, e.g. `http://127.0.0.1:3979`. */
  url: string;
  /** What the product must find in its environment to meet the stand-ins. */
  env: Record<string, string>;
  /** PEM of the authority that signed the Azure stand-in's certificate; whoever calls it must trust it. */
  caCertificate: string;
  /** Everything the page shows. */
  state(): object;
  stop(): Promise<void>;
}

/**
 * Starts the stand-ins for Azure, Slack and Teams, and the console page, on loopback.
 * `port` 0 takes a free one; `productPort` is where the product will listen.
 */
export async function startSandbox(at: {
  port: number;
  productPort: number;
  /** Where the stand-ins remember what they hold; they forget it at the end where this is absent. */
  memoryFile?: string;
  /** Teams lets itself be called as often as anybody likes. */
  isUnhurried?: boolean;
}): Promise<Sandbox> {
  if (process.env.NODE_ENV === 'production') {
    throw new Error(
      'The sandbox does not start where NODE_ENV=production. Configure Azure, Slack and Teams instead.',
    );
  }
  const secrets = makeSecrets();
  const productUrl = `http://127.0.0.1:${at.productPort}`;
  const certificate = await createCertificate();
  const plain = restify.createServer({ name: 'sandbox' });
  plain.use(restify.plugins.queryParser({ mapParams: false }));
  plain.use(restify.plugins.bodyParser({ mapParams: false }));
  const secure = restify.createServer({
    name: 'sandbox',
    certificate: certificate.cert,
    key: certificate.key,
  });
  const origin = () => originOf('http', plain);
  const azureOrigin = () => originOf('https', secure);

  const changes = new Changes();
  let memory: Memory | undefined;
  const tell = (side: 'azure' | 'slack' | 'teams') => {
    changes.tell(side);
    memory?.changed();
  };
  const faults = new Faults(() => changes.tell('faults'));
  const directory = new Directory();
  const entra = await createEntra({
    tenantId: TENANT_ID,
    directory,
    clients: [
      {
        clientId: AZURE_CLIENT_ID,
        secret: secrets.azureClientSecret,
        redirectUris: () => [`${productUrl}/sign-in/callback`],
        permissions: {
          [GRAPH_AUDIENCE]: GRAPH_PERMISSIONS,
          [DEFENDER_ENDPOINT_AUDIENCE]: DEFENDER_ENDPOINT_PERMISSIONS,
        },
      },
      { clientId: TEAMS_APP_ID, secret: secrets.teamsAppSecret },
    ],
  });
  const keyVault = createKeyVault({
    tenantId: TENANT_ID,
    entra,
    secrets: {
      'slack-bot-token': secrets.slackBotToken,
      'slack-signing-secret': secrets.slackSigningSecret,
      'teams-app-secret': secrets.teamsAppSecret,
      'webhook-secret': secrets.webhookSecret,
    },
    keys: ['record'],
  });
  const push = (source: string, body: unknown) => pushAlert(productUrl, secrets.webhookSecret, source, body);
  const eventHubs = createEventHubs({
    ...EVENT_HUB,
    entra,
    certificate,
    sharedKey: { name: 'watchfloor', key: secrets.eventHubsKey },
  });
  const stream = (bodies: unknown[]) => eventHubs.put(bodies.map((body) => JSON.stringify(body)));
  const contacts = new SecurityContacts();
  const apps = new LogicApps({
    now: () => Date.now(),
    incident: (name) => azure.incident(name),
    comment: (incident, by, message) => azure.comment(incident, by, message),
  });
  const resources = createResources();
  const network = new NetworkState();
  const azure: AzureStandIn = createAzure({
    entra,
    faults,
    changed: () => tell('azure'),
    push,
    stream,
    routes: [
      ...tableRoutes,
      ...blobServiceRoutes,
      // Before the network's, which knows of a machine only how it is wired.
      ...resources.routes,
      ...networkRoutes(network),
      ...indicatorRoutes(),
      ...monitorRoutes({ happened: () => azure.happened(), now: () => Date.now() }),
      ...logicAppRoutes(apps),
      ...contacts.routes(),
      ...new AutomationJobs(() => Date.now()).routes(),
    ],
  });
  const logs = createLogs({
    entra,
    faults,
    happened: () => azure.happened(),
    changed: () => changes.tell('azure'),
  });
  const slack = createSlack({
    origin,
    productUrl: () => productUrl,
    signingSecret: secrets.slackSigningSecret,
    botToken: secrets.slackBotToken,
    faults,
    changed: () => tell('slack'),
  });
  const teams = await createTeams({
    origin,
    productUrl: () => productUrl,
    appId: TEAMS_APP_ID,
    entra,
    faults,
    changed: () => tell('teams'),
    rates: at.isUnhurried ? unhurried : undefined,
  });
  const state = () => ({
    people,
    samples: azure.samples(),
    azure: azure.state(),
    slack: slack.state(),
    teams: teams.state(),
    faults: faults.all(),
  });

  memory = at.memoryFile ? openMemory(at.memoryFile, { azure, slack, teams }) : undefined;
  mountConsole(plain, { state, faults, changes });
  entra.mount(secure, azureOrigin);
  entra.mountControls(plain);
  mountDirectoryControls(plain, directory);
  mountGraph(secure, { entra, faults, directory, happened: () => azure.happened() });
  const machineActions = new MachineActions();
  mountDefenderEndpoint(secure, { entra, faults, actions: machineActions });
  mountMachineControls(plain, machineActions);
  const paging = new PagingService();
  mountPaging(plain, { service: paging, secret: secrets.pagingSecret, now: () => new Date() });
  mountIntel(secure, { keys: secrets.intel, before: [faults.before('intel')] });
  mountSchedules(secure, { keys: secrets.schedules, before: [faults.before('schedules')] });
  mountMetrics(secure, { entra, faults, happened: () => azure.happened(), now: () => Date.now() });
  mountLogicAppDoor(secure, { apps, faults });
  mountLogicAppControls(plain, apps);
  const resourceGraph = mountResourceGraph(secure, {
    entra,
    faults,
    changed: () => [...resources.rows(), ...changedRows(network)],
  });
  keyVault.mount(secure, azureOrigin);
  keyVault.mountControls(plain);
  azure.mount(secure);
  azure.mountControls(plain);
  contacts.mountControls(plain);
  resources.mountControls(plain);
  logs.mount(secure);
  logs.mountControls(plain);
  mountStreamControls(plain, eventHubs);
  slack.mount(plain);
  teams.mount(plain);
  await listen(plain, at.port);
  await listen(secure, 0);
  const eventHubsEndpoint = await eventHubs.listen(0);
  resourceGraph.warm();

  return {
    url: origin(),
    caCertificate: certificate.ca,
    state,
    env: {
      PORT: String(at.productPort),
      AZURE_TENANT_ID: TENANT_ID,
      AZURE_CLIENT_ID,
      AZURE_CLIENT_SECRET: secrets.azureClientSecret,
      AZURE_AUTHORITY_HOST: azureOrigin(),
      AZURE_RESOURCE_MANAGER: azureOrigin(),
      AZURE_GRAPH: azureOrigin(),
      AZURE_LOG_ANALYTICS: `${azureOrigin()}/v1`,
      AZURE_DEFENDER_ENDPOINT: azureOrigin(),
      AZURE_METRICS: azureOrigin(),
      VIRUSTOTAL_URL: `${azureOrigin()}/intel/virustotal`,
      VIRUSTOTAL_KEY: secrets.intel.virustotal,
      ABUSEIPDB_URL: `${azureOrigin()}/intel/abuseipdb`,
      ABUSEIPDB_KEY: secrets.intel.abuseipdb,
      GREYNOISE_URL: `${azureOrigin()}/intel/greynoise`,
      GREYNOISE_KEY: secrets.intel.greynoise,
      PAGERDUTY_URL: `${azureOrigin()}/schedules/pagerduty`,
      PAGERDUTY_TOKEN: secrets.schedules.pagerDuty,
      OPSGENIE_URL: `${azureOrigin()}/schedules/opsgenie`,
      OPSGENIE_KEY: secrets.schedules.opsgenie,
      PUBLIC_URL: productUrl,
      AZURE_KEY_VAULT: azureOrigin(),
      EVENT_HUBS_ENDPOINT: eventHubsEndpoint,
      TEAMS_APP_ID,
      TEAMS_APP_SECRET: secrets.teamsAppSecret,
      TEAMS_SERVICE_URL: `${origin()}/teams/`,
      TEAMS_OPENID_METADATA_URL: `${origin()}/teams/openid`,
      SLACK_BOT_TOKEN: secrets.slackBotToken,
      SLACK_SIGNING_SECRET: secrets.slackSigningSecret,
      SLACK_API_URL: `${origin()}/slack/api/`,
      WEBHOOK_SECRET: secrets.webhookSecret,
      PAGING_URL: `${origin()}/paging/enqueue`,
      PAGING_SECRET: secrets.pagingSecret,
      HEARTBEAT_URL: `${origin()}/paging/heartbeat`,
      TOKEN_KEY: secrets.tokenKey,
      POLL_SECONDS: '2',
      WATCHFLOOR_CONFIG: fileURLToPath(new URL('./watchfloor.yaml', import.meta.url)),
    },
    async stop() {
      changes.end();
      await Promise.all([
        closeServer(plain.server),
        closeServer(secure.server),
        eventHubs.stop(),
        logs.stop(),
        resourceGraph.stop(),
      ]);
      memory?.close();
    },
  };
}

/** New at each start, so that nothing of a sandbox is worth stealing or keeping. */
function makeSecrets() {
  const secret = () => randomBytes(24).toString('base64url');
  return {
    azureClientSecret: secret(),
    eventHubsKey: secret(),
    teamsAppSecret: secret(),
    slackBotToken: `xoxb-sandbox-${secret()}`,
    slackSigningSecret: randomBytes(16).toString('hex'),
    webhookSecret: secret(),
    pagingSecret: secret(),
    intel: { virustotal: secret(), abuseipdb: secret(), greynoise: secret() },
    schedules: { pagerDuty: secret(), opsgenie: secret() },
    tokenKey: secret(),
  };
}

async function pushAlert(productUrl: string, secret: string, source: string, body: unknown): Promise<void> {
  const answer = await fetch(`${productUrl}/webhooks/${source}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${secret}` },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(PUSH_TIMEOUT_MS),
  });
  if (!answer.ok) throw new Error(`The product answered ${answer.status} to the pushed ${source} alert.`);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}

function originOf(scheme: string, server: Server): string {
  const { port }: AddressInfo = server.address();
  return `${scheme}://127.0.0.1:${port}`;
}
