import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LogPlace } from '../../src/enrichers/ask-logs.ts';
import { createTalkers } from '../../src/enrichers/talkers.ts';
import { context, startMonitor } from './monitor-stand-in.ts';

let azure: Awaited<ReturnType<typeof startMonitor>>;
beforeAll(async () => {
  azure = await startMonitor();
  for (const story of ['vm-reverse-shell', 'vm-rdp-brute-force'])
    azure.happened.push({ story, at: Date.now() });
});
afterAll(() => azure.stop());

const told = (name: string, place: LogPlace = azure.place) =>
  createTalkers(place).enrich({ kind: 'machine', name, resourceId: '' }, context());
const factsOf = async (name: string) =>
  (await told(name)).facts.map(({ label, value }) => `${label}: ${value}`);

describe('who talks with a machine', () => {
  it('is told in bytes, ports and directions: the reverse shell of vm-pay-web-01 among its customers', async () => {
    const facts = await factsOf('vm-pay-web-01');
    expect(facts).toContainEqual(expect.stringMatching(/^To 203\.0\.113\.66: port 4444, 57 kB, 1 flow/));
    expect(facts).toContainEqual(expect.stringMatching(/^From .*: port 443 \(HTTPS\), .* flow/));
    expect(facts).toContainEqual(expect.stringMatching(/^From 192\.0\.2\.\d+: port \d+.*, denied, /));
    expect(facts.length).toBeLessThanOrEqual(20);
  });

  it('is the address that hammers at vm-jump-01, with the flows that its few records sum up', async () => {
    expect(await factsOf('vm-jump-01')).toContainEqual(
      expect.stringMatching(/^From 198\.51\.100\.23: port 3389 \(RDP\), .*, 1363 flows$/),
    );
  });

  it.each(['VM-PAY-WEB-01', 'vm-pay-web-01.contoso.com'])('is found as %s, too', async (name) => {
    expect((await factsOf(name)).length).toBeGreaterThan(0);
  });

  it.each(['vm-pay-web', 'pay-web-01', '', 'x" or true //'])(
    'is nobody for "%s", which is no machine of that name',
    async (name) => {
      expect(await told(name)).toEqual({ facts: [], traits: [] });
    },
  );

  it('is not known where no workspace has flow logs', async () => {
    const bare = {
      ...azure.place,
      logs: { ...azure.place.logs, schema: async () => ({ tables: [], functions: [] }) },
    };
    expect(await told('vm-pay-web-01', bare)).toEqual({ facts: [], traits: [] });
  });

  it('is said on the card where Microsoft knows the other one as malicious, and let it through', async () => {
    const columns = ['Peer', 'DestPort', 'FlowStatus', 'IsIn', 'Flows', 'Bytes', 'Malicious'].map((name) => ({
      name,
      type: 'string',
    }));
    const row = (status: string) => ({
      columns,
      rows: [['192.0.2.180', 3333, status, false, 2, 10_000, 2]],
      partial: '',
      render: undefined,
      scannedGb: undefined,
    });
    const saying = (status: string) =>
      told('vm-shop-001', { ...azure.place, logs: { ...azure.place.logs, ask: async () => row(status) } });
    expect((await saying('Allowed')).traits).toMatchObject([
      {
        chip: 'malicious traffic',
        says: 'talks with 192.0.2.180, which Microsoft knows as malicious',
        mark: 'at-risk',
      },
    ]);
    expect((await saying('Denied')).traits).toEqual([]);
  });
});
