import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createEndpoint } from '../../src/enrichers/endpoint.ts';
import { createFile } from '../../src/enrichers/file.ts';
import { FarSideError } from '../../src/errors.ts';
import type { Enrichment, Subject } from '../../src/incident/enrichment.ts';
import { chipOf } from '../../src/incident/verdict.ts';
import { machineNamed, resource } from '../../src/sandbox/logs/samples/estate.ts';
import { hashOf } from '../../src/sandbox/logs/samples/events/devices.ts';
import { startDefenderEndpoint } from '../sandbox/defender-endpoint-stand-in.ts';

const portal = 'https://security.microsoft.com';
let side: Awaited<ReturnType<typeof startDefenderEndpoint>>;
beforeAll(async () => {
  side = await startDefenderEndpoint();
});
beforeEach(() => {
  side.calls.length = 0;
  side.pass(60_000);
});
afterAll(() => side.stop());

const context = () => ({ now: new Date(), signal: AbortSignal.timeout(10_000) });
const endpoint = (at = side) => createEndpoint({ defender: at.defender, portal });
const machine = (name: string, resourceId = machineNamed(name).id): Subject => ({
  kind: 'machine',
  name,
  resourceId,
});
const ask = (subject: Subject) => endpoint().enrich(subject, context());
const chips = ({ traits }: Enrichment) => traits.map(({ chip }) => chip);
const factsOf = ({ facts }: Enrichment, label: string) =>
  facts.filter((fact) => fact.label === label).map(({ value }) => value);

describe('a machine', () => {
  it('of high value with holes in it is a crown jewel that is vulnerable', async () => {
    const known = await ask(machine('vm-pay-web-01'));
    expect(known.traits.map(({ chip, mark }) => [chip, mark])).toEqual([
      ['high device value', 'crown-jewel'],
      ['2 critical CVEs', 'vulnerable'],
      ['device risk high', undefined],
    ]);
    expect(known.traits[1]?.says).toBe(
      'has 2 critical vulnerabilities, and an exploit is known for 4 of its gravest',
    );
    expect(factsOf(known, 'Vulnerabilities')).toEqual(['2 critical, 3 high, 1 low; 4 with a known exploit']);
    expect(factsOf(known, 'CVE-2021-44228')).toEqual(['critical, CVSS 10, known exploit']);
    expect(factsOf(known, 'Sensor')).toEqual(['onboarded, active']);
    expect(factsOf(known, 'Tags')).toEqual(['Payments, PCI DSS']);
    expect(known.link?.url).toMatch(
      /^https:\/\/security\.microsoft\.com\/machines\/v2\/[0-9a-f]{40}\/overview$/,
    );
    expect(side.calls).toHaveLength(4);
  });

  it('that an administrator of the domain uses says so, and who else is on it', async () => {
    const known = await ask(machine('vm-jump-01'));
    expect(chips(known)).toEqual([
      '1 critical CVE',
      'antivirus outdated',
      'device risk high',
      'domain admin signed in',
    ]);
    expect(factsOf(known, 'Signed in')).toEqual([
      'contoso\\svc-backup (remote interactive)',
      'contoso\\adm-keller (domain administrator, remote interactive)',
    ]);
  });

  it('that was cut off from the network says by whom and since when', async () => {
    const known = await ask(machine('vm-fin-05'));
    expect(known.traits[0]).toMatchObject({ chip: 'isolated', tone: 'good' });
    expect(known.facts[0]).toMatchObject({ label: 'Isolation', value: 'isolated by lena@contoso.com' });
    const released = await ask(machine('vm-fin-03'));
    expect(factsOf(released, 'Isolation')).toEqual(['released by lena@contoso.com']);
    expect(chips(released)).toEqual([]);
  });

  it('whose sensor is silent, missing or alone is told apart from a healthy one', async () => {
    expect(chips(await ask(machine('vm-backup-01')))).toContain('sensor silent');
    expect(chips(await ask(machine('vm-report-01')))).toEqual(['no endpoint sensor']);
    expect(chips(await ask(machine('vm-build-01')))).toEqual(['antivirus off']);
    expect(chips(await ask(machine('vm-shop-001')))).toEqual([]);
  });

  it('is found by its short name, its full name, and in whatever case', async () => {
    for (const name of ['VM-DC-01', 'vm-dc-01.contoso.com', 'nb-keller', 'NB-KELLER.contoso.com']) {
      expect((await ask(machine(name, ''))).facts, name).not.toEqual([]);
    }
    expect(await ask(machine('vm-pay', ''))).toEqual({ facts: [], traits: [] });
  });

  it('that stands elsewhere in Azure under the same name is another one', async () => {
    const other = resource('production', 'rg-test', 'Microsoft.Compute/virtualMachines', 'vm-dc-01');
    expect(await ask(machine('vm-dc-01', other))).toEqual({ facts: [], traits: [] });
    expect(side.calls).toHaveLength(1);
  });

  it('has quotes in its name that end no filter', async () => {
    expect(await ask(machine("x' or computerDnsName eq 'vm-dc-01", ''))).toEqual({ facts: [], traits: [] });
    expect(endpoint().concerns?.(machine("x' or 'a' eq 'a", ''))).toBe(false);
  });
});

