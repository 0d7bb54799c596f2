import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { accounts, admKeller, nina } from '../../src/sandbox/logs/samples/estate.ts';
import { type GraphStandIn, startGraph } from '../azure/graph-stand-in.ts';

let standIn: GraphStandIn;
let token: string;

beforeAll(async () => {
  standIn = await startGraph();
  token = await standIn.token();
});
afterAll(() => standIn.stop());

interface Answer {
  status: number;
  error?: { code: string; message: string };
  value?: Record<string, unknown>[];
  [field: string]: unknown;
}

async function get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(`${standIn.origin}/v1.0/${path}`, {
    headers: { authorization: `Bearer ${token}`, ...headers },
  });
  return { status: response.status, ...(await response.json()) };
}

const filter = (text: string) => `$filter=${encodeURIComponent(text)}`;
const eventual = { ConsistencyLevel: 'eventual' };

describe('the Graph stand-in', () => {
  it('knows every account that the logs tell of', async () => {
    for (const { upn, displayName, enabled } of accounts) {
      expect(await get(`users/${upn}?$select=displayName,accountEnabled`)).toMatchObject({
        displayName,
        accountEnabled: enabled,
      });
    }
  });

  it('tells of the manager where that is asked for, and of none where there is none', async () => {
    const expand = '$select=id&$expand=manager';
    expect(await get(`users/${nina.oid}?${expand}`)).toMatchObject({
      manager: { displayName: 'Marcus Boyd' },
    });
    expect(await get(`users/bg-01@contoso.com?${expand}`)).not.toHaveProperty('manager');
  });

  it.each([
    ['an unknown field', `users/${nina.oid}?$select=shoeSize`, 400, 'BadRequest'],
    [
      'some fields of the manager alone',
      `users/${nina.oid}?$expand=manager($select=displayName)`,
      400,
      'BadRequest',
    ],
    ['an unknown relation', `users/${nina.oid}?$expand=butler`, 400, 'BadRequest'],
    [
      'an unknown field of an application',
      'servicePrincipals/5e0c2f7a-41d9-4b66-8a1f-20c7d3b9e614?$select=shoeSize',
      400,
      'BadRequest',
    ],
    [
      'sign-ins by another filter',
      `auditLogs/signIns?${filter("userDisplayName eq 'Nina'")}`,
      400,
      'Request_UnsupportedQuery',
    ],
    [
      'sign-ins in an order',
      `auditLogs/signIns?${filter(`userId eq '${nina.oid}'`)}&$orderby=createdDateTime`,
      400,
      'BadRequest',
    ],
    [
      'too many sign-ins',
      `auditLogs/signIns?${filter(`userId eq '${nina.oid}'`)}&$top=1001`,
      400,
      'Request_BadRequest',
    ],
    [
      'too many detections',
      `identityProtection/riskDetections?${filter(`userId eq '${nina.oid}'`)}&$top=501`,
      400,
      'Request_BadRequest',
    ],
    [
      'roles of everybody',
      'roleManagement/directory/roleEligibilityScheduleInstances',
      400,
      'Request_UnsupportedQuery',
    ],
    [
      'a user who is none',
      'users/00000000-0000-4000-8000-000000000000/transitiveMemberOf',
      404,
      'Request_ResourceNotFound',
    ],
    [
      'the risk of somebody without',
      'identityProtection/riskyUsers/00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1',
      404,
      'NotFound',
    ],
    [
      'the factors of an account that is off',
      'reports/authenticationMethods/userRegistrationDetails/0000000a-5a1e-4c0d-9b7a-3f6e2d81c0aa',
      404,
      'NotFound',
    ],
  ])('refuses %s as Graph does', async (_what, path, status, code) => {
    expect(await get(path)).toMatchObject({ status, error: { code } });
  });

  it('finds by a name of Active Directory only in the index that is asked for', async () => {
    const path = `users?${filter("onPremisesSamAccountName eq 'svc-backup'")}`;
    expect((await get(path)).error?.code).toBe('Request_UnsupportedQuery');
    expect((await get(`${path}&$count=true`)).error?.code).toBe('Request_UnsupportedQuery');
    expect((await get(`${path}&$count=true`, eventual)).value).toMatchObject([{ displayName: 'svc-backup' }]);
  });

  it('tells sign-ins and detections that are the same ones as in the logs', async () => {
    const path = `auditLogs/signIns?${filter(`userId eq '${admKeller.oid}'`)}&$top=1000`;
    const rows = (await get(path)).value ?? [];
    const denied = rows.filter(({ status }) => JSON.stringify(status).includes('500121'));
    expect(denied).toHaveLength(22);
    const found = await get(`identityProtection/riskDetections?${filter(`userId eq '${admKeller.oid}'`)}`);
    const types = found.value?.map(({ riskEventType }) => riskEventType);
    expect(types).toEqual(expect.arrayContaining(['anonymizedIPAddress', 'suspiciousAuthAppApproval']));
  });

  it('tells detections in no order: nobody is to take the first ones for the newest', async () => {
    const path = `identityProtection/riskDetections?${filter(`userId eq '${admKeller.oid}'`)}&$top=500`;
    const times = (await get(path)).value?.map(({ activityDateTime }) => String(activityDateTime)) ?? [];
    expect(times.length).toBeGreaterThan(1);
    expect(times).not.toEqual(times.toSorted().toReversed());
  });

  it('moves the sign-ins of a story to the alert that appeared', async () => {
    const at = Date.now() - 60_000;
    const moved = await startGraph({ happened: [{ story: 'identity-mfa-fatigue', at }] });
    const since = new Date(at - 20 * 60_000);
    const answer = await moved.graph.signIns(admKeller.oid, since);
    const signIns = 'told' in answer ? answer.told : [];
    const portal = signIns.filter(
      ({ app, address }) => app === 'Azure Portal' && address === '198.51.100.23',
    );
    expect(portal).toHaveLength(23);
    await moved.stop();
  });

  it('has no interest in how often Identity Protection is asked', async () => {
    const path = `identityProtection/riskyUsers/${nina.oid}`;
    const all = await Promise.all(Array.from({ length: 5 }, () => get(path)));
    expect(all.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
  });
});
