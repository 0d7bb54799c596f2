import { afterEach, describe, expect, it } from 'vitest';
import { admKeller, bg01, nina, svcBackup } from '../../src/sandbox/logs/samples/estate.ts';
import { findPerson } from '../../src/sandbox/people.ts';
import {
  type GraphStandIn,
  graphThatSays,
  permissions,
  type StandInOptions,
  startGraph,
  unlimited,
} from './graph-stand-in.ts';

let running: { stop(): unknown }[] = [];
const start = async (options?: StandInOptions): Promise<GraphStandIn> => {
  const standIn = await startGraph(options);
  running.push(standIn);
  return standIn;
};
const saying = async (answers: Record<string, unknown>) => {
  const one = await graphThatSays(answers);
  running.push(one);
  return one.graph;
};
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
});

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error) => error,
  );
const without = (permission: string) => permissions.filter((one) => one !== permission);

describe('an account', () => {
  it('is told with title, department, manager and age, by object id or principal name', async () => {
    const { graph } = await start();
    const expected = {
      id: nina.oid,
      name: 'Nina Berg',
      upn: 'nina.berg@contoso.com',
      title: 'Accountant',
      department: 'Finance',
      manager: 'Marcus Boyd',
      enabled: true,
      guest: false,
      domain: 'contoso.com',
    };
    expect(await graph.user(nina.oid)).toMatchObject(expected);
    expect(await graph.user('nina.berg@contoso.com')).toMatchObject(expected);
    expect(await graph.user(bg01.oid)).toMatchObject({ manager: '', domain: '', title: '' });
    expect(await graph.user('nobody@contoso.com')).toBeUndefined();
    expect(await graph.user('../groups')).toBeUndefined();
  });

  it('of Active Directory is found by its name there, and nobody by that of another domain or machine', async () => {
    const { graph } = await start();
    expect(await graph.userOnPremises('CONTOSO', 'svc-backup')).toMatchObject({ id: svcBackup.oid });
    expect(await graph.userOnPremises('VM-JUMP-01', 'svc-backup')).toBeUndefined();
    expect(await graph.userOnPremises('CONTOSO', 'bg-01')).toBeUndefined();
    expect(
      await graph.userOnPremises('CONTOSO', "x' or accountEnabled eq true or mail eq 'x"),
    ).toBeUndefined();
  });

  it('has groups through groups, and roles by the id that every tenant has them by', async () => {
    const { graph } = await start();
    const { oid } = findPerson('priya');
    expect(await graph.memberships({ kind: 'users', id: oid })).toMatchObject({
      told: [
        { kind: 'group', name: 'SOC analysts' },
        { kind: 'group', name: 'SOC analysts, night shift' },
        { kind: 'group', name: 'All staff' },
        { kind: 'group', name: 'Security' },
      ],
    });
    const roles = await graph.memberships({ kind: 'users', id: admKeller.oid });
    expect(roles).toMatchObject({
      told: expect.arrayContaining([
        { kind: 'role', name: 'Global Administrator', templateId: '62e90394-69f5-4237-9190-012177145e10' },
      ]),
    });
    expect(await graph.eligibleRoles(admKeller.oid)).toEqual({
      told: [{ name: 'Security Administrator', templateId: '194ae4cb-b126-40b2-bd5b-6091b380977d' }],
    });
  });

  it('has sign-ins with place, application and result, the newest first', async () => {
    const { graph } = await start({ happened: [{ story: 'identity-impossible-travel', at: Date.now() }] });
    const answer = await graph.signIns(nina.oid, new Date(Date.now() - 3_600_000));
    const signIns = 'told' in answer ? answer.told : [];
    expect(signIns[0]).toMatchObject({
      address: '198.51.100.23',
      place: 'Recife, BR',
      app: 'Office 365 Exchange Online',
      code: 0,
      risk: 'medium',
    });
    expect(signIns).toContainEqual(
      expect.objectContaining({ address: '203.0.113.9', place: 'Frankfurt, DE', risk: 'none' }),
    );
    const times = signIns.map(({ at }) => at);
    expect(times).toEqual(times.toSorted().toReversed());
  });

  it('has a risk, and what it comes of', async () => {
    const { graph } = await start();
    expect(await graph.risk(nina.oid)).toMatchObject({ told: { level: 'high', state: 'atRisk' } });
    expect(await graph.risk(bg01.oid)).toEqual({ told: undefined });
    const answer = await graph.detections(svcBackup.oid);
    const types = 'told' in answer ? answer.told.map(({ type }) => type) : [];
    expect(types).toContain('leakedCredentials');
    expect(types).toContain('passwordSpray');
  });
});

