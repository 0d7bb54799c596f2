import { ConfigFaults, readSettings, type Settings } from './settings.ts';

/** Everything that can be set; the only place that reads the environment. */
export interface Config {
  port: number;
  host: string;
  logLevel: string;
  databaseUrl: string | undefined;
  dataFolder: string;
  pollSeconds: number;
  azure: {
    tenantId: string;
    clientId: string;
    clientSecret: string | undefined;
    clientCertificatePath: string | undefined;
    authorityHost: string;
    resourceManager: string;
    eventHubs: {
      /** `sb://host:port` where event hubs are not reached by the name of their namespace. */
      endpoint: string | undefined;
      /** An access policy's key, in place of Entra ID, for streams of that namespace. */
      key: { namespace: string; name: string; key: string } | undefined;
    };
  };
  slack: { botToken: string; signingSecrets: string[]; apiUrl: string } | undefined;
  teams:
    | {
        appId: string;
        appSecret: string | undefined;
        serviceUrl: string;
        openIdMetadataUrl: string;
      }
    | undefined;
  webhook: { secret: string | undefined; audience: string | undefined };
  /** Bearer token for `/metrics`; without it only this machine may read them. */
  metricsToken: string | undefined;
  /** Where spans are sent by OTLP over HTTP; without it nothing is traced. */
  otlpEndpoint: string | undefined;
  file: Settings;
}

type Environment = Record<string, string | undefined>;

const ownVariables = [
  'WATCHFLOOR_CONFIG',
  'SLACK_BOT_TOKEN',
  'SLACK_SIGNING_SECRET',
  'TEAMS_APP_ID',
  'TEAMS_APP_SECRET',
  'AZURE_TENANT_ID',
  'AZURE_CLIENT_ID',
  'AZURE_CLIENT_SECRET',
  'AZURE_CLIENT_CERTIFICATE_PATH',
  'WEBHOOK_SECRET',
  'WEBHOOK_AUDIENCE',
  'EVENT_HUBS_CONNECTION_STRING',
];

