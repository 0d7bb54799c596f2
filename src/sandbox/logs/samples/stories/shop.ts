import type { LogEvent } from '../../ingest.ts';
import { accountNamed, type Machine, places, svcDeploy, things } from '../estate.ts';
import { activity, containerLine, image, kubeCall, metric, postgres } from '../events/azure.ts';
import { cloudTrail, gcpCall } from '../events/clouds.ts';
import { browsers, signIn } from '../events/identity.ts';
import { flow, lookup } from '../events/network.ts';
import type { Story } from './story.ts';

const bad = {
  repository: 'shop/cart',
  tag: '2.14.1',
  digest: 'sha256:3f0b9d5c7a1e84620d6b5f8a9c2e4713b0d8f6a5c4e3920718f6b5d4c3a29180',
};
const pods = ['x2k8p', 'b7d4m', 'c9f2q', 'h5n8t', 'k3v6w', 'z1r7s'].map((end) => `cart-7c9d5b6f4-${end}`);
const pool = 'pool.coin-dig.example';
const node: Machine = { name: 'aks-pool1-31415926-vmss000002', os: 'Linux', ip: '10.30.2.6', id: things.aks };

const maliciousImage: Story = ({ dice, before }) => [
  signIn(dice, {
    at: before(5),
    who: svcDeploy,
    from: places.singapore,
    app: 'Azure Container Registry',
    agent: browsers.script,
    isManaged: false,
  }),
  image(dice, {
    at: before(3),
    operation: 'Push',
    ...bad,
    who: svcDeploy.upn,
    from: places.singapore.ip,
    agent: 'docker/26.1.4',
  }),
];

const privilegedContainer: Story = ({ dice, before }) => [
  ...kubeCall(dice, {
    at: before(3),
    user: svcDeploy.upn,
    from: places.singapore.ip,
    verb: 'patch',
    object: { resource: 'deployments', namespace: 'shop', name: 'cart' },
    request: {
      spec: {
        template: {
          spec: {
            containers: [
              {
                name: 'cart',
                image: 'crcontososhop.azurecr.io/shop/cart:2.14.1',
                securityContext: { privileged: true },
              },
            ],
          },
        },
      },
    },
  }),
  ...pods.flatMap((name, n) =>
    kubeCall(dice, {
      at: before(2.9) + n * 400,
      user: 'system:serviceaccount:kube-system:replicaset-controller',
      from: '10.30.2.1',
      verb: 'create',
      object: { resource: 'pods', namespace: 'shop', name },
      request: { spec: { containers: [{ name: 'cart', securityContext: { privileged: true } }] } },
    }),
  ),
  image(dice, {
    at: before(2.8),
    operation: 'Pull',
    ...bad,
    who: 'aks-shop-agentpool',
    from: node.ip,
    agent: 'containerd/1.7.20',
  }),
];

const cryptoMiner: Story = ({ dice, before, spread }) => [
  ...pods.flatMap((pod, n) => [
    containerLine(dice, {
      at: before(10) + n * 900,
      pod,
      container: 'cart',
      message: `exec ./kworkerd -o stratum+tcp://${pool}:3333 --donate-level 1`,
      level: 'warning',
      source: 'stderr',
    }),
    ...spread(20, 9.5, 2).map((at) =>
      containerLine(dice, {
        at: at + n * 70,
        pod,
        container: 'cart',
        message: `net  ${pool}:3333 accepted (${dice.between(1, 90)}/0) diff ${dice.between(10_000, 90_000)} (${dice.between(20, 90)} ms)`,
        source: 'stderr',
      }),
    ),
  ]),
  ...spread(24, 10, 2).map((at) => lookup(dice, { at, client: node, name: pool, answer: '192.0.2.180' })),
  ...spread(40, 10, 2).map((at) =>
    flow(dice, {
      at,
      from: node.ip,
      to: '192.0.2.180',
      port: 3333,
      direction: 'Outbound',
      allowed: true,
      machine: node,
      sent: 4_800,
      received: 5_200,
      country: 'sg',
      threat: 'Mining',
    }),
  ),
  ...spread(8, 10, 2).map((at) => metric(at, things.aks, 'node_cpu_usage_percentage', 97, 'Percent')),
];

const guessing: Story = ({ dice, spread }) =>
  spread(3_204, 57, 2).map((at, n) =>
    postgres(dice, {
      at,
      from: places.singapore.ip,
      user: ['postgres', 'admin', 'orders'][n % 3] ?? 'postgres',
      failed: true,
    }),
  );

const ddos: Story = ({ dice, before, spread }) => [
  ...spread(34, 36, 2).flatMap((at, n): LogEvent[] => [
    metric(
      at,
      things.publicIp,
      'BytesInDDoS',
      Math.round(5.1e9 * Math.sin(((n + 1) / 35) * Math.PI)),
      'BytesPerSecond',
    ),
    metric(at, things.publicIp, 'IfUnderDDoSAttack', 1),
    mitigation(
      dice.pick(['DDoSMitigationFlowLogs', 'DDoSMitigationReports']),
      at,
      `192.0.2.${dice.between(2, 254)}`,
      'Mitigation in progress',
    ),
  ]),
  mitigation('DDoSProtectionNotifications', before(36), '', 'DDoS attack detected'),
  mitigation('DDoSProtectionNotifications', before(2), '', 'DDoS mitigation stopped'),
];

