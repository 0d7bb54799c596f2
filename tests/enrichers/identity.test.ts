import { afterEach, describe, expect, it } from 'vitest';
import type { GraphIdentity } from '../../src/azure/graph-identity.ts';
import { createAccountRisk } from '../../src/enrichers/account-risk.ts';
import { createIdentity } from '../../src/enrichers/identity.ts';
import type { Enrichment, Subject } from '../../src/incident/enrichment.ts';
import {
  type Account,
  accountNamed,
  admKeller,
  bg01,
  nina,
  svcBackup,
} from '../../src/sandbox/logs/samples/estate.ts';
import { findPerson } from '../../src/sandbox/people.ts';
import {
  type GraphStandIn,
  graphThatSays,
  permissions,
  type StandInOptions,
  startGraph,
} from '../azure/graph-stand-in.ts';

let running: { stop(): unknown }[] = [];
const start = async (options?: StandInOptions): Promise<GraphStandIn> => {
  const standIn = await startGraph(options);
  running.push(standIn);
  return standIn;
};
afterEach(async () => {
  await Promise.all(running.map((one) => one.stop()));
  running = [];
});

const named = (names: Partial<Subject & { kind: 'account' }>): Subject => ({
  kind: 'account',
  name: '',
  upn: '',
  oid: '',
  ...names,
});
const of = ({ name, upn, oid }: Account): Subject => named({ name, upn, oid });

/** Who it is, then whether it is at risk. */
async function ask(graph: GraphIdentity, subject: Subject, now = new Date()): Promise<Enrichment> {
  const context = { now, signal: AbortSignal.timeout(20_000) };
  const identity = await createIdentity({ graph }).enrich(subject, context);
  const risk = await createAccountRisk({ graph }).enrich(subject, context);
  return {
    ...identity,
    facts: [...identity.facts, ...risk.facts],
    traits: [...identity.traits, ...risk.traits],
  };
}

const factsOf = ({ facts }: Enrichment, label: string): string[] =>
  facts.filter((fact) => fact.label === label).map(({ value }) => value);
const chipsOf = ({ traits }: Enrichment): string[] => traits.map(({ chip }) => chip);
const now = (story: string) => ({ happened: [{ story, at: Date.now() }] });

