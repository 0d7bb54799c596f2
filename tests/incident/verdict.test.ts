import { describe, expect, it } from 'vitest';
import type { Verdict, VerdictLevel } from '../../src/incident/enrichment.ts';
import { chipOf, combine } from '../../src/incident/verdict.ts';

const verdict = (by: string, level: VerdictLevel, says = ''): Verdict => ({ by, level, says });
const virusTotal = verdict('VirusTotal', 'malicious', '12 of 94 engines');
const abuse = verdict('AbuseIPDB', 'malicious', '100 %, 1,482 reports');
const noise = verdict('GreyNoise', 'harmless', 'Example Content Network');
const unknown = verdict('Sentinel', 'unknown', 'no indicator');

describe('what many sources think of one subject', () => {
  it('is nothing where nobody was asked', () => {
    expect(combine([])).toBeUndefined();
    expect(chipOf([])).toBeUndefined();
  });

  it('is malicious where one says so and nobody knows better', () => {
    expect(combine([unknown, virusTotal])).toEqual({
      level: 'malicious',
      says: 'VirusTotal (12 of 94 engines) says malicious',
    });
    expect(chipOf([virusTotal])).toEqual({
      chip: 'malicious',
      says: 'is malicious, says VirusTotal (12 of 94 engines)',
      tone: 'bad',
      mark: 'malicious',
    });
  });

  it('is malicious where two say so, and names who says otherwise', () => {
    expect(combine([noise, virusTotal, abuse])).toEqual({
      level: 'malicious',
      says: 'Malicious say VirusTotal (12 of 94 engines) and AbuseIPDB (100 %, 1,482 reports); GreyNoise (Example Content Network) says harmless',
    });
    expect(chipOf([noise, virusTotal, abuse])).toMatchObject({
      says: 'is malicious, say VirusTotal (12 of 94 engines) and AbuseIPDB (100 %, 1,482 reports)',
      mark: 'malicious',
    });
  });

  it('is in doubt where one accuses and another one knows it as harmless', () => {
    expect(combine([virusTotal, noise])?.level).toBe('suspicious');
    const chip = chipOf([virusTotal, noise]);
    expect(chip).toMatchObject({ chip: 'sources disagree', tone: 'warning' });
    expect(chip?.says).toBe(
      'is in doubt: VirusTotal (12 of 94 engines) says malicious; GreyNoise (Example Content Network) says harmless',
    );
    expect(chip).not.toHaveProperty('mark');
  });

  it('is suspicious where suspicions are all that there is, however many', () => {
    const all = [verdict('A', 'suspicious'), verdict('B', 'suspicious'), verdict('C', 'suspicious'), unknown];
    expect(combine(all)).toEqual({ level: 'suspicious', says: 'Suspicious say A, B and C' });
    expect(chipOf(all)).toEqual({
      chip: 'suspicious',
      says: 'is suspicious, say A, B and C',
      tone: 'warning',
    });
  });

  it('is harmless only where somebody knows it as that', () => {
    expect(combine([noise, unknown])?.level).toBe('harmless');
    expect(chipOf([noise])).toMatchObject({ chip: 'known as harmless', tone: 'good' });
  });

  it('is unknown where nobody knows it, which is no chip', () => {
    expect(combine([unknown])).toEqual({ level: 'unknown', says: 'Not known to Sentinel (no indicator)' });
    expect(chipOf([unknown])).toBeUndefined();
  });

  it('counts a source once, by the worst that it says', () => {
    const twice = [verdict('A', 'suspicious', 'yesterday'), verdict('A', 'malicious', 'today'), noise];
    expect(combine(twice)?.level).toBe('suspicious');
  });

  it('changes nothing of what it is given', () => {
    const given = Object.freeze([Object.freeze({ ...noise }), Object.freeze({ ...virusTotal })]);
    combine(given);
    expect(given[0]).toEqual(noise);
  });

  it('has chips that fit on a card', () => {
    const levels: VerdictLevel[] = ['malicious', 'suspicious', 'harmless', 'unknown'];
    for (const one of levels)
      for (const other of levels) {
        const chip = chipOf([verdict('A', one), verdict('B', other)]);
        expect(Array.from(chip?.chip ?? '').length).toBeLessThanOrEqual(24);
      }
  });
});
