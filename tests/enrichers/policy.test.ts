import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPolicy } from '../../src/enrichers/policy.ts';
import { type Enrichment, nothingKnown, type Subject } from '../../src/incident/enrichment.ts';
import { subscriptions } from '../../src/sandbox/azure/estate.ts';
import { machineNamed, things } from '../../src/sandbox/logs/samples/estate.ts';
import { type GraphInTest, startResourceGraph } from '../azure/resource-graph-stand-in.ts';
import { type AnsweringGraph, graphAnswering } from './graph-answering.ts';

const context = () => ({ now: new Date(), signal: AbortSignal.timeout(60_000) });
const resource = (resourceId: string): Subject => ({
  kind: 'resource',
  name: resourceId.split('/').at(-1) ?? '',
  resourceId,
});
const chips = ({ traits }: Enrichment) => traits.map(({ chip }) => chip);

describe('policy', () => {
  let azure: GraphInTest;
  beforeAll(async () => {
    azure = await startResourceGraph();
    // Loading the parser takes longer than a call may, where other work is going on.
    await azure.graph.rows('resources | take 1').catch(() => undefined);
  });
  afterAll(() => azure.stop());
  const ask = (subject: Subject) => createPolicy(azure).enrich(subject, context());

  it('names the policy that is not met and the guard rail that it belongs to', async () => {
    const known = await ask(resource(things.keyVault));
    expect(known.facts[0]?.value).toBe('1 of 2 policies is not met. Nothing is exempted.');
    expect(known.facts[1]).toMatchObject({
      label: 'Not met: Contoso guard rails',
      value: 'Key vaults should have deletion protection enabled (audit)',
    });
    expect(chips(known)).toEqual(['one policy not met']);
  });

  it('tells of a database what its server was let off, why, and until when', async () => {
    const known = await ask(resource(things.sql));
    expect(known.facts[0]?.value).toMatch(/^None is broken\. One exemption holds, until \d{4}-\d\d-\d\d\.$/);
    expect(known.facts[1]).toMatchObject({
      label: 'Exempt until',
      value: 'Auditing waits for the new server (waiver, from Contoso guard rails)',
      at: expect.stringMatching(/Z$/),
    });
    expect(known.facts[2]).toEqual({
      label: 'Exempt',
      value: 'Auditing on SQL server should be enabled (auditifnotexists)',
    });
    expect(chips(known)).toEqual(['policy waived']);
  });

  it('finds leave that was given to the whole resource group, and says that it never ends', async () => {
    const known = await ask(resource(things.backupStorage));
    expect(known.facts[0]?.value).toBe('1 of 3 policies is not met. One exemption holds, without an end.');
    expect(known.facts.map(({ label }) => label)).toContain('Exempt without an end');
  });

  it('does not count leave that has ended', async () => {
    const { id, name } = machineNamed('vm-jump-01');
    const known = await ask({ kind: 'machine', name, resourceId: id });
    expect(known.facts[0]?.value).toBe('1 of 3 policies is not met. Nothing is exempted.');
    expect(known.facts.map(({ label }) => label)).toContain('Exemption that ended');
    expect(chips(known)).toEqual(['one policy not met']);
  });

  it('says so where every policy is met', async () => {
    const { id, name } = machineNamed('vm-dc-02');
    const known = await ask({ kind: 'machine', name, resourceId: id });
    expect(known.facts.map(({ value }) => value)).toEqual(['None is broken. Nothing is exempted.']);
    expect(known.traits).toEqual([]);
  });

  it('gathers what a whole subscription does not meet, the most broken first', async () => {
    const known = await ask(resource(`/subscriptions/${subscriptions.production}`));
    expect(known.facts[1]?.value).toMatch(/, \d resources$/);
    expect(chips(known)[0]).toBe('policy waived');
  });

  it('knows nothing of what policy never looked at', async () => {
    expect(await ask(resource(`${things.keyVault}-gone`))).toEqual(nothingKnown);
  });
});

const exemptions = 'microsoft.authorization/policyexemptions';
const states = 'microsoft.policyinsights/policystates';

describe('policy, where Azure answers oddly', () => {
  let azure: AnsweringGraph;
  afterEach(() => azure.stop());

  it('calls what it may not read the name of by the end of its id', async () => {
    azure = await graphAnswering(() => [
      { type: exemptions, displayName: '', name: 'x-1', assignment: '', category: 7, ends: 'never' },
      {
        type: states,
        assignment:
          '/providers/microsoft.management/managementgroups/contoso/providers/microsoft.authorization/policyassignments/mg-rails',
        assignmentName: '',
        definition: '/providers/microsoft.authorization/policydefinitions/0b60',
        definitionName: null,
        reference: null,
        effect: null,
        compliance: 'noncompliant',
      },
      { type: states, compliance: 'Unknown' },
      { type: states, compliance: ['NonCompliant'] },
      { type: 'microsoft.policyinsights/other', compliance: 'NonCompliant' },
    ]);
    const known = await createPolicy(azure).enrich(resource(things.keyVault), context());
    expect(known.facts[0]?.value).toBe('1 of 1 policies is not met. One exemption holds, without an end.');
    expect(known.facts[1]).toMatchObject({ label: 'Not met: mg-rails', value: '0b60' });
    expect(known.facts[2]?.value).toBe('x-1 (waiver, from an assignment)');
  });

  it('shows at most thirty facts', async () => {
    azure = await graphAnswering(() => [
      ...Array.from({ length: 50 }, (_row, n) => ({ type: exemptions, name: `e${n}`, category: 'Waiver' })),
      ...Array.from({ length: 500 }, (_row, n) => ({
        type: states,
        assignment: `a${n}`,
        definition: `d${n}`,
        compliance: n % 2 ? 'Exempt' : 'NonCompliant',
      })),
    ]);
    const known = await createPolicy(azure).enrich(resource(things.keyVault), context());
    expect(known.facts.length).toBeLessThanOrEqual(30);
    expect(Math.max(...chips(known).map((chip) => chip.length))).toBeLessThanOrEqual(24);
  });
});