/** Whether anything of a real installation is set; where not, the sandbox runs. */
export function isConfigured(env: Environment): boolean {
  // A single one counts: with a secret lost, real decisions must not go to stand-ins.
  return ownVariables.some((name) => env[name]?.trim());
}

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Reads and checks everything. Throws `ConfigFaults`. */
export function readConfig(env: Environment): Config {
  const faults: string[] = [];
  const need = (name: string, where: string): string => {
    const value = env[name]?.trim();
    if (!value) faults.push(`${name} is not set. ${where}`);
    return value ?? '';
  };
  const number = (name: string, fallback: number, least: number, most: number): number => {
    const value = Number(env[name]?.trim() || fallback);
    if (!(value >= least && value <= most)) faults.push(`${name} is a number from ${least} to ${most}.`);
    return value;
  };
  const oneOf = (name: string, fallback: string, known: readonly string[]): string => {
    const value = env[name]?.trim() || fallback;
    if (!known.includes(value)) faults.push(`${name} is one of ${known.join(', ')}.`);
    return value;
  };
  const url = (name: string, fallback: string): string => {
    const value = env[name]?.trim() || fallback;
    if (!URL.canParse(value)) faults.push(`${name} is not a URL.`);
    return value;
  };

  const config: Config = {
    port: number('PORT', 3978, 0, 65_535),
    host: env.HOST?.trim() || '0.0.0.0',
    logLevel: oneOf('LOG_LEVEL', 'info', logLevels),
    databaseUrl: env.DATABASE_URL?.trim() || undefined,
    dataFolder: env.DATA_DIR?.trim() || 'data',
    pollSeconds: number('POLL_SECONDS', 30, 1, 3_600),
    azure: {
      tenantId: need('AZURE_TENANT_ID', 'Azure portal → Microsoft Entra ID → Overview.'),
      clientId: env.AZURE_CLIENT_ID?.trim() ?? '',
      clientSecret: env.AZURE_CLIENT_SECRET?.trim() || undefined,
      clientCertificatePath: env.AZURE_CLIENT_CERTIFICATE_PATH?.trim() || undefined,
      authorityHost: url('AZURE_AUTHORITY_HOST', 'https://login.microsoftonline.com'),
      resourceManager: url('AZURE_RESOURCE_MANAGER', 'https://management.azure.com'),
      eventHubs: {
        endpoint: env.EVENT_HUBS_ENDPOINT?.trim() || undefined,
        key: readConnectionString(env.EVENT_HUBS_CONNECTION_STRING?.trim(), faults),
      },
    },
    slack: env.SLACK_BOT_TOKEN
      ? {
          botToken: env.SLACK_BOT_TOKEN.trim(),
          // Two while it is being rotated, parted by a comma.
          signingSecrets: need('SLACK_SIGNING_SECRET', 'Slack → your app → Basic Information.')
            .split(',')
            .map((secret) => secret.trim()),
          apiUrl: url('SLACK_API_URL', 'https://slack.com/api/'),
        }
      : undefined,
    teams: env.TEAMS_APP_ID
      ? {
          appId: env.TEAMS_APP_ID.trim(),
          appSecret: env.TEAMS_APP_SECRET?.trim() || undefined,
          serviceUrl: url('TEAMS_SERVICE_URL', 'https://smba.trafficmanager.net/teams/'),
          openIdMetadataUrl: url(
            'TEAMS_OPENID_METADATA_URL',
            'https://login.botframework.com/v1/.well-known/openidconfiguration',
          ),
        }
      : undefined,
    webhook: {
      secret: env.WEBHOOK_SECRET?.trim() || undefined,
      audience: env.WEBHOOK_AUDIENCE?.trim() || undefined,
    },
    metricsToken: env.METRICS_TOKEN?.trim() || undefined,
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim()
      ? url('OTEL_EXPORTER_OTLP_ENDPOINT', '')
      : undefined,
    file: readSettings(
      need('WATCHFLOOR_CONFIG', 'Path of a YAML file; examples/watchfloor.yaml is one.'),
      faults,
    ),
  };
  if (!config.slack && !config.teams) {
    faults.push(
      'Neither SLACK_BOT_TOKEN nor TEAMS_APP_ID is set. Slack → your app → OAuth; Azure Bot → Configuration.',
    );
  }
  const { endpoint, key } = config.azure.eventHubs;
  if (endpoint && !/^sb:\/\/[\w.-]+(:\d+)?$/.test(endpoint)) {
    faults.push('EVENT_HUBS_ENDPOINT is not like sb://host:port.');
  }
  if (key && !config.file.feeds.streams.some(({ namespace }) => namespace === key.namespace)) {
    faults.push(
      `EVENT_HUBS_CONNECTION_STRING is for ${key.namespace}, and no entry of feeds.streams names that namespace.`,
    );
  }
  const secrets = { WEBHOOK_SECRET: config.webhook.secret, METRICS_TOKEN: config.metricsToken };
  for (const [name, secret] of Object.entries(secrets)) {
    if (secret && secret.length < 16)
      faults.push(`${name} is shorter than 16 characters. \`openssl rand -hex 32\` makes a good one.`);
  }
  if (faults.length > 0) throw new ConfigFaults(faults);
  return config;
}

/** The string itself stays out of faults: it holds the key. */
function readConnectionString(
  value: string | undefined,
  faults: string[],
): Config['azure']['eventHubs']['key'] {
  if (!value) return undefined;
  const parts = new Map(value.split(';').map((part) => [part.split('=')[0], part.replace(/^[^=]*=/, '')]));
  const namespace = /^sb:\/\/([\w.-]+)\/?$/.exec(parts.get('Endpoint') ?? '')?.[1]?.toLowerCase();
  const name = parts.get('SharedAccessKeyName');
  const key = parts.get('SharedAccessKey');
  if (namespace && name && key) return { namespace, name, key };
  faults.push(
    'EVENT_HUBS_CONNECTION_STRING lacks Endpoint, SharedAccessKeyName or SharedAccessKey. Event Hubs namespace → Shared access policies.',
  );
  return undefined;
}