describe('what may not be asked', () => {
  const { oid } = admKeller;

  it.each([
    ['AuditLog.Read.All', (graph: GraphStandIn['graph']) => graph.signIns(oid, new Date(0))],
    ['AuditLog.Read.All', (graph: GraphStandIn['graph']) => graph.registration(oid)],
    ['IdentityRiskyUser.Read.All', (graph: GraphStandIn['graph']) => graph.risk(oid)],
    ['IdentityRiskEvent.Read.All', (graph: GraphStandIn['graph']) => graph.detections(oid)],
    ['RoleManagement.Read.Directory', (graph: GraphStandIn['graph']) => graph.eligibleRoles(oid)],
    ['Application.Read.All', (graph: GraphStandIn['graph']) => graph.servicePrincipal(oid)],
  ])('is named where the application lacks %s', async (permission, ask) => {
    const { graph } = await start({ granted: without(permission) });
    expect(await ask(graph)).toEqual({ lacking: `not allowed: ${permission}` });
  });

  it('are the names of roles, which come empty without leave to read them', async () => {
    const { graph } = await start({ granted: without('RoleManagement.Read.Directory') });
    const answer = await graph.memberships({ kind: 'users', id: oid });
    expect(answer).toMatchObject({
      told: expect.arrayContaining([{ kind: 'role', name: '', templateId: '' }]),
    });
  });

  it('are the names of groups, which come empty just so', async () => {
    const { graph } = await start({ granted: without('GroupMember.Read.All') });
    const answer = await graph.memberships({ kind: 'users', id: oid });
    expect(answer).toMatchObject({
      told: expect.arrayContaining([
        { kind: 'group', name: '' },
        { kind: 'role', name: 'Global Administrator', templateId: '62e90394-69f5-4237-9190-012177145e10' },
      ]),
    });
  });

  it('are the memberships of a user whom the application may not read', async () => {
    const { graph } = await start({ granted: ['AuditLog.Read.All'] });
    expect(await graph.memberships({ kind: 'users', id: oid })).toEqual({
      lacking: 'not allowed: User.Read.All',
    });
  });

  it.each([
    ['P1', 'Microsoft Entra ID P2', (graph: GraphStandIn['graph']) => graph.risk(oid)],
    ['P1', 'Microsoft Entra ID P2', (graph: GraphStandIn['graph']) => graph.eligibleRoles(oid)],
    ['free', 'Microsoft Entra ID P1', (graph: GraphStandIn['graph']) => graph.detections(oid)],
    ['free', 'Microsoft Entra ID P1', (graph: GraphStandIn['graph']) => graph.signIns(oid, new Date(0))],
    ['free', 'Microsoft Entra ID P1', (graph: GraphStandIn['graph']) => graph.registration(oid)],
  ] as const)('with the licence %s is said to need %s', async (licence, needed, ask) => {
    const { graph } = await start({ licence });
    expect(await ask(graph)).toEqual({ lacking: `needs ${needed}` });
  });

  it('is a fault where it is the user alone', async () => {
    const { graph } = await start({ granted: without('User.Read.All') });
    expect(await failure(graph.user(oid))).toMatchObject({ name: 'FarSideError', reason: 'auth' });
  });
});