describe('an inner address', () => {
  it('is that of a machine, which tells by itself how much it matters', async () => {
    expect((await ask({ kind: 'ip', address: '10.20.4.11' })).traits).toEqual([
      { chip: 'vm-pay-web-01', says: 'is our vm-pay-web-01', tone: 'neutral', isOurName: true },
    ]);
    expect(side.calls).toHaveLength(1);
    expect(await ask({ kind: 'ip', address: '10.99.0.1' })).toEqual({ facts: [], traits: [] });
  });

  it('is asked about and no other', () => {
    const concerns = (address: string) => endpoint().concerns?.({ kind: 'ip', address });
    expect(['10.1.2.3', '172.31.0.1', '192.168.7.7', 'fd00::1'].map(concerns)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(['198.51.100.23', '172.32.0.1', '2001:db8::1', '', "10.0.0.1'"].map(concerns)).toEqual(
      Array.from({ length: 5 }, () => false),
    );
  });
});

describe('what we may not see', () => {
  it('is named, and the rest is told', async () => {
    const poor = await startDefenderEndpoint(['Machine.Read.All']);
    const known = await endpoint(poor).enrich(machine('vm-pay-web-01'), context());
    expect(factsOf(known, 'Vulnerabilities')).toEqual([
      'not allowed: Vulnerability.Read.All of WindowsDefenderATP',
    ]);
    expect(factsOf(known, 'Signed in')).toEqual(['not allowed: User.Read.All of WindowsDefenderATP']);
    expect(chips(known)).toEqual(['high device value', 'device risk high']);
    await poor.stop();
  });

  it('is no answer where it is everything', async () => {
    const none = await startDefenderEndpoint(['Vulnerability.Read.All']);
    await expect(endpoint(none).enrich(machine('vm-dc-01'), context())).rejects.toMatchObject({
      reason: 'auth',
    });
    await none.stop();
  });

  it.each([
    ['throttled', 'rate-limited'],
    ['failing', 'unavailable'],
  ] as const)('because the side is %s is asked for again later', async (kind, reason) => {
    side.faults.set('azure', { kind, ms: 30_000 });
    const failed = await ask(machine('vm-dc-01')).catch((error: unknown) => error);
    side.faults.set('azure', { kind: 'none' });
    expect(failed).toBeInstanceOf(FarSideError);
    expect(failed).toMatchObject({ reason });
  });
});

describe('a file', () => {
  const file = (path: string): Subject => ({ kind: 'file', name: 'a file', sha256: hashOf(path) });
  const askFile = (subject: Subject) =>
    createFile({ defender: side.defender, portal }).enrich(subject, context());

  it('that Microsoft knows for malware says its name and where else it is', async () => {
    const known = await askFile(file('/usr/local/bin/kworkerd'));
    expect(known.verdict).toEqual({
      level: 'malicious',
      by: 'Microsoft Defender',
      says: 'Trojan:Linux/CoinMiner',
    });
    expect(known.traits).toEqual([
      { chip: 'on 3 machines', says: 'is on 3 of our machines', tone: 'warning' },
    ]);
    // It is said once, and weighs through the verdict.
    expect(chipOf(known.verdict ? [known.verdict] : [])).toMatchObject({
      says: 'is malicious, says Microsoft Defender (Trojan:Linux/CoinMiner)',
      mark: 'malicious',
    });
    expect(factsOf(known, 'Signed by')).toEqual(['nobody']);
    expect(known.link?.url).toBe(`${portal}/file/${hashOf('/usr/local/bin/kworkerd')}/`);
  });

  it('of Windows itself is harmless, however often attackers use it', async () => {
    const known = await askFile(file('C:\\Windows\\System32\\rundll32.exe'));
    expect(known.verdict).toMatchObject({ level: 'harmless', says: 'signed by Microsoft Windows' });
    expect(known.traits).toEqual([]);
    expect(factsOf(known, 'Machines of ours, 30 days')).toEqual(['61']);
  });

  it('that nobody has seen is not known', async () => {
    expect(await askFile(file('C:\\ProgramData\\win.dmp'))).toEqual({ facts: [], traits: [] });
  });

  it('is asked about by its hash alone', () => {
    const { concerns } = createFile({ defender: side.defender, portal });
    expect(concerns?.({ kind: 'file', name: 'offer.js', sha256: '' })).toBe(false);
    expect(concerns?.(file('x'))).toBe(true);
  });
});
