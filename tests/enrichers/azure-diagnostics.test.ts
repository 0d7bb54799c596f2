import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { LogPlace } from '../../src/enrichers/ask-logs.ts';
import { createAzureDiagnostics } from '../../src/enrichers/azure-diagnostics.ts';
import { evaluate } from '../../src/sandbox/logs/evaluate.ts';
import { type LogEvent, rowOf } from '../../src/sandbox/logs/ingest.ts';
import { machineNamed, places, things } from '../../src/sandbox/logs/samples/estate.ts';
import { tableSchemas } from '../../src/sandbox/logs/tables.ts';
import { context, reasonOf, resource, startMonitor } from './monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
  for (const story of ['sql-injection', 'vm-reverse-shell', 'api-probing', 'ddos-mitigated'])
    azure.happened.push({ story, at: Date.now() });
  await azure.warm();
}, 120_000);
afterEach(() => azure.control({ closed: [] }));
afterAll(() => azure.stop());

const enricher = () => createAzureDiagnostics(azure.place);
const ofAddress = (address: string) => enricher().enrich({ kind: 'ip', address }, context());
const ofResource = (id: string) => enricher().enrich(resource(id), context());

describe('what firewalls and gateways did with an address', () => {
  it('is told by firewall, gateway and API, with how often and when last', async () => {
    const { facts } = await ofAddress(places.rotterdam.ip);
    expect(facts).toEqual(
      expect.arrayContaining([
        {
          label: 'Azure Firewall',
          value: 'Deny 60 ×: 10.20.4.12:22 Default Action',
          at: expect.any(String),
        },
        {
          label: 'Web application firewall',
          value: 'Detected 48 ×: pay.contoso.com SQL Injection Attack Detected via libinjection',
          at: expect.any(String),
        },
        { label: 'API Management', value: 'Refused 194 ×: payments-v2 404', at: expect.any(String) },
      ]),
    );
  });

  it('shows at a glance that the attack was noted and let through', async () => {
    const { traits } = await ofAddress(places.rotterdam.ip);
    expect(traits.map(({ chip }) => chip)).toEqual([
      'WAF noted, not blocked',
      'denied by the firewall',
      'probes an API',
    ]);
    for (const { chip } of traits) expect(chip.length).toBeLessThanOrEqual(24);
  });

  it('is nothing where none of them met it, whatever it is made of', async () => {
    expect(await ofAddress('192.0.2.1')).toEqual({ facts: [], traits: [] });
    expect(await ofAddress('" or true //\n| take 9')).toEqual({ facts: [], traits: [] });
  });
});

describe('what a resource logs of itself', () => {
  it('is who asks the database, which its server audits in the name of master', async () => {
    const { facts, traits } = await ofResource(things.sql);
    expect(facts).toEqual(
      expect.arrayContaining([
        {
          label: 'SQL audit',
          value: 'Failed 24 ×: pay_web by pay-web from 10.20.4.11',
          at: expect.any(String),
        },
      ]),
    );
    expect(traits).toEqual([]);
  });

  it('is found in AzureDiagnostics where it has no table of its own', async () => {
    const { facts } = await ofResource(things.publicIp);
    expect(facts).toEqual(
      expect.arrayContaining([
        { label: 'DDoSProtectionNotifications', value: '1 ×: DDoS attack detected', at: expect.any(String) },
      ]),
    );
  });

  it('is not asked of machines, vaults and storage, which others tell of', () => {
    for (const id of [machineNamed('vm-dc-01').id, things.keyVault, things.backupStorage, ''])
      expect(enricher().concerns?.(resource(id))).toBe(false);
  });

  it('does not take a refusal for silence', async () => {
    await azure.control({ closed: ['contoso-sentinel'] });
    expect(await reasonOf(ofResource(things.sql))).toBe('auth');
  });
});

