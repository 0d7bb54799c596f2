import { subscriptions } from '../../../azure/estate.ts';
import type { LogEvent } from '../../ingest.ts';
import type { Bag } from '../../value.ts';
import type { Dice } from '../dice.ts';
import { type Account, tenant, things } from '../estate.ts';

const groupOf = (id: string) => /\/resourceGroups\/([^/]+)/i.exec(id)?.[1] ?? '';
const subscriptionOf = (id: string) => id.split('/')[2] ?? '';
const providerOf = (id: string) => /\/providers\/([^/]+)/i.exec(id)?.[1] ?? '';
const nameOf = (id: string) => id.split('/').at(-1) ?? '';

export interface Activity {
  at: number;
  by: Account | string;
  from: string;
  operation: string;
  resource: string;
  status?: 'Success' | 'Failure' | 'Start';
  properties?: Bag;
}

export function activity(dice: Dice, { at, by, from, operation, resource, ...it }: Activity): LogEvent {
  const caller = typeof by === 'string' ? by : by.upn;
  const claims: Bag = {
    ipaddr: from,
    name: typeof by === 'string' ? by : by.displayName,
    'http://schemas.microsoft.com/identity/claims/objectidentifier': typeof by === 'string' ? by : by.oid,
  };
  const properties: Bag = {
    eventCategory: 'Administrative',
    entity: resource,
    message: operation,
    ...it.properties,
  };
  return {
    table: 'AzureActivity',
    at,
    values: {
      CallerIpAddress: from,
      CategoryValue: 'Administrative',
      CorrelationId: dice.guid(),
      Authorization: JSON.stringify({ action: operation, scope: resource }),
      Authorization_d: { action: operation, scope: resource },
      Claims: JSON.stringify(claims),
      Claims_d: claims,
      Level: it.status === 'Failure' ? 'Error' : 'Informational',
      OperationNameValue: operation.toUpperCase(),
      Properties: JSON.stringify(properties),
      Properties_d: properties,
      Caller: caller,
      EventDataId: dice.guid(),
      EventSubmissionTimestamp: at + 30_000,
      HTTPRequest: JSON.stringify({ clientIpAddress: from, method: 'POST' }),
      ResourceGroup: groupOf(resource),
      ResourceProviderValue: providerOf(resource).toUpperCase(),
      ActivityStatusValue: it.status ?? 'Success',
      Hierarchy: `${tenant}/${subscriptionOf(resource)}`,
      SubscriptionId: subscriptionOf(resource),
      _ResourceId: resource.toLowerCase(),
    },
  };
}

export interface Secret {
  at: number;
  operation: 'SecretList' | 'SecretGet' | 'VaultGet' | 'KeySign';
  /** Object id of who asks, and what it is called. */
  oid: string;
  name: string;
  from: string;
  secret?: string;
  status?: number;
}

export function secret(dice: Dice, it: Secret): LogEvent {
  const status = it.status ?? 200;
  return {
    table: 'AZKVAuditLogs',
    at: it.at,
    values: {
      OperationName: it.operation,
      OperationVersion: '7.5',
      Category: 'AuditEvent',
      ResultType: 'Success',
      ResultSignature: status === 200 ? 'OK' : 'Forbidden',
      DurationMs: dice.between(8, 90),
      CallerIpAddress: it.from,
      CorrelationId: dice.guid(),
      Identity: {
        claim: {
          'http://schemas.microsoft.com/identity/claims/objectidentifier': it.oid,
          appid: dice.guid(),
          xms_mirid: it.name,
        },
      },
      HttpStatusCode: status,
      RequestUri: `https://kv-payments.vault.azure.net/secrets${it.secret ? `/${it.secret}` : ''}?api-version=7.5`,
      Id: it.secret ? `https://kv-payments.vault.azure.net/secrets/${it.secret}` : '',
      ClientInfo: 'azsdk-net-Security.KeyVault.Secrets/4.6.0',
      AddrAuthType: 'PrivateEndpoint',
      Algorithm: '',
      Tlsversion: 'TLS1_3',
      Resource: 'kv-payments',
      ResourceType: 'VAULTS',
      ResourceGroup: 'rg-payments',
      Properties: { id: it.secret ?? '', httpStatusCode: status },
      _ResourceId: things.keyVault.toLowerCase(),
    },
  };
}

