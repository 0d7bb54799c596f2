import type { LogEvent } from '../../ingest.ts';
import {
  accountNamed,
  customerIp,
  machineNamed,
  places,
  resource,
  svcBackup,
  svcDeploy,
  svcPayReport,
  things,
} from '../estate.ts';
import {
  activity,
  apiCall,
  blob,
  containerLine,
  http,
  image,
  kubeCall,
  metric,
  postgres,
  secret,
  statement,
} from '../events/azure.ts';
import { browsers } from '../events/identity.ts';
import { type Hour, times } from './hour.ts';

const pages = [
  '/',
  '/search',
  '/cart',
  '/checkout',
  '/products/4711',
  '/products/815',
  '/orders',
  '/robots.txt',
];
const operations = [
  'get-invoice',
  'list-invoices',
  'create-payment',
  'get-payment',
  'refund',
  'get-status',
  'list-methods',
  'get-rates',
  'ping',
];
/** What is done every day, and to what. */
const everydayChanges = [
  ['Microsoft.Compute/virtualMachines/start/action', machineNamed('vm-shop-001').id],
  [
    'Microsoft.Resources/deployments/write',
    resource('production', 'rg-shop', 'Microsoft.Resources/deployments', 'shop'),
  ],
  [
    'Microsoft.Network/networkSecurityGroups/write',
    resource('production', 'rg-edge', 'Microsoft.Network/networkSecurityGroups', 'nsg-shop'),
  ],
  ['Microsoft.Storage/storageAccounts/listKeys/action', things.shopStorage],
];
/** Managed identity of vm-pay-web-01, as the sample alert has it. */
const payWeb = { oid: '5e0c2f7a-41d9-4b66-8a1f-20c7d3b9e614', name: machineNamed('vm-pay-web-01').id };

/** Azure's resources do their work, and people change a few of them. */
export function resourceNoise(hour: Hour): LogEvent[] {
  const { dice, busy, some, time, start } = hour;
  const shoppers = 0.3 + busy * 0.7;
  return [
    ...times(some(11 * shoppers), () =>
      http(dice, {
        at: time(),
        from: customerIp(dice.between(0, 99)),
        path: dice.pick(pages),
        status: dice.chance(0.96) ? 200 : dice.pick([304, 404, 500]),
        agent: dice.pick([browsers.edge, browsers.phone, browsers.firefox]),
      }),
    ),
    ...times(some(7 * shoppers), () => {
      const operation = dice.pick(operations);
      return apiCall(dice, {
        at: time(),
        from: customerIp(dice.between(0, 20)),
        method: 'GET',
        path: `/payments/v2/${operation}`,
        operation,
        status: dice.chance(0.98) ? 200 : 404,
        agent: 'ContosoShop/5.2',
      });
    }),
    ...times(some(7 * shoppers), () => appRequest(hour)),
    ...times(some(3 * shoppers), () =>
      statement(dice, {
        at: time(),
        login: 'pay_web',
        from: '10.20.4.11',
        application: 'pay-web',
        statement: `select * from invoices where reference = 'R-${dice.between(1000, 9999)}'`,
        rows: dice.between(0, 4),
        host: 'vm-pay-web-01',
      }),
    ),
    ...(hour.ofDay === 4
      ? [
          statement(dice, {
            at: time(),
            login: svcPayReport.name,
            from: '10.20.5.4',
            application: 'report',
            statement: 'select * from invoices where day = @yesterday',
            rows: dice.between(21_000, 40_000),
            host: 'vm-report-01',
          }),
        ]
      : []),
    ...times(some(1.5), () =>
      secret(dice, {
        at: time(),
        operation: 'SecretGet',
        ...payWeb,
        from: '10.20.4.11',
        secret: 'sql-payments-connection',
      }),
    ),
    ...times(some(2), () =>
      postgres(dice, { at: time(), from: '10.30.1.11', user: 'orders', failed: dice.chance(0.01) }),
    ),
    ...nightlyBackup(hour),
    ...times(some(4), () =>
      blob(dice, {
        at: time(),
        storage: things.shopStorage,
        operation: dice.pick(['GetBlob', 'GetBlob', 'PutBlob']),
        from: '10.30.1.11',
        container: 'images',
        blob: `product-${dice.between(1, 900)}.jpg`,
        who: svcDeploy,
      }),
    ),
    ...times(some(0.5 * busy), () => storageFile(hour)),
    ...times(some(1.2 * busy), () => {
      const [operation = '', changed = ''] = dice.pick(everydayChanges);
      return activity(dice, {
        at: time(),
        by: accountNamed(dice.pick(['amara', 'adam', 'adm-keller'])),
        from: places.office.ip,
        operation,
        resource: changed,
      });
    }),
    ...times(some(0.4 * busy), () =>
      activity(dice, {
        at: time(),
        by: svcDeploy,
        from: '10.30.9.4',
        operation: 'Microsoft.Web/sites/publishxml/action',
        resource: things.shopFront,
      }),
    ),
    ...times(some(0.3 * busy), () =>
      image(dice, {
        at: time(),
        operation: 'Push',
        repository: 'shop/cart',
        tag: `2.14.0-rc${dice.between(1, 9)}`,
        digest: `sha256:${dice.hex(64)}`,
        who: svcDeploy.upn,
        from: '10.30.9.4',
        agent: 'docker/27.0.3',
      }),
    ),
    ...times(some(0.4), () =>
      image(dice, {
        at: time(),
        operation: 'Pull',
        repository: 'shop/cart',
        tag: '2.14.0',
        digest: 'sha256:0c4f',
        who: 'aks-shop-agentpool',
        from: '10.30.2.4',
        agent: 'containerd/1.7.20',
      }),
    ),
    ...times(some(7), () =>
      containerLine(dice, {
        at: time(),
        pod: `cart-5f7b8c9d4-${dice.pick(['q2w3e', 'r4t5z', 'u6i7o'])}`,
        container: 'cart',
        message: dice.pick([
          'GET /cart 200 12ms',
          'POST /cart/items 201 31ms',
          'price cache refreshed',
          'GET /healthz 200 1ms',
        ]),
        level: dice.chance(0.02) ? 'error' : 'info',
      }),
    ),
    ...[
      ...times(some(1.2), () =>
        kubeCall(dice, {
          at: time(),
          user: dice.pick([
            'system:serviceaccount:kube-system:deployment-controller',
            'aksService',
            svcDeploy.upn,
          ]),
          from: '10.30.9.4',
          verb: dice.pick(['get', 'list', 'list', 'patch']),
          object: { resource: 'deployments', namespace: 'shop', name: 'cart' },
        }),
      ),
    ].flat(),
    ...['vm-pay-web-01', 'vm-shop-001'].map((name) =>
      metric(
        start + 60_000,
        machineNamed(name).id,
        'Percentage CPU',
        Math.round(100 * (8 + busy * 30 + dice.roll() * 12)) / 100,
        'Percent',
      ),
    ),
    metric(start + 60_000, things.publicIp, 'PacketsInDDoS', 0),
    metric(start + 60_000, things.publicIp, 'ByteCount', dice.between(2_000_000, 9_000_000), 'Bytes'),
    metric(
      start + 60_000,
      things.aks,
      'node_cpu_usage_percentage',
      Math.round(20 + busy * 25 + dice.roll() * 5),
      'Percent',
    ),
  ];
}