describe('what is in AzureDiagnostics', () => {
  const attacker = places.rotterdam.ip;
  const noted: Omit<LogEvent, 'at'> = {
    table: 'AzureDiagnostics',
    values: {
      Category: 'ApplicationGatewayFirewallLog',
      clientIp_s: attacker,
      action_s: 'Detected',
      hostname_s: 'pay.contoso.com',
      Message: 'SQL Injection Attack Detected',
      _ResourceId: things.webGateway.toLowerCase(),
    },
  };
  const sameInOwn: Omit<LogEvent, 'at'> = {
    table: 'AGWFirewallLogs',
    values: {
      ClientIp: attacker,
      Action: 'Detected',
      Hostname: 'pay.contoso.com',
      Message: 'SQL Injection Attack Detected',
      _ResourceId: things.webGateway.toLowerCase(),
    },
  };
  const told = {
    label: 'Web application firewall',
    value: 'Detected 1 ×: pay.contoso.com SQL Injection Attack Detected',
    at: expect.any(String),
  };
  const askedOf = (events: Omit<LogEvent, 'at'>[], only: Record<string, string[]> = {}) =>
    createAzureDiagnostics(logsOf(events, only)).enrich({ kind: 'ip', address: attacker }, context());

  it('is told although its own table is listed, where that is empty', async () => {
    const { facts, traits } = await askedOf([noted]);
    expect(facts).toEqual([told]);
    expect(traits.map(({ chip }) => chip)).toEqual(['WAF noted, not blocked']);
  });

  it('is told once where both are filled', async () => {
    const { facts } = await askedOf([noted, sameInOwn]);
    expect(facts).toEqual([told]);
  });

  it('is told of a gateway that writes there, although another one has its own table', async () => {
    const other = {
      ...noted.values,
      action_s: 'Blocked',
      _ResourceId: `${things.webGateway}-2`.toLowerCase(),
    };
    const { facts } = await askedOf([sameInOwn, { ...noted, values: other }]);
    expect(facts.map(({ value }) => value.split(':')[0])).toEqual(
      expect.arrayContaining(['Detected 1 ×', 'Blocked 1 ×']),
    );
  });

  it('has the verdict of an old firewall in a sentence', async () => {
    const row = (Category: string, msg_s: string): Omit<LogEvent, 'at'> => ({
      table: 'AzureDiagnostics',
      values: {
        Category,
        msg_s,
        OperationName: `${Category}Log`,
        _ResourceId: things.firewall.toLowerCase(),
      },
    });
    const { facts, traits } = await askedOf([
      row('AzureFirewallNetworkRule', `TCP request from ${attacker}:50932 to 10.20.4.12:22. Action: Deny`),
      row('AzureFirewallNetworkRule', `TCP request from ${attacker}:50933 to 10.20.4.12:22. Action: Deny`),
      row(
        'AzureFirewallApplicationRule',
        `HTTPS request from ${attacker}:50934 to pay.contoso.com:443. Action: Allow. Rule Collection: web. Rule: pay`,
      ),
      row('AzureFirewallNetworkRule', `TCP request from ${attacker}6:50932 to 10.20.4.12:22. Action: Deny`),
    ]);
    expect(facts.map(({ label, value }) => `${label}: ${value}`)).toEqual([
      'Azure Firewall: Deny 2 ×: 10.20.4.12:22',
      'Azure Firewall: Allow 1 ×: pay.contoso.com:443 pay',
    ]);
    expect(traits.map(({ chip }) => chip)).toEqual(['denied by the firewall']);
  });

  it('has the calls of an API by how they were answered', async () => {
    const call = (responseCode_d: number): Omit<LogEvent, 'at'> => ({
      table: 'AzureDiagnostics',
      values: {
        Category: 'GatewayLogs',
        CallerIPAddress: attacker,
        apiId_s: 'payments-v2',
        responseCode_d,
        _ResourceId: things.gateway.toLowerCase(),
      },
    });
    const calls = [...Array.from({ length: 100 }, () => call(404)), call(200), call(503)];
    const { facts, traits } = await askedOf(calls);
    expect(facts.map(({ label, value }) => `${label}: ${value}`)).toEqual(
      expect.arrayContaining([
        'API Management: Refused 100 ×: payments-v2 404',
        'API Management: Answered 1 ×: payments-v2 200',
        'API Management: Failed 1 ×: payments-v2 503',
      ]),
    );
    expect(traits.map(({ chip }) => chip)).toEqual(['probes an API']);
  });

  it('has who failed at a database of PostgreSQL', async () => {
    const { facts } = await askedOf([
      {
        table: 'AzureDiagnostics',
        values: {
          Category: 'PostgreSQLLogs',
          errorLevel_s: 'FATAL',
          Message: `no pg_hba.conf entry for host "${attacker}", user "postgres"`,
          _ResourceId: things.postgres.toLowerCase(),
        },
      },
    ]);
    expect(facts).toEqual([
      expect.objectContaining({ label: 'PostgreSQL', value: expect.stringMatching(/^Failed 1 ×: /) }),
    ]);
  });

  it('is not, of a database, what the server audited of another one', async () => {
    const server = things.sql.replace(/\/databases\/.*/, '').toLowerCase();
    const statement = (database_name_s: string): Omit<LogEvent, 'at'> => ({
      table: 'AzureDiagnostics',
      values: {
        Category: 'SQLSecurityAuditEvents',
        database_name_s,
        server_principal_name_s: `reader-of-${database_name_s}`,
        succeeded_s: 'true',
        _ResourceId: `${server}/databases/master`,
      },
    });
    const place = logsOf([statement('payments'), statement('hr')], {});
    const { facts } = await createAzureDiagnostics(place).enrich(resource(things.sql), context());
    expect(facts.map(({ value }) => value)).toEqual([
      expect.stringMatching(/^Done 1 ×: reader-of-payments by/),
    ]);
  });

  it('is told where columns are missing that nothing was ever written to', async () => {
    const common = [
      'TimeGenerated',
      'Category',
      'CallerIPAddress',
      'ResultType',
      'OperationName',
      '_ResourceId',
    ];
    const row: Omit<LogEvent, 'at'> = {
      table: 'AzureDiagnostics',
      values: {
        Category: 'AzureSiteRecoveryEvents',
        CallerIPAddress: attacker,
        OperationName: 'Something',
        _ResourceId: things.gateway.toLowerCase(),
      },
    };
    const { facts } = await askedOf([row], { AzureDiagnostics: common });
    expect(facts).toEqual([
      { label: 'AzureSiteRecoveryEvents', value: 'Something 1 ×', at: expect.any(String) },
    ]);
  });
});

