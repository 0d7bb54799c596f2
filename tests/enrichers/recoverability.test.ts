import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import restify, { type Server } from 'restify';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createResourceGraph } from '../../src/azure/resource-graph.ts';
import { createRest } from '../../src/azure/rest.ts';
import { createRecoverability } from '../../src/enrichers/recoverability.ts';
import { type Enrichment, nothingKnown, type Subject } from '../../src/incident/enrichment.ts';
import { mountArm } from '../../src/sandbox/azure/arm.ts';
import { blobServiceRoutes } from '../../src/sandbox/azure/blob-services.ts';
import { createCertificate } from '../../src/sandbox/certificate.ts';
import { closeServer } from '../../src/sandbox/close-server.ts';
import { createEntra } from '../../src/sandbox/entra.ts';
import { Faults } from '../../src/sandbox/faults.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { TENANT_ID } from '../../src/sandbox/people.ts';
import { mountResourceGraph } from '../../src/sandbox/resource-graph/resource-graph.ts';
import { type AnsweringGraph, graphAnswering } from './graph-answering.ts';

const context = () => ({ now: new Date(), signal: AbortSignal.timeout(60_000) });
const machine = (name: string): Subject => ({ kind: 'machine', name, resourceId: machineNamed(name).id });
const resource = (resourceId: string): Subject => ({
  kind: 'resource',
  name: resourceId.split('/').at(-1) ?? '',
  resourceId,
});
const chips = ({ traits }: Enrichment) => traits.map(({ chip }) => chip);
const value = ({ facts }: Enrichment, label: string) => facts.find((fact) => fact.label === label)?.value;

describe('recoverability', () => {
  let secure: Server;
  let stop: () => Promise<void>;
  let ask: (subject: Subject) => Promise<Enrichment>;
  const faults = new Faults(() => {});

  beforeAll(async () => {
    const { ca, cert, key } = await createCertificate();
    setDefaultCACertificates([...getCACertificates('bundled'), ca]);
    const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
    secure = restify.createServer({ certificate: cert, key });
    const graphStandIn = mountResourceGraph(secure, { entra, faults });
    mountArm(secure, blobServiceRoutes, { entra, faults });
    await new Promise<void>((done) => secure.listen(0, '127.0.0.1', done));
    stop = async () => {
      await Promise.all([graphStandIn.stop(), closeServer(secure.server)]);
    };
    const endpoint = `https://127.0.0.1:${secure.address().port}`;
    let callers = 0;
    ask = async (subject) => {
      // Each question as another caller: the graph's quota has tests of its own.
      callers += 1;
      const oid = `caller-${callers}`;
      const credential = {
        getToken: async () => ({
          token: await entra.issue('https://management.azure.com', { oid }),
          expiresOnTimestamp: Date.now() + 3_600_000,
        }),
      };
      const scope = 'https://management.azure.com/.default';
      const graph = createResourceGraph({ endpoint, credential, timeout: 60_000 });
      const arm = createRest({ endpoint, scope, credential });
      return createRecoverability({ graph, arm }).enrich(subject, context());
    };
  });
  afterAll(() => stop());

  it('says that the domain controller can come back, how old it would be, and what could take over', async () => {
    const known = await ask(machine('vm-dc-01'));
    expect(known.facts[0]).toMatchObject({
      label: 'Can we get it back?',
      value: 'Yes: the last recovery point was made 6 h ago.',
    });
    expect(value(known, 'Vault')).toBe(
      'rsv-identity: soft delete on (14 days), immutable and locked, GeoRedundant',
    );
    expect(value(known, 'Replica')).toBe('Protected, in North Europe, 5 minutes behind');
    expect(value(known, 'Failover')).toBe('ready');
    expect(known.facts.find(({ label }) => label === 'Last test failover')?.at).toBeDefined();
    expect(known.traits).toEqual([{ chip: 'backup 6 h ago', says: 'was backed up 6 h ago', tone: 'good' }]);
  });

  it('warns of a machine whose backups have failed for days, in a vault that keeps nothing deleted', async () => {
    const known = await ask(machine('vm-pay-web-01'));
    expect(known.facts[0]?.value).toBe('Only as it was 9 d ago: no newer recovery point is known.');
    expect(chips(known)).toEqual([
      'last backup failed',
      'backup 9 d old',
      'vault: soft delete off',
      'replica broken',
    ]);
    expect(value(known, 'Failover')).toBe('not ready: replication is critical');
    expect(value(known, 'Last test failover')).toBe('never');
  });

  it('warns of a machine that nobody backs up any more', async () => {
    expect(chips(await ask(machine('vm-shop-003')))[0]).toBe('backups stopped');
  });

  it('warns of a machine without any backup', async () => {
    const known = await ask(machine('vm-report-01'));
    expect(known.facts[0]?.value).toBe('No: neither a backup nor a replica is known.');
    expect(known.traits).toEqual([{ chip: 'no backup', says: 'has no backup', tone: 'warning' }]);
  });

  it('says that blobs deleted after soft delete went off come back from the vault alone', async () => {
    const known = await ask(resource(things.backupStorage));
    expect(known.facts[0]?.value).toBe(
      'Only as it was 9 d ago: no newer recovery point is known. Soft delete and versioning of its blobs are off.',
    );
    expect(chips(known)).toEqual(['soft delete off', 'last backup failed', 'backup 9 d old']);
    expect(value(known, 'Immutable containers')).toBe('yearly');
    expect(value(known, 'Deleted container')).toBe('exports-2025, can be undeleted for 5 more days');
  });

  it('says of a well kept account to which moment its blobs can be set back', async () => {
    const known = await ask(resource(things.shopStorage));
    expect(known.facts[0]?.value).toBe('Yes: its blobs can be set back to any moment of the last 13 days.');
    expect(value(known, 'Blob soft delete')).toBe('on, 14 days');
  });

  it('says how long a vault of secrets keeps what was deleted', async () => {
    const known = await ask(resource(things.keyVault));
    expect(known.facts[0]?.value).toMatch(/^Yes: what was deleted is kept for 90 days/);
    expect(chips(known)).not.toContain('no backup');
  });

  it('concerns what can be had back, and nothing else', () => {
    const { concerns } = createRecoverability({
      graph: { rows: async () => [] },
      arm: { get: async () => ({}), post: async () => ({}), work: async () => ({}) },
    });
    expect(concerns?.(machine('vm-dc-01'))).toBe(true);
    expect(concerns?.(resource(things.publicIp))).toBe(false);
    expect(concerns?.({ kind: 'machine', name: 'NB-KELLER', resourceId: '' })).toBe(false);
  });

  it('claims nothing of a machine that it may not see', async () => {
    expect(await ask(resource(`${machineNamed('vm-dc-01').id}-not-ours`))).toEqual(nothingKnown);
  });

  it('lets throttling through, so that it is asked again', async () => {
    faults.set('azure', { kind: 'throttled', ms: 9_000 });
    await expect(ask(machine('vm-dc-01'))).rejects.toMatchObject({ reason: 'rate-limited' });
    faults.set('azure', { kind: 'none' });
  });
});

