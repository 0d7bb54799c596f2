import path from 'node:path';
import { isVault } from './azure/vault-address.ts';
import { createSenderOf } from './edge/sender.ts';
import { findSecret, type SecretRules } from './secrets/find-secret.ts';
import { type Secret, secretOf } from './secrets/secret.ts';
import { ConfigFaults, readSettings, type Settings } from './settings.ts';

/** Everything that can be set; the only place that reads the environment. */
export interface Config {
  port: number;
  host: string;
  logLevel: string;
  databaseUrl: Secret | undefined;
  /** For another user on the same database, who owns the tables; then the one of `databaseUrl` cannot change the record. */
  databaseOwnerUrl: Secret | undefined;
  dataFolder: string;
  pollSeconds: number;
  azure: {
    tenantId: string;
    clientId: string;
    clientSecret: Secret | undefined;
    clientCertificatePath: string | undefined;
    authorityHost: string;
    resourceManager: string;
    /** Microsoft Graph, for people and groups. */
    graph: string;
    /** Where logs are asked, version and all. */
    logAnalytics: string;
    /** Defender for Endpoint: what is known of machines. */
    defenderEndpoint: string;
    /** Azure Monitor metrics at an address that is none of a region's. */
    metrics: string | undefined;
    /** A Key Vault at an address that is none of Microsoft's. */
    keyVault: string | undefined;
    eventHubs: {
      /** `sb://host:port` where event hubs are not reached by the name of their namespace. */
      endpoint: string | undefined;
      /** Connection string with an access policy's key, in place of Entra ID, for streams of its namespace. */
      key: Secret | undefined;
    };
  };
  slack: { botToken: Secret; signingSecret: Secret; apiUrl: string } | undefined;
  teams:
    | {
        appId: string;
        appSecret: Secret | undefined;
        serviceUrl: string;
        openIdMetadataUrl: string;
      }
    | undefined;
  /** Threat intelligence of others, each as far as there is a key. */
  intel: Record<'virustotal' | 'abuseipdb' | 'greynoise', KeyedSide | undefined>;
  /** Who keeps schedules of who is on call, each as far as there is a key. */
  schedules: Record<'pagerDuty' | 'opsgenie', KeyedSide | undefined>;
  /** A service that calls people out of bed, and the key by which it knows that it is us. */
  paging: { url: string; secret: Secret; routingKey: Secret | undefined } | undefined;
  /** Called each minute while all is well, for somebody outside to miss it. */
  heartbeatUrl: string | undefined;
  webhook: { secret: Secret | undefined; audience: string | undefined };
  /** Origin under which browsers reach us, for signing in; `undefined` where nobody can. */
  publicUrl: string | undefined;
  /** Seals what people let us have to ask logs in their name. */
  tokenKey: Secret | undefined;
  /** Proxies in front that are believed for whom they speak: addresses, subnets, `loopback`, `uniquelocal`. */
  trustProxy: string[];
  /** Bearer token for `/metrics`; without it only this machine may read them. */
  metricsToken: Secret | undefined;
  /** Where spans are sent by OTLP over HTTP; without it nothing is traced. */
  otlpEndpoint: string | undefined;
  audit: AuditConfig;
  file: Settings;
  /** All of them, to be opened before anything else starts and looked at again as long as it runs. */
  secrets: Secret[];
}

/** `https://www.virustotal.com`, `https://api.pagerduty.com`, or a stand-in, and the key that is sent along. */
export interface KeyedSide {
  endpoint: string;
  key: Secret;
}

/** How the record is sealed, and where it may be sent. */
export interface AuditConfig {
  /** `https://<vault>.vault.azure.net/keys/<name>`; without it the key is in the file. */
  key: URL | undefined;
  keyFile: string;
  /** File of checkpoints outside of the database. */
  checkpoints: string;
  /** Hosts to which the record may be exported, with their ports where those are unusual. */
  exportHosts: string[];
  exportToken: Secret | undefined;
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
  return ownVariables.some((name) => env[name]?.trim() || env[`${name}_FILE`]?.trim());
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
  const secrets: Secret[] = [];
  const secret = (name: string, rules?: SecretRules): Secret | undefined => {
    const found = findSecret(env, name, faults, rules);
    if (found) secrets.push(found);
    return found;
  };
  const needSecret = (name: string, where: string, rules?: SecretRules): Secret => {
    const found = secret(name, rules);
    if (!found) faults.push(`${name} is not set. ${where}`);
    return found ?? secretOf(name, '');
  };
  const botToken = secret('SLACK_BOT_TOKEN');