describe('a Graph that fails', () => {
  it('is no answer: it is asked again later', async () => {
    const { graph, faults } = await start();
    faults.set('graph', { kind: 'throttled', ms: 30_000 });
    expect(await failure(graph.risk(nina.oid))).toMatchObject({ reason: 'rate-limited', retryAfter: 30_000 });
    faults.set('graph', { kind: 'failing' });
    expect(await failure(graph.signIns(nina.oid, new Date(0)))).toMatchObject({ reason: 'unavailable' });
  });

  it('leads nobody elsewhere by the link to its next page', async () => {
    const graph = await saying({
      'users/u/transitiveMemberOf': { value: [], '@odata.nextLink': 'https://evil.example/v1.0/more' },
    });
    const error = await failure(graph.memberships({ kind: 'users', id: 'u' }));
    expect(error).toMatchObject({ reason: 'rejected' });
    expect(error.message).toContain('Nothing was sent there');
  });

  it('tells detections in no order, of which the newest are kept', async () => {
    const value = Array.from({ length: 120 }, (_, n) => ({
      userId: 'u',
      riskEventType: `type${n}`,
      activityDateTime: new Date(Date.UTC(2026, 10, 1, n)).toISOString(),
    }));
    const graph = await saying({ 'identityProtection/riskDetections': { value } });
    const answer = await graph.detections('u');
    const types = 'told' in answer ? answer.told.map(({ type }) => type) : [];
    expect(types).toHaveLength(50);
    expect(types[0]).toBe('type119');
    expect(types.at(-1)).toBe('type70');
  });

  it('that leaves things out or says odd ones is read as far as it goes', async () => {
    const graph = await saying({
      'users/u': {
        id: 'u',
        userPrincipalName: 'u@contoso.com',
        accountEnabled: true,
        displayName: null,
        manager: null,
      },
      'users/u/transitiveMemberOf': {
        value: [null, 7, { '@odata.type': '#microsoft.graph.administrativeUnit', displayName: 'HQ' }],
      },
      'auditLogs/signIns': { value: [{ createdDateTime: 'yesterday', status: null, location: [] }, 'x'] },
      'identityProtection/riskyUsers': { value: [{ id: 'u', riskLevel: 4, riskState: null }] },
      'reports/authenticationMethods/userRegistrationDetails/u': { value: { isMfaRegistered: true } },
    });
    expect(await graph.user('u')).toMatchObject({ name: 'u@contoso.com', title: '', createdAt: undefined });
    expect(await graph.memberships({ kind: 'users', id: 'u' })).toEqual({ told: [] });
    expect(await graph.signIns('u', new Date(0))).toMatchObject({ told: [{ at: '', place: '', code: 0 }] });
    expect(await graph.risk('u')).toMatchObject({ told: { level: '', state: '' } });
    expect(await graph.registration('u')).toMatchObject({ told: { mfa: true, methods: [] } });
  });

  it.each([['{"id": "u"}'], ['[]'], ['{"value": "all"}'], ['null']])(
    'is not believed with %s',
    async (body) => {
      const graph = await saying({ 'users/u': body, 'auditLogs/signIns': body });
      expect(await failure(graph.user('u'))).toMatchObject({ reason: 'rejected' });
      expect(await failure(graph.signIns('u', new Date(0)))).toMatchObject({ reason: 'rejected' });
    },
  );
});

describe('the narrow services', () => {
  it('are asked for the detections of all accounts that wait, in one call', async () => {
    const { graph, asked } = await start({
      limits: { ...unlimited, protection: { calls: 1, ms: 200 } },
    });
    const ids = [nina.oid, svcBackup.oid, bg01.oid];
    const alone = await graph.detections(nina.oid);
    expect('told' in alone && alone.told.length).toBeGreaterThan(0);
    const [ofNina, ofBackup, ofGlass] = await Promise.all(ids.map((id) => graph.detections(id)));
    expect(ofNina).toEqual(alone);
    expect(ofBackup).toMatchObject({
      told: expect.arrayContaining([expect.objectContaining({ type: 'leakedCredentials' })]),
    });
    expect(ofGlass).toEqual({ told: [] });
    expect(asked()).toHaveLength(2);
  });

  it('are asked account by account where the page of all was full', async () => {
    const value = Array.from({ length: 500 }, () => ({ userId: 'a', riskEventType: 'passwordSpray' }));
    const graph = await saying({ 'identityProtection/riskDetections': { value } });
    const [a, b] = await Promise.all([graph.detections('a'), graph.detections('b')]);
    expect(a).toMatchObject({ told: expect.arrayContaining([expect.anything()]) });
    expect(b).toEqual({ told: [] });
  });

  it('tell nobody the failure of a call that was given up before', async () => {
    const { graph, asked } = await start({ limits: { ...unlimited, protection: { calls: 1, ms: 300 } } });
    await graph.risk(nina.oid);
    const [gone, stays] = await Promise.all([
      failure(graph.detections(nina.oid, AbortSignal.timeout(20))),
      graph.detections(svcBackup.oid),
    ]);
    expect(gone).toMatchObject({ reason: 'timeout' });
    expect(stays).toMatchObject({ told: expect.arrayContaining([expect.anything()]) });
    expect(asked()).toHaveLength(2);
  });

  it('are asked no faster than they allow: what waits too long is asked again later', async () => {
    const { graph, asked } = await start({
      limits: { reports: { calls: 1, ms: 60_000 }, protection: { calls: 1, ms: 60_000 } },
    });
    await graph.registration(nina.oid);
    await graph.risk(nina.oid);
    await graph.user(nina.oid);
    await graph.user(nina.oid);
    const soon = AbortSignal.timeout(20);
    const [signIns, detections] = await Promise.all([
      failure(graph.signIns(nina.oid, new Date(0), soon)),
      failure(graph.detections(nina.oid, soon)),
    ]);
    expect(signIns).toMatchObject({ name: 'FarSideError', reason: 'timeout' });
    expect(detections).toMatchObject({ name: 'FarSideError', reason: 'timeout' });
    expect(asked()).toHaveLength(4);
  });
});
