import fs from 'node:fs';
import { describe, expect, it } from 'vitest';
import { standingInWords, standingOf } from '../../src/incident/attack/nist-csf.ts';
import {
  ownNames,
  tacticInWords,
  tacticsInWords,
  tacticsMeant,
  tacticUrl,
  tacticWords,
  techniqueId,
  techniqueInWords,
  techniqueUrl,
} from '../../src/incident/attack.ts';

describe('a tactic', () => {
  const idsOf = (written: string) => tacticsMeant(written).map(({ id }) => id);

  it.each([
    ['InitialAccess', 'TA0001'],
    ['Initial Access', 'TA0001'],
    ['initial-access', 'TA0001'],
    ['CommandAndControl', 'TA0011'],
    ['Command and Control', 'TA0011'],
    ['Impact', 'TA0040'],
    ['ImpairProcessControl', 'TA0106'],
    ['Probing', 'TA0001'],
    ['Exploitation', 'TA0001'],
  ])('that Microsoft writes %s is %s', (written, id) => {
    expect(idsOf(written)).toEqual([id]);
  });

  it('that is over before the attack begins may be either of two', () => {
    expect(idsOf('PreAttack')).toEqual(['TA0043', 'TA0042']);
    expect(tacticInWords('PreAttack')).toBe('Reconnaissance or resource development');
  });

  it('that nobody knows means nothing and stays as it is', () => {
    for (const written of ['', 'Unknown', 'Magic', '__proto__', 'constructor']) {
      expect(idsOf(written)).toEqual([]);
    }
    expect(tacticInWords('  BlackMagic ')).toBe('Black magic');
  });

  it('is read out of lists, each once, and Unknown says nothing', () => {
    const written = [
      'Persistence, CredentialAccess',
      'Unknown',
      'Credential Access',
      'Probing;InitialAccess',
    ];
    expect(tacticWords(['A, B', 'B', '', ' unknown '])).toEqual(['A', 'B']);
    expect(tacticsInWords(written)).toEqual(['Persistence', 'Credential access', 'Initial access']);
  });

  it('has a page', () => {
    expect(tacticUrl('TA0001')).toBe('https://attack.mitre.org/tactics/TA0001/');
    expect(tacticUrl('TA0001/../x')).toBeUndefined();
  });
});

describe('a technique', () => {
  it.each([
    ['T1110.003', 'T1110.003 Password spraying'],
    ['t1110 ', 'T1110 Brute force'],
    ['T1021.001', 'T1021.001 Remote Desktop Protocol'],
    ['T1003.001', 'T1003.001 LSASS memory'],
    ['T1048.003', 'T1048.003 Exfiltration over unencrypted non-C2 protocol'],
    ['T1059.001', 'T1059.001 PowerShell'],
    ['T1555.004', 'T1555.004 Windows Credential Manager'],
  ])('%s is told as %s', (written, words) => {
    expect(techniqueInWords(written)).toBe(words);
  });

  it('that was given a new id is told with it', () => {
    expect(techniqueInWords('T1086')).toBe('T1086 PowerShell (now T1059.001)');
    expect(techniqueInWords('T1064')).toBe('T1064 Scripting');
  });

  it('that nobody knows is its id, and what is no id stays as it is', () => {
    expect(techniqueInWords('T9999.001')).toBe('T9999.001');
    expect(techniqueInWords('<!channel>')).toBe('<!channel>');
  });

  it('has a page, built from its id alone', () => {
    expect(techniqueUrl('t1110.003')).toBe('https://attack.mitre.org/techniques/T1110/003/');
    expect(techniqueUrl('T1078')).toBe('https://attack.mitre.org/techniques/T1078/');
    for (const hostile of ['', 'T1', 'T1110/../..', 'T1110.003 https://evil.example', 'T1110\nT1110']) {
      expect(techniqueUrl(hostile)).toBeUndefined();
    }
  });
});

describe('the table', () => {
  const all = [...ownNames.techniques.values()];

  it('has ids of the form that ATT&CK gives, each under a technique, with a name and a tactic', () => {
    for (const { id, name, tactics, now } of all) {
      expect(techniqueId(id)).toBe(id);
      expect(name.trim()).not.toBe('');
      expect(ownNames.techniques.has(id.slice(0, 5)), id).toBe(true);
      if (now !== undefined) expect(ownNames.techniques.get(now)?.now, id).toBeUndefined();
      if (now !== undefined) expect(ownNames.techniques.has(now), id).toBe(true);
      for (const tactic of tactics) expect(ownNames.tactics.has(tactic), id).toBe(true);
      // Two were given up and nothing has taken their place.
      if (!['T1043', 'T1064'].includes(id)) expect(tactics.length, id).toBeGreaterThan(0);
    }
  });

  it('has as many as release 18 counts', () => {
    const current = all.filter(({ id, now }) => now === undefined && !['T1043', 'T1064'].includes(id));
    expect(current.filter(({ id }) => !id.includes('.'))).toHaveLength(216);
    expect(current.filter(({ id }) => id.includes('.'))).toHaveLength(475);
  });

  it('knows whatever the sample alerts and hunts name', () => {
    const written = [...filesIn('src/sandbox/alerts', '.json'), ...filesIn('examples/hunts', '.yaml')].join(
      '\n',
    );
    const ids = new Set(written.match(/\bT1\d{3}(?:\.\d{3})?\b/g));
    expect(ids.size).toBeGreaterThan(30);
    expect([...ids].filter((id) => !ownNames.techniques.has(id))).toEqual([]);
    const lists = [...written.matchAll(/"(?:intent|tactics)": (?:"([^"]*)"|\[([^\]]*)\])/g)];
    const words = tacticWords(
      lists.map(([, intent, tactics]) => intent ?? tactics?.replaceAll('"', '') ?? ''),
    );
    expect(words.length).toBeGreaterThan(10);
    expect(words.filter((word) => tacticsMeant(word).length === 0)).toEqual([]);
  });
});

describe('where an incident stands', () => {
  it.each([
    [{ status: 'new' }, 'Detect: Adverse Event Analysis (DE.AE); nobody has judged it yet'],
    [
      { status: 'active' },
      'Respond: Incident Management (RS.MA), Incident Analysis (RS.AN), Incident Mitigation (RS.MI); it is worked on',
    ],
    [
      { status: 'closed', classification: 'true-positive' },
      'Recover: Incident Recovery Plan Execution (RC.RP), Incident Recovery Communication (RC.CO); it was real and is closed',
    ],
    [
      { status: 'closed', classification: 'false-positive' },
      'Detect: Adverse Event Analysis (DE.AE); it was closed as a false positive, no incident',
    ],
    [
      { status: 'closed', classification: 'benign-positive' },
      'Detect: Adverse Event Analysis (DE.AE); it was closed as benign, no incident',
    ],
  ] as const)('is said of %o', (incident, words) => {
    expect(standingInWords(standingOf(incident))).toBe(words);
  });

  it('is never recovery of what nobody found to be real', () => {
    expect(standingOf({ status: 'closed', classification: 'undetermined' }).function).toBe('Detect');
    expect(standingOf({ status: 'closed' }).function).toBe('Detect');
  });

  it('does not heed what was said before it was reopened', () => {
    expect(standingOf({ status: 'active', classification: 'false-positive' }).function).toBe('Respond');
  });
});

function filesIn(folder: string, ending: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => fs.readFileSync(`${folder}/${file}`, 'utf8'));
}