export interface Blob {
  at: number;
  storage?: string;
  operation:
    | 'GetBlob'
    | 'PutBlob'
    | 'ListBlobs'
    | 'DeleteBlob'
    | 'SetBlobServiceProperties'
    | 'GetContainerProperties';
  from: string;
  container: string;
  blob?: string;
  who?: Account;
  agent?: string;
  bytes?: number;
  status?: number;
}

export function blob(dice: Dice, it: Blob): LogEvent {
  const storage = it.storage ?? things.backupStorage;
  const name = nameOf(storage);
  const path = it.blob ? `${it.container}/${it.blob}` : it.container;
  const status = it.status ?? (it.operation === 'DeleteBlob' ? 202 : 200);
  return {
    table: 'StorageBlobLogs',
    at: it.at,
    values: {
      AccountName: name,
      Location: 'westeurope',
      Protocol: 'HTTPS',
      OperationName: it.operation,
      OperationVersion: '2023-11-03',
      SchemaVersion: '1.0',
      StatusCode: status,
      StatusText: status < 300 ? 'Success' : 'AuthorizationFailure',
      DurationMs: dice.between(3, 120),
      ServerLatencyMs: dice.between(2, 60),
      // With the port, as Storage writes it.
      CallerIpAddress: `${it.from}:${dice.between(1_024, 65_535)}`,
      CorrelationId: dice.guid(),
      ServiceType: 'blob',
      OperationCount: 0,
      RequesterObjectId: it.who?.oid ?? '',
      RequesterUpn: it.who?.upn ?? '',
      RequesterTenantId: it.who ? tenant : '',
      AuthenticationType: it.who ? 'OAuth' : 'AccountKey',
      AuthenticationHash: it.who ? '' : 'key1(2F9D1A77C0)',
      Uri: `https://${name}.blob.core.windows.net/${path}?timeout=901`,
      UserAgentHeader: it.agent ?? 'azsdk-net-Storage.Blobs/12.19.1',
      ObjectKey: `/${name}/${path}`,
      RequestBodySize: it.operation === 'PutBlob' ? (it.bytes ?? 4_096) : 0,
      ResponseBodySize: it.operation === 'GetBlob' ? (it.bytes ?? 4_096) : 0,
      TlsVersion: 'TLS 1.2',
      AccessTier: 'Cool',
      Category:
        it.operation === 'DeleteBlob'
          ? 'StorageDelete'
          : it.operation === 'PutBlob'
            ? 'StorageWrite'
            : 'StorageRead',
      MetricResponseType: 'Success',
      _ResourceId: storage.toLowerCase(),
    },
  };
}

export interface Statement {
  at: number;
  login: string;
  from: string;
  application: string;
  statement: string;
  rows: number;
  host?: string;
  succeeded?: boolean;
}

/** The server's audit, which Azure SQL writes to AzureDiagnostics in the name of its `master`. */
export function statement(dice: Dice, it: Statement): LogEvent {
  const milliseconds = dice.between(2, 80) + Math.round(it.rows / 40);
  const id = things.sql.replace(/[^/]+$/, 'master');
  return {
    table: 'AzureDiagnostics',
    at: it.at,
    values: {
      ResourceId: id.toUpperCase(),
      Category: 'SQLSecurityAuditEvents',
      ResourceGroup: 'RG-PAYMENTS',
      SubscriptionId: subscriptions.production,
      ResourceProvider: 'MICROSOFT.SQL',
      Resource: 'MASTER',
      ResourceType: 'SERVERS/DATABASES',
      OperationName: 'AuditEvent',
      LogicalServerName_s: 'sql-payments',
      database_name_s: 'payments',
      action_name_s: 'BATCH COMPLETED',
      server_principal_name_s: it.login,
      application_name_s: it.application,
      client_ip_s: it.from,
      host_name_s: it.host ?? '',
      statement_s: it.statement,
      succeeded_s: String(it.succeeded ?? true),
      response_rows_d: it.rows,
      affected_rows_d: 0,
      duration_milliseconds_d: milliseconds,
      AdditionalFields: {},
      _ResourceId: id.toLowerCase(),
    },
  };
}

