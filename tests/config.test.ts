import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { isConfigured, readConfig, readConnection } from '../src/config.ts';
import { ConfigFaults, readSettingsFile } from '../src/settings.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'watchfloor-config-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** Path of a settings file that holds this. */
function settings(yaml: string): string {
  const file = path.join(folder, `${crypto.randomUUID()}.yaml`);
  fs.writeFileSync(file, yaml);
  return file;
}

const least = {
  AZURE_TENANT_ID: '7c1d4a52-93be-4f0e-a1c7-5d2e8b6f9a30',
  SLACK_BOT_TOKEN: 'xoxb-1',
  SLACK_SIGNING_SECRET: 'secret',
  WATCHFLOOR_CONFIG: settings('route: { to: [{ slack: C0SOC }] }'),
};

/** What is said about a configuration, a fault a line. */
function faultsOf(read: () => unknown): string[] {
  try {
    read();
  } catch (error) {
    if (!(error instanceof ConfigFaults)) throw error;
    return error.message.split('\n- ').slice(1);
  }
  return [];
}

describe('the environment', () => {
  it('needs no more than a tenant, one chat and a file', () => {
    const config = readConfig(least);
    expect(config).toMatchObject({
      port: 3978,
      pollSeconds: 30,
      databaseUrl: undefined,
      azure: { resourceManager: 'https://management.azure.com' },
      slack: { apiUrl: 'https://slack.com/api/' },
      teams: undefined,
    });
  });

  it('that is empty is told everything that is missing at once, each with its cure', () => {
    expect(faultsOf(() => readConfig({}))).toEqual([
      'AZURE_TENANT_ID is not set. Azure portal → Microsoft Entra ID → Overview.',
      'WATCHFLOOR_CONFIG is not set. Path of a YAML file; examples/watchfloor.yaml is one.',
      'Neither SLACK_BOT_TOKEN nor TEAMS_APP_ID is set. Slack → your app → OAuth; Azure Bot → Configuration.',
    ]);
  });

  it.each([
    { wrong: { SLACK_SIGNING_SECRET: ' ' }, says: 'SLACK_SIGNING_SECRET is not set. Slack → your app' },
    { wrong: { PORT: 'http' }, says: 'PORT is a number from 0 to 65535.' },
    { wrong: { PORT: '70000' }, says: 'PORT is a number from 0 to 65535.' },
    { wrong: { POLL_SECONDS: '-1' }, says: 'POLL_SECONDS is a number' },
    { wrong: { AZURE_RESOURCE_MANAGER: 'management' }, says: 'AZURE_RESOURCE_MANAGER is not a URL.' },
    { wrong: { PUBLIC_URL: 'http://watchfloor.example' }, says: 'PUBLIC_URL is not like https://' },
    { wrong: { PUBLIC_URL: 'https://watchfloor.example/chat' }, says: 'PUBLIC_URL is not like https://' },
    { wrong: { AZURE_GRAPH: 'graph' }, says: 'AZURE_GRAPH is not a URL.' },
    { wrong: { AZURE_LOG_ANALYTICS: 'logs' }, says: 'AZURE_LOG_ANALYTICS is not a URL.' },
    {
      wrong: { AZURE_LOG_ANALYTICS: 'https://api.loganalytics.io' },
      says: 'AZURE_LOG_ANALYTICS is not like https://api.loganalytics.io/v1.',
    },
    { wrong: { WEBHOOK_SECRET: 'short' }, says: 'WEBHOOK_SECRET is shorter than 16 characters.' },
    { wrong: { LOG_LEVEL: 'loud' }, says: 'LOG_LEVEL' },
    { wrong: { WATCHFLOOR_CONFIG: '/nowhere.yaml' }, says: '/nowhere.yaml cannot be read: ENOENT' },
  ])('with $wrong is told "$says" and nothing else', ({ wrong, says }) => {
    const faults = faultsOf(() => readConfig({ ...least, ...wrong }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(says);
  });

  it('may give two signing secrets while one replaces the other', () => {
    const { slack } = readConfig({ ...least, SLACK_SIGNING_SECRET: 'old, new' });
    expect(slack?.signingSecret.open()).toEqual(['old', 'new']);
  });

  it('may be reached without TLS on this machine alone', () => {
    const at = (url: string) => readConfig({ ...least, PUBLIC_URL: url }).publicUrl;
    expect(at('http://127.0.0.1:3978/')).toBe('http://127.0.0.1:3978');
    expect(at('https://watchfloor.example')).toBe('https://watchfloor.example');
  });

  it('with an empty variable is as if it were not set', () => {
    const empty = { PORT: '', POLL_SECONDS: '', LOG_LEVEL: '', DATABASE_URL: ' ', TEAMS_APP_ID: '' };
    expect(readConfig({ ...least, ...empty })).toEqual(readConfig(least));
  });

  it('of nothing means the sandbox', () => {
    expect(isConfigured({ PATH: '/bin', PORT: '3978' })).toBe(false);
    expect(isConfigured(least)).toBe(true);
  });

  it('never has its secrets repeated in a fault', () => {
    const faults = faultsOf(() => readConfig({ ...least, PORT: 'x', WEBHOOK_SECRET: 'hush' }));
    expect(faults.join()).not.toMatch(/hush|xoxb-1/);
  });
});

describe('a secret of the environment', () => {
  const file = path.join(folder, 'a-secret');
  fs.writeFileSync(file, 'out-of-a-file-of-its-own\n');

  it('may be a value, a file or an address in a Key Vault, each for itself', () => {
    const { webhook, metricsToken, slack, secrets } = readConfig({
      ...least,
      WEBHOOK_SECRET_FILE: file,
      METRICS_TOKEN: 'https://contoso-soc.vault.azure.net/secrets/metrics',
    });
    expect(webhook.secret?.open()).toEqual(['out-of-a-file-of-its-own']);
    expect(metricsToken?.origin.kind).toBe('vault');
    expect(slack?.botToken.open()).toEqual(['xoxb-1']);
    expect(secrets.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'WEBHOOK_SECRET', 'METRICS_TOKEN']),
    );
  });

  it('in a file turns a chat on as the value does', () => {
    const { SLACK_BOT_TOKEN: _, ...rest } = least;
    expect(isConfigured({ SLACK_BOT_TOKEN_FILE: file })).toBe(true);
    expect(readConfig({ ...rest, SLACK_BOT_TOKEN_FILE: file }).slack?.botToken.open()).toHaveLength(1);
  });

  it.each([
    {
      wrong: { AZURE_CLIENT_SECRET: 'https://contoso-soc.vault.azure.net/secrets/azure' },
      says: 'AZURE_CLIENT_SECRET cannot come from Key Vault: it is what opens the vault.',
    },
    {
      wrong: { TEAMS_APP_ID: 'x', TEAMS_APP_SECRET: 'https://evil.example/secrets/x' },
      says: 'TEAMS_APP_SECRET begins',
    },
    { wrong: { WEBHOOK_SECRET_FILE: '/nowhere' }, says: 'WEBHOOK_SECRET_FILE names /nowhere' },
    { wrong: { TRUST_PROXY: '10.0.0.0/8, nonsense' }, says: 'TRUST_PROXY is a list of addresses' },
    { wrong: { AZURE_KEY_VAULT: 'vault' }, says: 'AZURE_KEY_VAULT is not a URL.' },
  ])('that is wrong is told "$says" and nothing else', ({ wrong, says }) => {
    const faults = faultsOf(() => readConfig({ ...least, ...wrong }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain(says);
  });

  it('is none of what is printed of the configuration', () => {
    const config = readConfig({
      ...least,
      WEBHOOK_SECRET_FILE: file,
      DATABASE_URL: 'postgres://u:pass-word@db/x',
    });
    for (const text of [JSON.stringify(config), inspect(config, { depth: null, showHidden: true })])
      expect(text).not.toMatch(/xoxb-1|out-of-a-file|pass-word/);
  });

  it('in which logs are asked in people’s own names says how they sign in, and what seals it', () => {
    const asPerson = { ...least, WATCHFLOOR_CONFIG: settings('route: {}\nlogs: { as: person }') };
    expect(faultsOf(() => readConfig(asPerson)).map((fault) => fault.split(' ')[0])).toEqual([
      'PUBLIC_URL',
      'AZURE_CLIENT_ID',
      'AZURE_CLIENT_SECRET',
      'TOKEN_KEY',
    ]);
    const whole = {
      ...asPerson,
      PUBLIC_URL: 'https://watchfloor.example',
      AZURE_CLIENT_ID: 'app',
      AZURE_CLIENT_SECRET: 'word',
      TOKEN_KEY: 'k'.repeat(32),
    };
    expect(readConfig(whole).file.logs.as).toBe('person');
  });
});

describe('the file', () => {
  it('of the examples is good, and so is that of the sandbox', () => {
    const example = readSettingsFile('examples/watchfloor.yaml');
    expect(example.people.length).toBeGreaterThan(0);
    expect(example.route.to?.map((place) => place.channel).sort()).toEqual(['slack', 'teams']);
    const company = readSettingsFile('src/sandbox/watchfloor.yaml');
    expect([company.people.length, company.groups.length]).toEqual([8, 1]);
  });

  it.each([
    { yaml: 'route: {}\npeple: []', says: 'peple' },
    { yaml: 'route: { destination: [] }', says: 'destination' },
    { yaml: 'route: { match: { host_name: vm-1 } }', says: 'host_name' },
    { yaml: 'route: { routes: [{ name: inner, to: [{ discord: x }] }] }', says: 'route.routes.0.to.0' },
    { yaml: 'route: {}\npeople: [{ id: 1, name: A, upn: a@b, roles: [boss] }]', says: 'people.0.roles.0' },
    { yaml: 'route: {}\nfeeds: { sentinel: [{ workspace: w }] }', says: 'feeds.sentinel.0.subscription' },
    { yaml: 'people: []', says: 'route' },
    { yaml: 'route: [', says: 'cannot be read' },
    { yaml: '', says: 'top' },
  ])('with $yaml is refused, naming $says', ({ yaml, says }) => {
    expect(faultsOf(() => readSettingsFile(settings(yaml))).join('\n')).toContain(says);
  });

  it('is told all its faults together with those of the environment', () => {
    const file = settings('route: {}\nwindowHours: -1\npeple: []');
    expect(
      faultsOf(() => readConfig({ ...least, AZURE_TENANT_ID: '', WATCHFLOOR_CONFIG: file })),
    ).toHaveLength(3);
  });

  it('keeps what it does not speak of for a week, 90 days and 400 days, and no part of a day', () => {
    const read = readSettingsFile(settings('route: {}\nkeep: { rawDays: 3 }'));
    expect(read.keep).toEqual({
      rawDays: 3,
      refusedDays: 90,
      queryDays: 7,
      closedDays: 400,
      recordDays: 2_557,
    });
    const wrong = settings('route: {}\nkeep: { rawDays: 0.5, closed: 1 }');
    expect(faultsOf(() => readSettingsFile(wrong))).toEqual([
      expect.stringContaining('keep.rawDays'),
      expect.stringContaining('closed'),
    ]);
  });

  it('may write one pattern without a list', () => {
    const read = readSettingsFile(settings('route: { match: { severity: high } }'));
    expect(read.route.match).toEqual({ severity: ['high'] });
  });
});

describe('streams', () => {
  const policy = 'SharedAccessKeyName=watchfloor;SharedAccessKey=c2VjcmV0LWtleQ==';
  const connection = `Endpoint=sb://Contoso-Alerts.servicebus.windows.net/;${policy};EntityPath=alerts`;
  const withStream = (namespace: string, feeds = 'defender: [3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5]') =>
    settings(`
route: { to: [{ slack: C0SOC }] }
feeds:
  ${feeds}
  streams: [{ source: defender, namespace: ${namespace}, eventHub: alerts }]`);
  const file = withStream('Contoso-Alerts.servicebus.windows.net');

  it('are read as the default consumer group, by Entra ID unless a key is given', () => {
    const config = readConfig({ ...least, WATCHFLOOR_CONFIG: file });
    expect(config.file.feeds.streams).toEqual([
      {
        source: 'defender',
        namespace: 'contoso-alerts.servicebus.windows.net',
        eventHub: 'alerts',
        consumerGroup: '$Default',
      },
    ]);
    expect(config.azure.eventHubs).toEqual({ endpoint: undefined, key: undefined });
    const keyed = readConfig({ ...least, WATCHFLOOR_CONFIG: file, EVENT_HUBS_CONNECTION_STRING: connection });
    expect(readConnection(keyed.azure.eventHubs.key)).toEqual({
      namespace: 'contoso-alerts.servicebus.windows.net',
      name: 'watchfloor',
      key: 'c2VjcmV0LWtleQ==',
    });
  });

  it.each([
    [
      'leads to a host that is no event hub',
      { WATCHFLOOR_CONFIG: withStream('evil.example') },
      'is not like',
    ],
    [
      'has a source that is not polled',
      { WATCHFLOOR_CONFIG: withStream('a.servicebus.windows.net', 'sentinel: []') },
      'also needs an entry under feeds.defender',
    ],
    ['has half a connection string', { EVENT_HUBS_CONNECTION_STRING: policy }, 'lacks Endpoint'],
    [
      'has the key of another namespace',
      { EVENT_HUBS_CONNECTION_STRING: connection.replace('Alerts', 'Other') },
      'contoso-other.servicebus.windows.net, and no entry',
    ],
    ['has an endpoint that is none', { EVENT_HUBS_ENDPOINT: 'localhost' }, 'EVENT_HUBS_ENDPOINT is not like'],
  ])('that %s is a fault, and no key is in it', (_what, wrong, says) => {
    const faults = faultsOf(() => readConfig({ ...least, WATCHFLOOR_CONFIG: file, ...wrong }));
    expect(faults.join('\n')).toContain(says);
    expect(faults.join('\n')).not.toContain('c2VjcmV0');
  });
});

describe('what the settings say on "was this you?"', () => {
  const read = (yaml: string) =>
    readSettingsFile(settings(`route: { to: [{ slack: C0SOC }] }\n${yaml}`)).questions;

  it('is careful unless said otherwise', () => {
    const careful = { minutes: 30, yes: 'note', no: 'raise', unanswered: 'raise', slackSignIn: 'entra' };
    expect(read('')).toEqual(careful);
    expect(read('questions: { yes: lower, minutes: 5 }')).toEqual({ ...careful, yes: 'lower', minutes: 5 });
  });

  it.each([
    ['yes: raise', 'questions.yes'],
    ['no: close', 'questions.no'],
    ['unanswered: lower', 'questions.unanswered'],
    ['minutes: 0', 'questions.minutes'],
    ['minutes: 100000', 'questions.minutes'],
    ['slackSignIn: false', 'questions.slackSignIn'],
    ['whom: everybody', 'questions'],
  ])('is refused where it is "%s"', (line, place) => {
    expect(faultsOf(() => read(`questions: { ${line} }`))[0]).toContain(place);
  });
});