describe('recoverability, where Azure answers oddly', () => {
  let azure: AnsweringGraph;
  afterEach(() => azure.stop());
  const account = resource(things.backupStorage);
  const replica =
    'microsoft.recoveryservices/vaults/replicationfabrics/replicationprotectioncontainers/replicationprotecteditems';
  const visible = (query: string) =>
    query.startsWith('resources\n| where id')
      ? [{ id: things.backupStorage }, { id: machineNamed('vm-dc-01').id }]
      : [];

  it('gives what it could learn where it may not read the settings of blobs', async () => {
    azure = await graphAnswering(visible, () => ({
      status: 403,
      body: { error: { code: 'AuthorizationFailed', message: 'no' } },
    }));
    const known = await createRecoverability(azure).enrich(account, context());
    expect(value(known, 'Blobs')).toBe('not allowed: Microsoft.Storage/storageAccounts/blobServices/read');
    expect(known.facts[0]?.value).toMatch(/^Not known: no backup is known/);
  });

  it.each([400, 409])(
    'gives what it could learn of premium file shares, which have no blobs (%i)',
    async (status) => {
      const error = {
        code: 'FeatureNotSupportedForAccount',
        message: 'Blob is not supported for the account.',
      };
      azure = await graphAnswering(visible, () => ({ status, body: { error } }));
      const known = await createRecoverability(azure).enrich(account, context());
      expect(value(known, 'Blobs')).toBe('the account has no blobs');
      expect(known.facts[0]?.value).toBe('Not known: no backup is known. Blobs: the account has no blobs.');
    },
  );

  it('lets any other refusal through', async () => {
    const error = { code: 'BadRequest', message: 'no' };
    azure = await graphAnswering(visible, () => ({ status: 400, body: { error } }));
    const asked = createRecoverability(azure).enrich(account, context());
    await expect(asked).rejects.toMatchObject({ reason: 'rejected' });
  });

  it('takes settings that are left out for off', async () => {
    azure = await graphAnswering(visible, () => ({ status: 200, body: { properties: {}, value: null } }));
    const known = await createRecoverability(azure).enrich(account, context());
    expect(known.facts[0]?.value).toBe(
      'No: no backup is known. Soft delete and versioning of its blobs are off.',
    );
    expect(chips(known)).toEqual(['soft delete off', 'no backup']);
  });

  it('tells of a backup that somebody deleted, and until when that can be undone', async () => {
    const vault = '/subscriptions/s/resourceGroups/g/providers/Microsoft.RecoveryServices/vaults/v';
    azure = await graphAnswering((query) =>
      query.includes('protecteditems')
        ? [
            {
              type: 'microsoft.recoveryservices/vaults/backupfabrics/protectioncontainers/protecteditems',
              id: `${vault}/backupFabrics/Azure`,
              state: 'ProtectionStopped',
              lastPoint: '2026-11-01T00:00:00Z',
              deleted: 'true',
              goneAt: '2026-12-05T10:00:00.1234567Z',
            },
          ]
        : visible(query),
    );
    const known = await createRecoverability(azure).enrich(machine('vm-dc-01'), context());
    expect(known.facts[0]?.value).toBe(
      'Only by undeleting its backup before 2026-12-05: somebody deleted it.',
    );
    expect(chips(known)).toEqual(['backup deleted']);
  });

  it('reads a replica of which hardly anything is told as one that cannot take over', async () => {
    azure = await graphAnswering((query) =>
      query.includes('replicationprotecteditems')
        ? [{ type: replica, id: null, allowed: null }]
        : visible(query),
    );
    const known = await createRecoverability(azure).enrich(machine('vm-dc-01'), context());
    expect(value(known, 'Failover')).toBe('not ready');
    expect(value(known, 'Last test failover')).toBe('never');
  });
});