export function postgres(
  dice: Dice,
  it: { at: number; from: string; user: string; failed: boolean },
): LogEvent {
  const message = it.failed
    ? `password authentication failed for user "${it.user}"`
    : `connection authorized: user=${it.user} database=orders SSL enabled`;
  return {
    table: 'PGSQLServerLogs',
    at: it.at,
    values: {
      Category: 'PostgreSQLLogs',
      LogicalServerName: 'psql-orders',
      ErrorLevel: it.failed ? 'FATAL' : 'LOG',
      SqlErrorCode: it.failed ? '28P01' : '00000',
      Message: message,
      ProcessId: dice.between(1_000, 32_000),
      BackendType: 'client backend',
      ConnectionFrom: `${it.from}:${dice.between(1_024, 65_535)}`,
      DatabaseName: 'orders',
      UserName: it.user,
      OperationName: 'LogEvent',
      _ResourceId: things.postgres.toLowerCase(),
    },
  };
}

export interface Http {
  at: number;
  from: string;
  method?: string;
  path: string;
  query?: string;
  status: number;
  agent: string;
  referer?: string;
  site?: string;
}

export function http(dice: Dice, it: Http): LogEvent {
  return {
    table: 'AppServiceHTTPLogs',
    at: it.at,
    values: {
      Category: 'AppServiceHTTPLogs',
      CsHost: 'shop.contoso.com',
      CsMethod: it.method ?? 'GET',
      CsUriStem: it.path,
      CsUriQuery: it.query ?? '',
      CIp: it.from,
      SPort: '443',
      UserAgent: it.agent,
      Referer: it.referer ?? '',
      ScStatus: it.status,
      ScSubStatus: '0',
      ScBytes: dice.between(300, 60_000),
      CsBytes: dice.between(300, 2_000),
      TimeTaken: dice.between(4, 400),
      ComputerName: `lw1sdlwk000${dice.between(1, 4)}`,
      Protocol: 'HTTP/1.1',
      Result: 'Success',
      _ResourceId: (it.site ?? things.shopFront).toLowerCase(),
    },
  };
}

export interface ApiCall {
  at: number;
  from: string;
  method: string;
  path: string;
  operation: string;
  status: number;
  agent: string;
}

export function apiCall(dice: Dice, it: ApiCall): LogEvent {
  return {
    table: 'ApiManagementGatewayLogs',
    at: it.at,
    values: {
      OperationName: 'Microsoft.ApiManagement/GatewayLogs',
      CorrelationId: dice.guid(),
      Region: 'West Europe',
      IsRequestSuccess: it.status < 400,
      Category: 'GatewayLogs',
      TotalTime: dice.between(5, 300),
      CallerIpAddress: it.from,
      Method: it.method,
      Url: `https://api.contoso.com${it.path}`,
      ClientProtocol: 'HTTP/1.1',
      ResponseCode: it.status,
      ApiId: 'payments-v2',
      OperationId: it.operation,
      ClientTlsVersion: '1.3',
      RequestHeaders: { 'User-Agent': it.agent },
      RequestSize: dice.between(100, 3_000),
      ResponseSize: dice.between(100, 9_000),
      _ResourceId: things.gateway.toLowerCase(),
    },
  };
}

export interface FirewallRule {
  at: number;
  from: string;
  to: string;
  port: number;
  allowed: boolean;
  rule?: string;
}

/** Azure Firewall, by one of its network rules; what no rule allows is denied. */
export function firewallRule(dice: Dice, it: FirewallRule): LogEvent {
  return {
    table: 'AZFWNetworkRule',
    at: it.at,
    values: {
      Protocol: 'TCP',
      SourceIp: it.from,
      SourcePort: dice.between(1_024, 65_535),
      DestinationIp: it.to,
      DestinationPort: it.port,
      Action: it.allowed ? 'Allow' : 'Deny',
      ActionReason: it.rule ? '' : 'Default Action',
      Policy: 'afwp-hub',
      RuleCollection: it.rule ? 'spokes' : '',
      Rule: it.rule ?? '',
      _ResourceId: things.firewall.toLowerCase(),
    },
  };
}

export interface WebAttack {
  at: number;
  from: string;
  host: string;
  path: string;
  rule: string;
  message: string;
  action: 'Detected' | 'Blocked' | 'Matched';
}

/** The web application firewall of the gateway before the web sites. */
export function webAttack(dice: Dice, it: WebAttack): LogEvent {
  return {
    table: 'AGWFirewallLogs',
    at: it.at,
    values: {
      Action: it.action,
      ClientIp: it.from,
      ClientPort: dice.between(1_024, 65_535),
      Hostname: it.host,
      InstanceId: 'appgw_1',
      Message: it.message,
      OperationName: 'ApplicationGatewayFirewall',
      RequestUri: it.path,
      RuleId: it.rule,
      RuleSetType: 'OWASP CRS',
      RuleSetVersion: '3.2',
      Site: 'Global',
      TransactionId: dice.hex(32),
      PolicyScope: 'Global',
      _ResourceId: things.webGateway.toLowerCase(),
    },
  };
}

