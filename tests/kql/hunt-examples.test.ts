import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { openHuntFolders } from '../../src/kql/hunt-folder.ts';
import { openGuard } from '../../src/kql/open-guard.ts';
import { exampleOf, type HuntContext, planHunt } from '../../src/kql/plan-hunt.ts';
import { looks, planLooks } from '../../src/kql/plan-looks.ts';
import { entityKinds } from '../../src/kql/read-entity.ts';
import { readHunt } from '../../src/kql/read-hunt.ts';
import { evaluate } from '../../src/sandbox/logs/evaluate.ts';
import { tableSchemas } from '../../src/sandbox/logs/tables.ts';
import { soc } from '../../src/sandbox/logs/tables-workspaces.ts';
import { SampleRows } from '../../src/sandbox/logs/worker-rows.ts';

/** Hunt → what it must find in the sandbox: who or what stands in the rows of its story. */
const finds: Record<string, string[]> = {
  'account-timeline': ['Sign-in to Azure Portal'],
  'address-everywhere': ['svc-backup', 'Windows'],
  'api-enumeration': ['203.0.113.66', 'payments-v2'],
  'app-consent': ['nina.berg@contoso.com', 'Invoice Reader'],
  'aws-machines-started': ['svc-deploy', '192.0.2.147', 'RunInstances'],
  'blob-mass-deletion': ['stcontosobackup', '198.51.100.201', '4120'],
  'break-glass-sign-in': ['bg-01@contoso.com', '203.0.113.9'],
  'credential-dump': ['vm-dc-01', 'comsvcs.dll MiniDump'],
  'dangling-name': ['sale.contoso.com', 'app-spring-sale'],
  'database-password-guessing': ['psql-orders', '192.0.2.147'],
  'dns-tunnel': ['10.20.4.11', 'cdn-update.example', '2918'],
  'flood-mitigated': ['PIP-SHOP-FRONT', '203.0.113.80', 'UDP flood'],
  'gcp-service-account-key': ['etl', '192.0.2.147'],
  'impossible-travel': ['nina.berg@contoso.com', 'BR', '198.51.100.23'],
  'key-vault-enumeration': ['kv-payments', 'vm-pay-web-01'],
  'keys-listed': ['priya@contoso.com', 'cosmos-shop'],
  'mail-from-lookalike': ['it-support@contoso-helpdesk.example'],
  'malware-found': ['vm-fin-07', 'Trojan:Script/Sample', 'https://bargain.example/offer.js'],
  'mass-download': ['adam@contoso.com', '198.51.100.31'],
  'mfa-fatigue': ['adm-keller@contoso.com', '198.51.100.23', '22'],
  'mining-pool': ['pool.coin-dig.example'],
  'misleading-file-name': ['vm-fin-07', 'invoice_'],
  'password-spray': ['198.51.100.23', 'svc-backup@contoso.com'],
  'privileged-container': ['shop', 'cart'],
  'rdp-brute-force': ['vm-jump-01', '198.51.100.23', '1359', 'svc-backup'],
  'registry-push-new-address': ['svc-deploy@contoso.com', '192.0.2.147', 'shop/cart:2.14.1'],
  'reverse-shell': ['vm-pay-web-01', '/dev/tcp/203.0.113.66/4444'],
  'risky-sign-in': ['adm-keller@contoso.com', '198.51.100.201'],
  'role-granted': ['adm-keller@contoso.com', '198.51.100.201'],
  'shadow-copies-deleted': ['vm-dc-01', 'svc-backup', 'vssadmin'],
  'sign-in-new-country': ['adam@contoso.com', 'PT'],
  'sql-injection': ['pay_web', 'vm-pay-web-01'],
  'sql-large-export': ['svc-pay-report', '1804211'],
  'storage-protection-off': ['stcontosobackup', '198.51.100.201'],
  'storage-read-by-key': ['stcontosobackup', '198.51.100.201'],
  'web-scanner': ['203.0.113.66', 'jndi'],
};
const values: Record<string, Record<string, string>> = {
  'account-timeline': { account: 'adm-keller@contoso.com' },
  'address-everywhere': { ip: '198.51.100.23' },
};

