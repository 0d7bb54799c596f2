import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPosture } from '../../src/enrichers/posture.ts';
import { type Enrichment, nothingKnown, type Subject } from '../../src/incident/enrichment.ts';
import { subscriptions } from '../../src/sandbox/azure/estate.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { type GraphInTest, startResourceGraph } from '../azure/resource-graph-stand-in.ts';
import { type AnsweringGraph, graphAnswering } from './graph-answering.ts';

const context = () => ({ now: new Date(), signal: AbortSignal.timeout(60_000) });
const machine = (name: string): Subject => ({ kind: 'machine', name, resourceId: machineNamed(name).id });
const resource = (resourceId: string): Subject => ({
  kind: 'resource',
  name: resourceId.split('/').at(-1) ?? '',
  resourceId,
});
const chips = ({ traits }: Enrichment) => traits.map(({ chip }) => chip);
const values = ({ facts }: Enrichment, label: string) =>
  facts.filter((fact) => fact.label === label).map(({ value }) => value);

describe('posture', () => {
  let azure: GraphInTest;
  beforeAll(async () => {
    azure = await startResourceGraph();
    // Loading the parser takes longer than a call may, where other work is going on.
    await azure.graph.rows('resources | take 1').catch(() => undefined);
  });
  afterAll(() => azure.stop());
  const ask = (subject: Subject) => createPosture(azure).enrich(subject, context());

  it('says of an exposed machine what is open, which paths lead through it and which controls that breaks', async () => {
    const known = await ask(machine('vm-pay-web-01'));
    expect(known.facts[0]).toMatchObject({
      label: 'Guard rails',
      value:
        '4 of 7 recommendations are open, 3 of high severity. 2 attack paths lead through it. It fails 5 controls of 2 standards.',
    });
    expect(values(known, 'Attack path')[0]).toBe(
      'Internet exposed VM with high severity vulnerabilities and read permission to a Key Vault (risk: critical)',
    );
    expect(values(known, 'Open, critical')).toContain(
      'Management ports should be closed on your virtual machines',
    );
    expect(values(known, 'Microsoft cloud security benchmark')).toContain(
      'NS.1: Establish network segmentation boundaries',
    );
    expect(values(known, 'PCI DSS 4')).toHaveLength(2);
    expect(values(known, 'Secure score')).toEqual(['43 % of its subscription, 24 of 57 points']);
    expect(known.traits).toEqual([
      {
        chip: 'on 2 attack paths',
        says: 'lies on 2 attack paths',
        tone: 'bad',
        mark: 'vulnerable',
      },
      { chip: '3 high recommendations', says: 'has 3 high recommendations open', tone: 'warning' },
    ]);
    expect(known.facts.length).toBeLessThanOrEqual(30);
  });

  it('says so where everything is as it should be', async () => {
    const known = await ask(machine('vm-dc-02'));
    expect(known.facts[0]?.value).toBe('None failed: 7 recommendations, all followed.');
    expect(known.traits).toEqual([]);
  });

  it('counts what is wrong with the server of a database as well', async () => {
    const known = await ask(resource(things.sql));
    expect(values(known, 'Open, medium')).toContain('Auditing on SQL server should be enabled');
    expect(values(known, 'Open, high')).toEqual([
      'SQL databases should have vulnerability findings resolved',
    ]);
  });

  it('finds a resource whose id is written in other letters', async () => {
    const known = await ask(
      resource(things.keyVault.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions')),
    );
    expect(chips(known)).toEqual(['on an attack path', '2 high recommendations']);
  });

  it('does not take a machine for another whose name begins the same', async () => {
    expect(await ask(resource(machineNamed('vm-pay-web-01').id.slice(0, -1)))).toEqual(nothingKnown);
  });

  it('tells critical vulnerabilities of images, and leaves those of machines to whoever scans them', async () => {
    expect(chips(await ask(resource(things.registry)))).toContain('critical vulnerabilities');
    expect(chips(await ask(machine('vm-pay-web-01')))).not.toContain('critical vulnerabilities');
  });

  it('gives the score of a subscription and its worst recommendations', async () => {
    const known = await ask(resource(`/subscriptions/${subscriptions.production}`));
    expect(known.facts[0]?.value).toMatch(
      /^The secure score is 43 %\. \d+ kinds of recommendations are open/,
    );
    expect(known.facts[2]?.label).toBe('Open, critical');
    expect(values(known, 'PCI DSS 4')).toEqual(['3 of 3 controls fail']);
    expect(known.facts.length).toBeLessThanOrEqual(30);
  });

  it('knows nothing of a machine that does not stand in Azure', async () => {
    const away: Subject = { kind: 'machine', name: 'NB-KELLER', resourceId: '' };
    expect(createPosture(azure).concerns?.(away)).toBe(false);
    expect(await ask(away)).toEqual(nothingKnown);
  });

  it('lets an outage through, so that it is asked again', async () => {
    azure.faults.set('azure', { kind: 'failing' });
    await expect(ask(machine('vm-dc-02'))).rejects.toMatchObject({ reason: 'unavailable' });
    azure.faults.set('azure', { kind: 'none' });
  });
});

const assessments = 'microsoft.security/assessments';
const paths = 'microsoft.security/attackpaths';
const scores = 'microsoft.security/securescores';
const standards = 'microsoft.security/regulatorycompliancestandards';

describe('posture, where Azure answers oddly', () => {
  let azure: AnsweringGraph;
  afterEach(() => azure.stop());

  it.each([
    [{ name: 'c0b7cfc6-3172-465a-b378-53c7ff2cc0d5', risk: 'Critical' }, true],
    [{ name: 'a-new-one', category: 'SoftwareUpdate', severity: 'Critical' }, true],
    [{ name: 'a-new-one', category: 'SoftwareUpdate', severity: 'High' }, false],
    [{ name: 'a-setting', category: 'Unknown', risk: 'Critical' }, false],
  ])('takes %j for a critical vulnerability: %s', async (row, isOne) => {
    azure = await graphAnswering(() => [{ type: assessments, code: 'Unhealthy', ...row }]);
    const known = await createPosture(azure).enrich(resource(things.registry), context());
    expect(chips(known).includes('critical vulnerabilities')).toBe(isOne);
  });

  it('reads what it can of rows with holes, and keeps their words short', async () => {
    azure = await graphAnswering(() => [
      { type: paths, displayName: null, risk: 7 },
      { type: scores, current: '10', max: null },
      {
        type: assessments,
        name: 'K1',
        displayName: 'x'.repeat(5_000),
        code: 'Unhealthy',
        severity: null,
        risk: 'None',
        since: 'soon',
        controls: [null, 'nowhere\nx', { length: { valueOf: 1 } }],
      },
      {
        type: assessments,
        name: 'k2',
        displayName: '',
        code: 'unhealthy',
        severity: 'HIGH',
        controls: 'none',
      },
      { type: assessments, code: 'NotApplicable' },
      { type: assessments, code: { length: { valueOf: 1 } } },
      { type: null, name: 'k3', code: 'Unhealthy' },
      {},
    ]);
    const known = await createPosture(azure).enrich(machine('vm-dc-01'), context());
    expect(values(known, 'Open, high')).toEqual(['k2']);
    expect(values(known, 'Open, low')).toEqual(['x'.repeat(300)]);
    expect(values(known, 'Secure score')).toEqual([]);
    expect(known.facts[0]?.value).toBe(
      '2 of 2 recommendations are open, 1 of high severity. One attack path leads through it.',
    );
  });

  it('sends an id with signs of KQL in it nowhere', async () => {
    azure = await graphAnswering(() => []);
    const hostile = resource(`${things.keyVault}") or ("1" == "1`);
    expect(await createPosture(azure).enrich(hostile, context())).toEqual(nothingKnown);
    expect(azure.queries).toEqual([]);
  });

  it('shows at most thirty facts of a subscription with everything wrong', async () => {
    azure = await graphAnswering(() => [
      { type: scores, current: 1, max: 58 },
      ...Array.from({ length: 40 }, (_row, n) => ({ type: standards, name: `S-${n}`, failed: 1, passed: 1 })),
      ...Array.from({ length: 400 }, (_row, n) => ({
        type: assessments,
        name: `k${n}`,
        displayName: `T${n}`,
        code: 'Unhealthy',
        severity: 'High',
        resources: n,
      })),
    ]);
    const known = await createPosture(azure).enrich(
      resource(`/subscriptions/${subscriptions.shared}`),
      context(),
    );
    expect(known.facts.length).toBeLessThanOrEqual(30);
    expect(known.facts[2]?.value).toBe('T399 (399 resources)');
    expect(Math.max(...chips(known).map((chip) => chip.length))).toBeLessThanOrEqual(24);
  });
});