export interface Image {
  at: number;
  operation: 'Push' | 'Pull';
  repository: string;
  tag: string;
  digest: string;
  who: string;
  from: string;
  agent: string;
}

export function image(dice: Dice, it: Image): LogEvent {
  return {
    table: 'ContainerRegistryRepositoryEvents',
    at: it.at,
    values: {
      OperationName: it.operation,
      CorrelationId: dice.guid(),
      Repository: it.repository,
      Tag: it.tag,
      Digest: it.digest,
      MediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      Size: dice.between(1_200, 5_000),
      Region: 'westeurope',
      LoginServer: 'crcontososhop.azurecr.io',
      Identity: it.who,
      CallerIpAddress: it.from,
      UserAgent: it.agent,
      ResultType: '200',
      ArtifactType: 'DockerImage',
      _ResourceId: things.registry.toLowerCase(),
    },
  };
}

export interface KubeCall {
  at: number;
  user: string;
  from: string;
  verb: 'create' | 'patch' | 'get' | 'list' | 'delete';
  object: { resource: string; namespace: string; name: string };
  request?: Bag;
  agent?: string;
}

/** Changes stand in AKSAuditAdmin too, as AKS writes them. */
export function kubeCall(dice: Dice, it: KubeCall): LogEvent[] {
  const { resource, namespace, name } = it.object;
  const values: Bag = {
    Level: it.request ? 'RequestResponse' : 'Metadata',
    AuditId: dice.guid(),
    Stage: 'ResponseComplete',
    RequestUri: `/api/v1/namespaces/${namespace}/${resource}/${name}`,
    Verb: it.verb,
    User: { username: it.user, groups: ['system:authenticated'] },
    SourceIps: [it.from],
    UserAgent: it.agent ?? 'kubectl/v1.30.2 (linux/amd64)',
    ObjectRef: { resource, namespace, name, apiVersion: 'v1' },
    ResponseStatus: { code: it.verb === 'create' ? 201 : 200 },
    RequestObject: it.request ?? {},
    ResponseObject: {},
    RequestReceivedTime: it.at,
    StageReceivedTime: it.at + 12,
    Annotations: { 'authorization.k8s.io/decision': 'allow' },
    PodName: 'kube-apiserver-7d9f5c6b8-h2x4q',
    _ResourceId: things.aks.toLowerCase(),
  };
  const event: LogEvent = { table: 'AKSAudit', at: it.at, values };
  return it.verb === 'get' || it.verb === 'list' ? [event] : [event, { ...event, table: 'AKSAuditAdmin' }];
}

export interface ContainerLine {
  at: number;
  pod: string;
  container: string;
  namespace?: string;
  message: string;
  level?: 'info' | 'warning' | 'error';
  source?: 'stdout' | 'stderr';
}

export function containerLine(dice: Dice, it: ContainerLine): LogEvent {
  return {
    table: 'ContainerLogV2',
    at: it.at,
    values: {
      Computer: `aks-pool1-31415926-vmss00000${dice.between(0, 3)}`,
      ContainerId: dice.hex(64),
      ContainerName: it.container,
      PodName: it.pod,
      PodNamespace: it.namespace ?? 'shop',
      LogMessage: it.message,
      LogSource: it.source ?? 'stdout',
      LogLevel: it.level ?? 'info',
      KubernetesMetadata: { podLabels: { app: it.container } },
      SourceSystem: 'Containers',
      _ResourceId: things.aks.toLowerCase(),
    },
  };
}

export function metric(at: number, id: string, name: string, value: number, unit = 'Count'): LogEvent {
  return {
    table: 'AzureMetrics',
    at,
    values: {
      ResourceId: id.toUpperCase(),
      OperationName: '',
      Resource: nameOf(id).toUpperCase(),
      ResourceGroup: groupOf(id).toUpperCase(),
      ResourceProvider: providerOf(id).toUpperCase(),
      SubscriptionId: subscriptionOf(id),
      MetricName: name,
      Total: value,
      Count: 1,
      Maximum: value,
      Minimum: value,
      Average: value,
      TimeGrain: 'PT1M',
      UnitName: unit,
      _ResourceId: id.toLowerCase(),
    },
  };
}