/** A workspace that lists every table and has these rows; `only` leaves a table some of its columns. */
function logsOf(events: Omit<LogEvent, 'at'>[], only: Record<string, string[]>): LogPlace {
  const at = Date.now() - 60_000;
  const rowsIn = (name: string) =>
    events.filter(({ table }) => table === name).map((event) => rowOf({ ...event, at }).row);
  const tables = [...tableSchemas.values()].map(({ name, columns }) => {
    const kept = columns.flatMap((column, place) =>
      only[name]?.includes(column.name) === false ? [] : [{ column, place }],
    );
    const rows = rowsIn(name).map((row) => kept.map(({ place }) => row[place] ?? null));
    return { name, columns: kept.map(({ column }) => column), rows, plan: 'analytics' as const };
  });
  const store = { tables: new Map(tables.map((table) => [table.name, table])) };
  return {
    scope: { kind: 'workspaces', names: ['soc'] },
    logs: {
      schema: async () => ({ tables, functions: [] }),
      async ask({ text, span }) {
        const within = { from: Date.parse(span.from), to: Date.parse(span.to) };
        const answer = evaluate(text, store, { now: Date.now(), span: within, mostRows: 1_000 });
        const rows = z.array(z.array(z.union([z.string(), z.number(), z.null()]))).parse(answer.rows);
        const times = answer.columns.map(({ type }) => type === 'datetime');
        return {
          columns: answer.columns,
          rows: rows.map((row) =>
            row.map((cell, place) => (times[place] && cell !== null ? new Date(cell).toISOString() : cell)),
          ),
          partial: '',
          render: undefined,
          scannedGb: undefined,
        };
      },
    },
  };
}