const folder = 'examples/hunts';
const day = 86_400_000;
const now = Date.parse('2026-11-20T12:00:00Z');
const samples = new SampleRows();
const tables = samples.tables({ now, happened: [], workspaces: [soc.id], resource: undefined });
const context: HuntContext = {
  span: { from: new Date(now - 7 * day).toISOString(), to: new Date(now).toISOString() },
  scope: { kind: 'workspaces', names: ['soc'] },
  isPrivate: false,
  keeps: 'every',
};
const schema = {
  tables: [...tableSchemas.values()].map(({ name, columns }) => ({
    name,
    columns,
    plan: 'analytics' as const,
  })),
  functions: [],
};
const rules = { schema, closed: {}, isReviewed: true, mostRows: 1_000 };
const guard = openGuard();
afterAll(() => guard.close());

function ask(text: string) {
  const span = { from: now - 7 * day, to: now };
  return evaluate(text, { tables, functions: samples.functions() }, { now, span, mostRows: 1_000 });
}

describe('the starter hunts', () => {
  it('are all there, each loaded, with what it must find', async () => {
    const { library, read } = openHuntFolders([folder], undefined);
    await read;
    expect(library.refused()).toEqual([]);
    expect(
      library
        .all()
        .map(({ file }) => file.replace('.yaml', ''))
        .sort(),
    ).toEqual(Object.keys(finds).sort());
    expect(library.all().length).toBeGreaterThanOrEqual(20);
    for (const { tactics, techniques, entityMappings, description } of library.all()) {
      expect(tactics.length * techniques.length * entityMappings.length * description.length).toBeGreaterThan(
        0,
      );
    }
  });

  it.each(Object.entries(finds))('%s passes the guard and finds its story', async (slug, wanted) => {
    const hunt = readHunt(readFileSync(`${folder}/${slug}.yaml`, 'utf8'), `${slug}.yaml`);
    const [part] = planHunt(hunt, values[slug] ?? {}, context).parts;
    const verdict = await guard.check(part?.text ?? '', rules);
    expect(verdict).toMatchObject({ kind: 'allowed' });
    if (verdict.kind !== 'allowed') return;
    expect(verdict.tables.toSorted()).toEqual(hunt.tables.toSorted());
    const { columns, rows } = ask(verdict.bounded);
    const found = JSON.stringify(rows);
    for (const one of wanted) expect(found).toContain(JSON.stringify(one).slice(1, -1));
    const names = columns.map(({ name }) => name);
    const mapped = hunt.entityMappings.flatMap(({ fieldMappings }) => fieldMappings);
    for (const { columnName } of mapped) expect(names).toContain(columnName);
  });
});

describe('looks at an entity', () => {
  const examples = {
    account: ['user', 'CONTOSO\\svc-backup'],
    host: ['host', 'vm-dc-01'],
    ip: ['ip', '198.51.100[.]23'],
    file: ['file', 'C:\\ProgramData\\win.dmp'],
    url: ['url', 'hxxps://pool.coin-dig[.]example/x'],
    resource: ['resource', 'stcontosobackup'],
  } as const;

  it.each(entityKinds)('of kind %s pass the guard, are answered, and have rows behind them', async (kind) => {
    const [verb, name] = examples[kind];
    const { parts } = planLooks({ kind, verb, name }, context);
    expect(parts.length).toBe(looks[kind].looks.length);
    expect(parts.length).toBeLessThanOrEqual(8);
    let seen = 0;
    for (const { text, more, needs } of parts) {
      const verdict = await guard.check(text, rules);
      expect(verdict).toMatchObject({ kind: 'allowed', tables: expect.arrayContaining(needs ?? []) });
      expect(await guard.check(more ?? '', rules)).toMatchObject({ kind: 'allowed' });
      const glance = ask(text).rows.length;
      expect(glance).toBeLessThanOrEqual(5);
      expect(ask(more ?? '').rows.length).toBeGreaterThanOrEqual(glance);
      seen += glance;
    }
    expect(seen).toBeGreaterThan(0);
  });
});

const published = '/work/shared/data/hunting-queries';
describe.runIf(existsSync(published))('published hunts', () => {
  it('pass the guard, but for those whose queries are no KQL', async () => {
    const refused: string[] = [];
    for (const file of readdirSync(published)) {
      const hunt = readHunt(readFileSync(`${published}/${file}`, 'utf8'), file);
      const verdict = await guard.check(exampleOf(hunt), { ...rules, schema: undefined });
      if (verdict.kind === 'refused') refused.push(`${file}: ${verdict.rule}: ${verdict.message}`);
    }
    expect(refused.filter((one) => !one.includes(': syntax: '))).toEqual([]);
    expect(refused.length).toBeLessThanOrEqual(2);
  }, 60_000);
});