describe('an account of a person', () => {
  it('who travelled impossibly is told with manager, second factor, risk, and both sign-ins', async () => {
    const { graph } = await start(now('identity-impossible-travel'));
    const told = await ask(graph, of(nina));
    expect(factsOf(told, 'Who')).toEqual(['Nina Berg, Accountant, Finance']);
    expect(factsOf(told, 'Manager')).toEqual(['Marcus Boyd']);
    expect(factsOf(told, 'MFA')).toEqual(['mobile phone']);
    expect(factsOf(told, 'Risk')).toEqual(['high, at risk']);
    expect(factsOf(told, 'Detection')).toContain('impossible travel, 198.51.100.23, Recife, BR, medium');
    expect(factsOf(told, 'Sign-in').slice(0, 2)).toEqual([
      expect.stringMatching(
        /^worked.*, Office 365 Exchange Online, from 198\.51\.100\.23 \(Recife, BR\), risk medium$/,
      ),
      expect.stringMatching(/^worked.*Office 365 Exchange Online, from 203\.0\.113\.9 \(Frankfurt, DE\)$/),
    ]);
    expect(factsOf(told, 'Groups')).toEqual(['Finance, Payments approvers, All staff']);
    expect(told.traits).toEqual([
      { chip: 'risk high', says: 'is at high risk', tone: 'bad', mark: 'at-risk' },
    ]);
    expect(told.link?.url).toBe(
      `https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${nina.oid}`,
    );
  });

  it('who may do everything is privileged, and 22 refused prompts are one line', async () => {
    const { graph } = await start(now('identity-mfa-fatigue'));
    const told = await ask(graph, of(admKeller));
    expect(told.traits[0]).toEqual({
      chip: 'Global Administrator',
      says: 'is Global Administrator',
      tone: 'warning',
      mark: 'privileged',
    });
    expect(chipsOf(told)).toEqual(['Global Administrator', 'risk high']);
    expect(factsOf(told, 'Roles')).toEqual(['Global Administrator']);
    expect(factsOf(told, 'Eligible for')).toEqual(['Security Administrator']);
    expect(factsOf(told, 'Sign-in')).toContain(
      'refused 22 times (500121: MFA denied; user declined the authentication), Azure Portal, from 198.51.100.23 (Recife, BR)',
    );
  });

  it('who may take up a privileged role is privileged, whichever lesser one they hold', async () => {
    const { graph } = await start();
    const told = await ask(graph, of(accountNamed('lena')));
    expect(told.traits).toEqual([
      {
        chip: 'eligible: Security Oper…',
        says: 'is eligible for Security Operator',
        tone: 'warning',
        mark: 'privileged',
      },
    ]);
    // Reads reports, and Microsoft does not call that privileged.
    const marcus = await ask(graph, of(accountNamed('marcus')));
    expect(factsOf(marcus, 'Roles')).toEqual(['Reports Reader']);
    expect(chipsOf(marcus)).toEqual([]);
  });

  it('without a second factor and with a leaked password says both', async () => {
    const { graph } = await start();
    const told = await ask(graph, of(svcBackup));
    expect(chipsOf(told)).toEqual(['password leaked', 'risk medium', 'no MFA']);
    expect(told.traits.map(({ mark }) => mark)).toEqual(['leaked', 'at-risk', undefined]);
    expect(told.traits[0]?.says).toMatch(/^has had its password leaked since \d{4}-\d\d-\d\d$/);
    expect(factsOf(told, 'MFA')).toEqual(['none registered']);
    expect(factsOf(told, 'Kept in')).toEqual(['Active Directory (contoso.com)']);
    expect(factsOf(told, 'Groups')[0]).toContain('Backup Operators');
  });

  it('that was left, or comes from a partner, says so', async () => {
    const { graph } = await start();
    const dora = await ask(graph, of(accountNamed('dora')));
    expect(chipsOf(dora)).toEqual(['disabled']);
    // The report of second factors has no disabled accounts: that it knows none does not mean there is none.
    expect(factsOf(dora, 'MFA')).toEqual([]);
    const guest = await ask(graph, named({ oid: findPerson('guest').oid }));
    expect(chipsOf(guest)).toEqual(['guest']);
    expect(factsOf(guest, 'Account')).toEqual(['enabled, guest']);
    expect(factsOf(guest, 'Created')).toEqual(['']);
  });

  it('that was made this week stands out, one made last year does not', async () => {
    const { graph } = await start();
    const fresh = await ask(graph, of(accountNamed('svc-pay-report')));
    expect(chipsOf(fresh)).toContain('new account');
    expect(factsOf(await ask(graph, of(nina)), 'Created')).toEqual([]);
  });

  it('is asked of Identity Protection once where it never was at risk', async () => {
    const { graph, asked } = await start();
    const told = await ask(graph, of(bg01));
    expect(factsOf(told, 'Risk')).toEqual(['none']);
    const paths = asked();
    expect(paths.filter((path) => path.startsWith('identityProtection'))).toHaveLength(1);
    const { calls } = createIdentity({ graph });
    expect(paths.length).toBeLessThanOrEqual(calls + createAccountRisk({ graph }).calls);
  });
});