  const config: Config = {
    port: number('PORT', 3978, 0, 65_535),
    host: env.HOST?.trim() || '0.0.0.0',
    logLevel: oneOf('LOG_LEVEL', 'info', logLevels),
    databaseUrl: secret('DATABASE_URL'),
    databaseOwnerUrl: secret('DATABASE_OWNER_URL'),
    dataFolder: env.DATA_DIR?.trim() || 'data',
    pollSeconds: number('POLL_SECONDS', 30, 1, 3_600),
    azure: {
      tenantId: need('AZURE_TENANT_ID', 'Azure portal → Microsoft Entra ID → Overview.'),
      clientId: env.AZURE_CLIENT_ID?.trim() ?? '',
      clientSecret: secret('AZURE_CLIENT_SECRET', { notFromVault: opensVault }),
      clientCertificatePath: env.AZURE_CLIENT_CERTIFICATE_PATH?.trim() || undefined,
      authorityHost: url('AZURE_AUTHORITY_HOST', 'https://login.microsoftonline.com'),
      resourceManager: url('AZURE_RESOURCE_MANAGER', 'https://management.azure.com'),
      graph: url('AZURE_GRAPH', 'https://graph.microsoft.com'),
      logAnalytics: url('AZURE_LOG_ANALYTICS', 'https://api.loganalytics.io/v1'),
      defenderEndpoint: url('AZURE_DEFENDER_ENDPOINT', 'https://api.security.microsoft.com'),
      metrics: env.AZURE_METRICS?.trim() ? url('AZURE_METRICS', '') : undefined,
      keyVault: env.AZURE_KEY_VAULT?.trim() ? url('AZURE_KEY_VAULT', '') : undefined,
      eventHubs: {
        endpoint: env.EVENT_HUBS_ENDPOINT?.trim() || undefined,
        key: secret('EVENT_HUBS_CONNECTION_STRING', { check: refuseConnection }),
      },
    },
    slack: botToken
      ? {
          botToken,
          signingSecret: needSecret('SLACK_SIGNING_SECRET', 'Slack → your app → Basic Information.', {
            many: true,
          }),
          apiUrl: url('SLACK_API_URL', 'https://slack.com/api/'),
        }
      : undefined,
    teams: env.TEAMS_APP_ID
      ? {
          appId: env.TEAMS_APP_ID.trim(),
          appSecret: secret('TEAMS_APP_SECRET'),
          serviceUrl: url('TEAMS_SERVICE_URL', 'https://smba.trafficmanager.net/teams/'),
          openIdMetadataUrl: url(
            'TEAMS_OPENID_METADATA_URL',
            'https://login.botframework.com/v1/.well-known/openidconfiguration',
          ),
        }
      : undefined,
    intel: {
      virustotal: keyed(secret('VIRUSTOTAL_KEY'), url('VIRUSTOTAL_URL', 'https://www.virustotal.com')),
      abuseipdb: keyed(secret('ABUSEIPDB_KEY'), url('ABUSEIPDB_URL', 'https://api.abuseipdb.com')),
      greynoise: keyed(secret('GREYNOISE_KEY'), url('GREYNOISE_URL', 'https://api.greynoise.io')),
    },
    schedules: {
      pagerDuty: keyed(secret('PAGERDUTY_TOKEN'), url('PAGERDUTY_URL', 'https://api.pagerduty.com')),
      opsgenie: keyed(secret('OPSGENIE_KEY'), url('OPSGENIE_URL', 'https://api.opsgenie.com')),
    },
    paging: env.PAGING_URL?.trim()
      ? {
          url: safeUrl('PAGING_URL', env, faults),
          secret: needSecret('PAGING_SECRET', 'What requests to PAGING_URL are signed with.', { least: 16 }),
          routingKey: secret('PAGING_ROUTING_KEY'),
        }
      : undefined,
    heartbeatUrl: env.HEARTBEAT_URL?.trim() ? safeUrl('HEARTBEAT_URL', env, faults) : undefined,
    webhook: {
      secret: secret('WEBHOOK_SECRET', { least: 16 }),
      audience: env.WEBHOOK_AUDIENCE?.trim() || undefined,
    },
    trustProxy: readProxies(env.TRUST_PROXY?.trim(), faults),
    metricsToken: secret('METRICS_TOKEN', { least: 16 }),
    tokenKey: secret('TOKEN_KEY', { least: 32, many: true }),
    publicUrl: readPublicUrl(env.PUBLIC_URL?.trim(), faults),
    otlpEndpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT?.trim()
      ? url('OTEL_EXPORTER_OTLP_ENDPOINT', '')
      : undefined,
    audit: readAudit(env, env.DATA_DIR?.trim() || 'data', faults),
    file: readSettings(
      need('WATCHFLOOR_CONFIG', 'Path of a YAML file; examples/watchfloor.yaml is one.'),
      faults,
    ),
    secrets,
  };
  if (!config.slack && !config.teams) {
    faults.push(
      'Neither SLACK_BOT_TOKEN nor TEAMS_APP_ID is set. Slack → your app → OAuth; Azure Bot → Configuration.',
    );
  }
  if (config.file.logs.as === 'person') {
    const { clientId, clientSecret } = config.azure;
    const needed = {
      PUBLIC_URL: config.publicUrl,
      AZURE_CLIENT_ID: clientId,
      AZURE_CLIENT_SECRET: clientSecret,
    };
    for (const [name, value] of Object.entries({ ...needed, TOKEN_KEY: config.tokenKey })) {
      if (!value)
        faults.push(`${name} is not set, and with "logs.as: person" people sign in: docs/queries.md.`);
    }
  }
  const { logAnalytics } = config.azure;
  if (URL.canParse(logAnalytics) && !/^https?:\/\/[^/?#]+\/v1$/.test(logAnalytics)) {
    faults.push('AZURE_LOG_ANALYTICS is not like https://api.loganalytics.io/v1.');
  }
  const { endpoint, key } = config.azure.eventHubs;
  if (endpoint && !/^sb:\/\/[\w.-]+(:\d+)?$/.test(endpoint)) {
    faults.push('EVENT_HUBS_ENDPOINT is not like sb://host:port.');
  }
  const known = key?.origin.kind === 'vault' ? undefined : readConnection(key);
  if (known && !config.file.feeds.streams.some(({ namespace }) => namespace === known.namespace)) {
    faults.push(
      `EVENT_HUBS_CONNECTION_STRING is for ${known.namespace}, and no entry of feeds.streams names that namespace.`,
    );
  }
  if (faults.length > 0) throw new ConfigFaults(faults);
  return config;
}

/** What is about the record. `folder` is where the product keeps its files; faults are added to. */
export function readAudit(env: Environment, folder: string, faults: string[]): AuditConfig {
  const address = env.AUDIT_KEY?.trim();
  const key = address ? (URL.parse(address) ?? undefined) : undefined;
  const isKey =
    key && isVault(key, env.AZURE_KEY_VAULT?.trim()) && /^\/keys\/[0-9A-Za-z-]{1,127}\/?$/.test(key.pathname);
  if (address && !isKey) faults.push('AUDIT_KEY is not like https://<vault>.vault.azure.net/keys/<name>.');
  return {
    key,
    keyFile: env.AUDIT_KEY_FILE?.trim() || path.join(folder, 'audit-key.pem'),
    checkpoints: env.AUDIT_CHECKPOINTS?.trim() || path.join(folder, 'audit-checkpoints.ndjson'),
    exportHosts: (env.AUDIT_EXPORT_HOSTS ?? '').split(',').flatMap((one) => one.trim().toLowerCase() || []),
    exportToken: findSecret(env, 'AUDIT_EXPORT_TOKEN', faults, { notFromVault: exportsAlone }),
  };
}

const exportsAlone = 'exporting asks nobody else. Use AUDIT_EXPORT_TOKEN_FILE.';

function readProxies(value: string | undefined, faults: string[]): string[] {
  const proxies = (value ?? '').split(',').flatMap((one) => one.trim() || []);
  try {
    createSenderOf(proxies);
    return proxies;
  } catch {
    faults.push('TRUST_PROXY is a list of addresses and subnets, like 10.0.0.0/8, loopback or uniquelocal.');
    return [];
  }
}

/** Where the database is, and who may read its address where that is in a Key Vault. Throws `ConfigFaults`. */
export function readDatabase(env: Environment) {
  const faults: string[] = [];
  const databaseUrl = findSecret(env, 'DATABASE_URL', faults);
  const databaseOwnerUrl = findSecret(env, 'DATABASE_OWNER_URL', faults);
  const clientSecret = findSecret(env, 'AZURE_CLIENT_SECRET', faults, { notFromVault: opensVault });
  if (faults.length > 0) throw new ConfigFaults(faults);
  const azure = {
    tenantId: env.AZURE_TENANT_ID?.trim() ?? '',
    clientId: env.AZURE_CLIENT_ID?.trim() ?? '',
    clientSecret,
    clientCertificatePath: env.AZURE_CLIENT_CERTIFICATE_PATH?.trim() || undefined,
    authorityHost: env.AZURE_AUTHORITY_HOST?.trim() || 'https://login.microsoftonline.com',
    keyVault: env.AZURE_KEY_VAULT?.trim() || undefined,
  };
  const secrets = [databaseUrl, databaseOwnerUrl, clientSecret].filter((one) => one !== undefined);
  return { databaseUrl, databaseOwnerUrl, azure, secrets };
}

function keyed(key: Secret | undefined, endpoint: string): KeyedSide | undefined {
  return key && { key, endpoint };
}

/** Without TLS only where nobody else can listen. */
function safeUrl(name: string, env: Environment, faults: string[]): string {
  const url = URL.parse(env[name]?.trim() ?? '');
  if (url && isSafe(url) && !url.username && !url.password) return url.href;
  faults.push(`${name} is not like https://events.pagerduty.com/v2/enqueue.`);
  return '';
}

function isSafe({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' || (protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname))
  );
}

/** People sign in there: without TLS only where nobody else can listen. */
function readPublicUrl(value: string | undefined, faults: string[]): string | undefined {
  if (!value) return undefined;
  const url = URL.parse(value);
  if (url && isSafe(url) && url.href === `${url.origin}/`) return url.origin;
  faults.push('PUBLIC_URL is not like https://watchfloor.example.com, without a path.');
  return undefined;
}

const opensVault =
  'it is what opens the vault. Use a managed identity, AZURE_CLIENT_CERTIFICATE_PATH or AZURE_CLIENT_SECRET_FILE.';

/** An access policy's key, out of the connection string that the portal gives; `undefined` where it is none. */
export function readConnection(
  secret: Secret | undefined,
): { namespace: string; name: string; key: string } | undefined {
  return secret && partsOf(secret.open()[0]);
}

/** The string itself stays out of faults: it holds the key. */
function refuseConnection(text: string): string | undefined {
  return partsOf(text)
    ? undefined
    : 'EVENT_HUBS_CONNECTION_STRING lacks Endpoint, SharedAccessKeyName or SharedAccessKey. Event Hubs namespace → Shared access policies.';
}

function partsOf(text: string) {
  const parts = new Map(text.split(';').map((part) => [part.split('=')[0], part.replace(/^[^=]*=/, '')]));
  const namespace = /^sb:\/\/([\w.-]+)\/?$/.exec(parts.get('Endpoint') ?? '')?.[1]?.toLowerCase();
  const name = parts.get('SharedAccessKeyName');
  const key = parts.get('SharedAccessKey');
  return namespace && name && key ? { namespace, name, key } : undefined;
}