function mitigation(category: string, at: number, source: string, message: string): LogEvent {
  return {
    table: 'AzureDiagnostics',
    at,
    values: {
      ResourceId: things.publicIp.toUpperCase(),
      Category: category,
      ResourceGroup: 'RG-EDGE',
      ResourceProvider: 'MICROSOFT.NETWORK',
      Resource: 'PIP-SHOP-FRONT',
      ResourceType: 'PUBLICIPADDRESSES',
      Message: message,
      sourcePublicIpAddress_s: source,
      destPublicIpAddress_s: '203.0.113.80',
      attackVectors_s: 'UDP flood',
      AdditionalFields: {},
      _ResourceId: things.publicIp.toLowerCase(),
    },
  };
}

const cosmosKeys: Story = ({ dice, before }) => [
  activity(dice, {
    at: before(3),
    by: accountNamed('priya'),
    from: places.office.ip,
    operation: 'Microsoft.DocumentDB/databaseAccounts/listKeys/action',
    resource: things.cosmos,
  }),
];

const danglingName: Story = ({ dice, before, spread }) => [
  activity(dice, {
    at: before(60 * 27),
    by: accountNamed('amara'),
    from: places.office.ip,
    operation: 'Microsoft.Web/sites/delete',
    resource: things.springSale,
  }),
  ...spread(6, 50, 3).map((at) =>
    lookup(dice, { at, client: node, name: 'sale.contoso.com', type: 'CNAME', code: 3 }),
  ),
];

const awsMining: Story = ({ dice, before }) => {
  const call = (minutes: number, source: string, event: string, more: object = {}) =>
    cloudTrail(dice, {
      at: before(minutes),
      user: 'svc-deploy',
      from: places.singapore.ip,
      source,
      event,
      agent: 'Boto3/1.34.140 Python/3.12',
      ...more,
    });
  return [
    call(46, 'sts.amazonaws.com', 'GetCallerIdentity'),
    call(45, 'iam.amazonaws.com', 'ListUsers', { error: 'AccessDenied' }),
    call(44, 'ec2.amazonaws.com', 'DescribeRegions'),
    call(42, 'ec2.amazonaws.com', 'RunInstances', {
      request: { instanceType: 'c7i.8xlarge', imageId: 'ami-0a1b2c3d4e5f67890', minCount: 1, maxCount: 1 },
      response: {
        instancesSet: {
          items: [
            { instanceId: 'i-0c0ffee5ec1234567', tagSet: { items: [{ key: 'Name', value: 'web-eu-3' }] } },
          ],
        },
      },
    }),
    call(41, 'ec2.amazonaws.com', 'AuthorizeSecurityGroupIngress', {
      request: { cidrIp: '0.0.0.0/0', fromPort: 22 },
    }),
    mining(before(32), dice.hex(32)),
  ];
};

function mining(at: number, id: string): LogEvent {
  return {
    table: 'AWSGuardDuty',
    at,
    values: {
      AccountId: '111122223333',
      Arn: `arn:aws:guardduty:eu-central-1:111122223333:detector/d1/finding/${id}`,
      Id: id,
      Region: 'eu-central-1',
      Partition: 'aws',
      ActivityType: 'CryptoCurrency:EC2/BitcoinTool.B!DNS',
      Title: `EC2 instance i-0c0ffee5ec1234567 is querying ${pool}.`,
      Description: `The EC2 instance i-0c0ffee5ec1234567 asks for ${pool}, a mining pool.`,
      Severity: 8,
      TimeCreated: at,
      CreatedAt: at,
      UpdatedAt: at,
      ResourceDetails: {
        instanceDetails: {
          instanceId: 'i-0c0ffee5ec1234567',
          instanceType: 'c7i.8xlarge',
          tags: [{ key: 'Name', value: 'web-eu-3' }],
        },
      },
      ServiceDetails: { action: { dnsRequestAction: { domain: pool, protocol: 'UDP', blocked: false } } },
      SourceSystem: 'AWS',
    },
  };
}

const gcpKey: Story = ({ dice, before }) => [
  gcpCall(dice, {
    at: before(3),
    who: 'etl@contoso-analytics.example',
    from: places.singapore.ip,
    service: 'iam.googleapis.com',
    method: 'google.iam.admin.v1.CreateServiceAccountKey',
    resource: 'projects/contoso-analytics/serviceAccounts/etl',
    request: { name: 'projects/-/serviceAccounts/etl', private_key_type: 2 },
  }),
];

export const shopStories: Record<string, Story> = {
  'registry-malicious-image': maliciousImage,
  'aks-privileged-container': privilegedContainer,
  'aks-crypto-miner': cryptoMiner,
  'postgres-brute-force': guessing,
  'ddos-mitigated': ddos,
  'cosmos-key-listing': cosmosKeys,
  'appservice-dangling-dns': danglingName,
  'aws-ec2-mining': awsMining,
  'gcp-service-account-key': gcpKey,
};