describe('the names by which an alert calls an account', () => {
  it('may be one of Active Directory', async () => {
    const { graph } = await start();
    const told = await ask(graph, named({ name: 'CONTOSO\\svc-backup' }));
    expect(factsOf(told, 'Who')[0]).toContain('svc-backup');
    expect(await ask(graph, named({ name: 'VM-JUMP-01\\svc-backup' }))).toEqual({ facts: [], traits: [] });
  });

  it('may be an id that the directory has not, beside an address that it has', async () => {
    const { graph } = await start();
    const told = await ask(graph, named({ oid: '0b6f3a11-1111-4222-8333-944445555666', upn: nina.upn }));
    expect(factsOf(told, 'Who')).toEqual(['Nina Berg, Accountant, Finance']);
  });

  it.each(['root', 'www-data', 'NT AUTHORITY\\SYSTEM', 'IIS APPPOOL\\web', 'CONTOSO\\VM-DC-01$', ''])(
    'of %j are none of Entra ID: nothing is asked',
    async (name) => {
      const { graph, asked } = await start();
      const { concerns } = createIdentity({ graph });
      expect(concerns?.(named({ name }))).toBe(false);
      expect(await ask(graph, named({ name }))).toEqual({ facts: [], traits: [] });
      expect(asked()).toEqual([]);
    },
  );

  it('that nobody has tell nothing', async () => {
    const { graph } = await start();
    expect(await ask(graph, named({ upn: 'nobody@contoso.com' }))).toEqual({ facts: [], traits: [] });
    const nothing = named({ oid: '0b6f3a11-1111-4222-8333-944445555666' });
    expect(await ask(graph, nothing)).toEqual({ facts: [], traits: [] });
  });
});

describe('an account that nobody signs in to', () => {
  const machine = named({ name: 'vm-pay-web-01', oid: '5e0c2f7a-41d9-4b66-8a1f-20c7d3b9e614' });

  it('is told by what it is the identity of', async () => {
    const { graph } = await start();
    const told = await ask(graph, machine);
    expect(factsOf(told, 'Who')).toEqual(['vm-pay-web-01, managed identity']);
    expect(factsOf(told, 'Identity of')[0]).toMatch(/\/virtualMachines\/vm-pay-web-01$/);
    expect(told.traits).toEqual([
      {
        chip: 'managed identity',
        says: 'is the managed identity of vm-pay-web-01',
        tone: 'neutral',
      },
    ]);
    expect(told.link?.url).toContain('/objectId/5e0c2f7a-41d9-4b66-8a1f-20c7d3b9e614/appId/');
  });

  it('is not told where applications may not be read, and that is said', async () => {
    const granted = permissions.filter((one) => one !== 'Application.Read.All');
    const { graph } = await start({ granted });
    const told = await ask(graph, machine);
    expect(told.facts).toEqual([
      { label: 'Account', value: 'no user; service principals: not allowed: Application.Read.All' },
    ]);
  });
});

describe('what is not allowed or not bought', () => {
  it('takes nothing away from the rest', async () => {
    const { graph } = await start({ granted: ['User.Read.All'] });
    const told = await ask(graph, of(admKeller));
    expect(factsOf(told, 'Who')).toEqual(['Adam Keller (admin), Security']);
    expect(factsOf(told, 'Sign-ins')).toEqual(['not allowed: AuditLog.Read.All']);
    expect(factsOf(told, 'MFA')).toEqual(['not allowed: AuditLog.Read.All']);
    expect(factsOf(told, 'Risk')).toEqual(['not allowed: IdentityRiskyUser.Read.All']);
    expect(factsOf(told, 'Detections')).toEqual(['not allowed: IdentityRiskEvent.Read.All']);
    expect(factsOf(told, 'Roles')).toEqual(['not allowed: RoleManagement.Read.Directory']);
    expect(factsOf(told, 'Groups')).toEqual(['not allowed: GroupMember.Read.All']);
    expect(factsOf(told, 'Eligible for')).toEqual(['not allowed: RoleManagement.Read.Directory']);
    expect(chipsOf(told)).toEqual([]);
  });

  it('with P1 is the risk, of which detections are left without their names', async () => {
    const { graph } = await start({ licence: 'P1' });
    const told = await ask(graph, of(svcBackup));
    expect(factsOf(told, 'Risk')).toEqual(['needs Microsoft Entra ID P2']);
    expect(factsOf(told, 'Detection')[0]).toContain('generic');
    expect(chipsOf(told)).toEqual(['no MFA']);
  });

  it('is everything where the user may not be read, and where Graph has no time', async () => {
    const { graph } = await start({ granted: ['AuditLog.Read.All'] });
    await expect(ask(graph, of(nina))).rejects.toMatchObject({ reason: 'auth' });
    const busy = await start();
    busy.faults.set('graph', { kind: 'throttled', ms: 30_000 });
    await expect(ask(busy.graph, of(nina))).rejects.toMatchObject({ reason: 'rate-limited' });
  });
});

