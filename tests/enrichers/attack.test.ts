import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { membersOf } from '../../src/enrichers/attack/members.ts';
import { type AttackedIncident, createAttack } from '../../src/enrichers/attack.ts';

let folder: string;
beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'attack-'));
});
afterAll(() => fs.rm(folder, { recursive: true }));

const open: AttackedIncident = { tactics: [], techniques: [], status: 'new' };
const context = { now: new Date('2026-11-16T09:30:00.000Z'), signal: AbortSignal.timeout(5_000) };
const standing = { label: 'NIST CSF 2.0', value: expect.stringMatching(/^Detect: /) };

/** What is told of an incident of these alerts, and what was said of the file. */
async function ask(incident: Partial<AttackedIncident> | undefined, file?: string) {
  const faults: string[] = [];
  const attack = createAttack({
    incidents: { incident: async () => incident && { ...open, ...incident } },
    ...(file !== undefined && { file }),
    failed: (at, why) => faults.push(`${path.basename(at)}: ${why}`),
  });
  return { ...(await attack.enrich({ kind: 'incident', id: 1042 }, context)), faults };
}

async function write(name: string, content: unknown): Promise<string> {
  const file = path.join(folder, name);
  await fs.writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, undefined, 4));
  return file;
}

describe('an incident', () => {
  it('is told by its tactics, as an attack goes through them, each with the techniques that serve it', async () => {
    const known = await ask({
      tactics: ['CredentialAccess', 'InitialAccess, Persistence'],
      techniques: ['T1110', 'T1110.003', 'T1078.004', 't1110'],
    });
    expect(known.facts).toEqual([
      { label: 'Tactic', value: 'Initial access (TA0001): Cloud accounts (T1078.004)' },
      { label: 'Tactic', value: 'Persistence (TA0003): Cloud accounts (T1078.004)' },
      {
        label: 'Tactic',
        value: 'Credential access (TA0006): Brute force (T1110), Password spraying (T1110.003)',
      },
      standing,
    ]);
    expect(known.traits).toEqual([]);
    expect(known.link).toEqual({
      label: 'T1078.004 in ATT&CK',
      url: 'https://attack.mitre.org/techniques/T1078/004/',
    });
  });

  it('whose alert leaves open which of two tactics it was is told so', async () => {
    const { facts, link } = await ask({ tactics: ['PreAttack'], techniques: ['T1595.002'] });
    expect(facts).toEqual([
      {
        label: 'Tactic',
        value: 'Reconnaissance or resource development (TA0043, TA0042): Vulnerability scanning (T1595.002)',
      },
      standing,
    ]);
    expect(link?.url).toBe('https://attack.mitre.org/techniques/T1595/002/');
  });

  it('with techniques of other tactics, or of none, is told what they serve and nothing is concluded', async () => {
    const { facts } = await ask({ tactics: ['Impact'], techniques: ['T1621', 'T9999', 'T1100'] });
    expect(facts).toEqual([
      { label: 'Tactic', value: 'Impact (TA0040)' },
      {
        label: 'Other techniques',
        value:
          'Multi-factor authentication request generation (T1621): credential access; T9999; Web shell (T1100, now T1505.003): persistence',
      },
      standing,
    ]);
    expect((await ask({ techniques: ['T1490'] })).facts).toEqual([
      { label: 'Techniques', value: 'Inhibit system recovery (T1490): impact' },
      standing,
    ]);
  });

  it('with a tactic alone leads to its page, and with neither only stands somewhere', async () => {
    expect((await ask({ tactics: ['Probing'] })).link).toEqual({
      label: 'TA0001 in ATT&CK',
      url: 'https://attack.mitre.org/tactics/TA0001/',
    });
    expect(await ask({ tactics: ['Unknown'] })).toEqual({ facts: [standing], traits: [], faults: [] });
  });

  it('that is worked on, or was nothing, stands elsewhere', async () => {
    const standingOf = async (incident: Partial<AttackedIncident>) => (await ask(incident)).facts[0]?.value;
    expect(await standingOf({ status: 'active' })).toMatch(/^Respond: /);
    expect(await standingOf({ status: 'closed', classification: 'true-positive' })).toMatch(/^Recover: /);
    expect(await standingOf({ status: 'closed', classification: 'false-positive' })).toMatch(/^Detect: /);
  });

  it('that says anything at all is bounded, and never leads anywhere of its own', async () => {
    const { facts, link } = await ask({
      tactics: [
        '<!channel> '.repeat(50),
        ...Array.from({ length: 40 }, (_none, at) => `word${'x'.repeat(at)}`),
      ],
      techniques: ['https://evil.example', ...Array.from({ length: 90 }, (_none, at) => `T10${at + 10}`)],
    });
    expect(facts.length).toBeLessThanOrEqual(30);
    expect(facts.every(({ value }) => value.length < 2_000)).toBe(true);
    expect(facts.find(({ label }) => label === 'Techniques')?.value).toMatch(/; 80 more$/);
    expect(link?.url).toMatch(/^https:\/\/attack\.mitre\.org\/techniques\/T10\d\d\/$/);
  });

  it('that there is no more has nothing known of it', async () => {
    expect(await ask(undefined)).toEqual({ facts: [], traits: [], faults: [] });
  });
});