function nightlyBackup({ dice, time, ofDay }: Hour): LogEvent[] {
  if (ofDay !== 1) return [];
  const file = () => `${dice.between(1, 4120)}.bak`;
  return [
    ...times(40, () =>
      blob(dice, {
        at: time(),
        operation: 'PutBlob',
        from: '10.10.3.4',
        container: 'nightly',
        blob: file(),
        who: svcBackup,
        bytes: dice.between(1e6, 9e7),
      }),
    ),
    ...times(dice.between(20, 31), () =>
      blob(dice, {
        at: time(),
        operation: 'DeleteBlob',
        from: '10.10.3.4',
        container: 'nightly',
        blob: file(),
        who: svcBackup,
      }),
    ),
  ];
}

function storageFile({ dice, time }: Hour): LogEvent {
  return {
    table: 'StorageFileLogs',
    at: time(),
    values: {
      AccountName: 'stcontosofiles',
      Location: 'westeurope',
      Protocol: 'SMB',
      OperationName: dice.pick(['Create', 'Read', 'Write', 'Close']),
      StatusCode: 0,
      StatusText: 'Success',
      DurationMs: dice.between(1, 30),
      CallerIpAddress: '10.10.4.4',
      CorrelationId: dice.guid(),
      ServiceType: 'file',
      AuthenticationType: 'Kerberos',
      ObjectKey: '/stcontosofiles/office/Handbook.docx',
      Uri: '\\\\stcontosofiles.file.core.windows.net\\office',
      Category: 'StorageRead',
      _ResourceId: resource(
        'shared',
        'rg-office',
        'Microsoft.Storage/storageAccounts',
        'stcontosofiles',
      ).toLowerCase(),
    },
  };
}

function appRequest({ dice, time }: Hour): LogEvent {
  const name = `GET /invoices/${dice.pick(['open', 'paid', 'search'])}`;
  const ok = dice.chance(0.98);
  return {
    table: 'AppRequests',
    at: time(),
    values: {
      Id: dice.hex(16),
      Name: name,
      Url: `https://pay.contoso.com${name.slice(4)}`,
      Success: ok,
      ResultCode: ok ? '200' : '500',
      DurationMs: dice.between(8, 600),
      OperationName: name,
      OperationId: dice.hex(32),
      AppRoleName: 'pay-web',
      AppRoleInstance: dice.pick(['vm-pay-web-01', 'vm-pay-web-02']),
      ClientType: 'PC',
      ClientIP: customerIp(dice.between(0, 99)),
      ClientCountryOrRegion: 'Germany',
      ItemCount: 1,
      Properties: {},
      SourceSystem: 'Application Insights',
      _ResourceId: things.payApp.toLowerCase(),
    },
  };
}