describe('what Graph says', () => {
  const user = { id: 'u/../x', userPrincipalName: 'u@contoso.com', accountEnabled: true };

  it('is bounded, however many groups, roles and methods there are', async () => {
    const role = (n: number) => ({
      '@odata.type': '#microsoft.graph.directoryRole',
      displayName: `Global Administrator ${'x'.repeat(5_000)} ${n}`,
      roleTemplateId: '62e90394-69f5-4237-9190-012177145e10',
    });
    const group = (n: number) => ({ '@odata.type': '#microsoft.graph.group', displayName: `Group ${n}` });
    const standIn = await graphThatSays({
      'users/u': user,
      'users/u/../x/transitiveMemberOf': {
        value: [...Array.from({ length: 900 }, (_, n) => group(n)), role(1), role(2), role(3)],
      },
      'roleManagement/directory/roleEligibilityScheduleInstances': { value: [] },
      'identityProtection/riskyUsers': { value: [] },
      'auditLogs/signIns': {
        value: Array.from({ length: 900 }, (_, n) => ({
          createdDateTime: '2026-11-20T10:00:00Z',
          ipAddress: `10.0.${n % 256}.${n}`,
        })),
      },
    });
    running.push(standIn);
    const told = await ask(standIn.graph, named({ upn: 'u' }));
    expect(told.facts.length).toBeLessThanOrEqual(30);
    expect(factsOf(told, 'Groups')[0]).toMatch(/ and 892 more$/);
    expect(factsOf(told, 'Sign-in')).toHaveLength(6);
    expect(told.traits[0]?.says).toMatch(/, and 2 more privileged roles$/);
    for (const { chip } of told.traits) expect(Array.from(chip).length).toBeLessThanOrEqual(24);
    for (const { value } of told.facts) expect(value.length).toBeLessThan(4_000);
    expect(told.link?.url).toContain('userId/u%2F..%2Fx');
  });

  it('of an account that is known to be in wrong hands goes before every level of risk', async () => {
    const standIn = await graphThatSays({
      'users/u': { ...user, id: 'u' },
      'identityProtection/riskyUsers': {
        value: [{ id: 'u', riskLevel: 'low', riskState: 'confirmedCompromised' }],
      },
      'identityProtection/riskDetections': {
        value: [
          { userId: 'u', riskEventType: 'leakedCredentials', riskState: 'remediated', riskLevel: 'high' },
          { userId: 'u', riskEventType: 'maliciousIPAddress', riskState: 'atRisk', riskLevel: 'low' },
        ],
      },
      'users/u/transitiveMemberOf': { value: [] },
      'roleManagement/directory/roleEligibilityScheduleInstances': { value: [] },
      'auditLogs/signIns': { value: [] },
    });
    running.push(standIn);
    const told = await ask(standIn.graph, named({ upn: 'u' }));
    expect(told.traits).toEqual([
      { chip: 'compromised', says: 'is confirmed to be compromised', tone: 'bad', mark: 'at-risk' },
    ]);
    expect(factsOf(told, 'Detection')).toEqual([
      'leaked credentials, high, remediated',
      'malicious IP address, low',
    ]);
    expect(factsOf(told, 'Sign-ins')).toEqual(['none in 7 days']);
  });
});