describe("a bundle of the user's", () => {
  const technique = (id: string, name: string, phases: string[], more: object = {}) => ({
    type: 'attack-pattern',
    id: `attack-pattern--${crypto.randomUUID()}`,
    name,
    description: 'Quotes "{[", a backslash \\ and an é.',
    external_references: [
      { source_name: 'mitre-attack', external_id: id, url: 'https://evil.example' },
      { source_name: 'capec', external_id: 'CAPEC-1' },
    ],
    kill_chain_phases: phases.map((phase_name) => ({ kill_chain_name: 'mitre-attack', phase_name })),
    ...more,
  });
  const tactic = (id: string, name: string, x_mitre_shortname: string) => ({
    type: 'x-mitre-tactic',
    name,
    x_mitre_shortname,
    external_references: [{ source_name: 'mitre-attack', external_id: id }],
  });
  const bundle = {
    type: 'bundle',
    id: 'bundle--1',
    objects: [
      { type: 'x-mitre-collection', name: 'Enterprise ATT&CK', x_mitre_contents: [{ object_ref: 'x' }] },
      technique('T1685', 'Disable or Modify Tools', ['defense-impairment']),
      technique('T1110', 'Brute Force, Renamed', ['credential-access']),
      technique('T1562.001', 'Given Up', [], { revoked: true }),
      technique('T1490', 'Given Up', [], { x_mitre_deprecated: true }),
      technique('no id', 'Odd', ['impact']),
      { ...technique('T1485', '', []), external_references: null },
      { type: 'attack-pattern' },
      { type: 'relationship', relationship_type: 'uses', description: '"type": "attack-pattern"' },
      tactic('TA0006', 'Credential Access', 'credential-access'),
      tactic('TA0112', 'Defense Impairment', 'defense-impairment'),
    ],
  };

  it('goes before the names that come with us, and what it has given up keeps them', async () => {
    const file = await write('enterprise-attack.json', bundle);
    const { facts, faults } = await ask(
      {
        tactics: ['DefenseImpairment', 'CredentialAccess', 'DefenseEvasion', 'Impact'],
        techniques: ['T1685', 'T1110', 'T1562.001', 'T1490'],
      },
      file,
    );
    expect(faults).toEqual([]);
    expect(facts.map(({ value }) => value).slice(0, 4)).toEqual([
      'Defense evasion (TA0005): Disable or modify tools (T1562.001)',
      'Credential access (TA0006): Brute force, renamed (T1110)',
      'Impact (TA0040): Inhibit system recovery (T1490)',
      'Defense impairment (TA0112): Disable or modify tools (T1685)',
    ]);
  });

  it('that is none leaves us with our own names, and its fault is named with what to do', async () => {
    const cut = JSON.stringify(bundle);
    const broken: [string, unknown, RegExp][] = [
      ['empty.json', '', /ends before/],
      ['cut.json', cut.slice(0, cut.length / 2), /ends before/],
      ['words.json', 'not JSON at all', /should be enterprise-attack\.json/],
      [
        'other.json',
        { type: 'bundle', objects: [{ type: 'indicator' }] },
        /should be enterprise-attack\.json/,
      ],
      ['odd.json', '{"objects": [{"type": "attack-pattern" nonsense}]}', /is no JSON/],
    ];
    for (const [name, content, fault] of broken) {
      const { facts, faults } = await ask({ techniques: ['T1110'] }, await write(name, content));
      expect(faults, name).toEqual([expect.stringMatching(fault)]);
      expect(faults[0]).not.toContain('nonsense');
      expect(facts[0]?.value).toBe('Brute force (T1110): credential access');
    }
    const missing = await ask({ techniques: ['T1110'] }, path.join(folder, 'missing.json'));
    expect(missing.faults).toEqual([expect.stringContaining('ENOENT')]);
    expect(missing.facts).toHaveLength(2);
  });

  it('is read the same however its text is cut into pieces', async () => {
    const text = JSON.stringify(bundle);
    for (const size of [1, 2, 3, 7, 64, text.length]) {
      const members: unknown[] = [];
      for await (const member of membersOf(pieces(text, size), text.length)) members.push(JSON.parse(member));
      expect(members).toEqual(bundle.objects);
    }
  });

  it('that has one endless object is given up', async () => {
    const endless = `{"objects": [{"name": "${'x'.repeat(5_000)}"}]}`;
    const read = async () => {
      for await (const member of membersOf(pieces(endless, 100), 1_000)) expect(member).toBe('never');
    };
    await expect(read()).rejects.toThrow('longer than 1000 characters');
  });

  async function* pieces(text: string, size: number) {
    for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
  }
});
