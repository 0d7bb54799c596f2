import { describe, expect, it } from 'vitest';
import { occasionOf } from '../../src/flow/occasion.ts';
import type { Entity } from '../../src/incident/alert.ts';
import { adam, defenderAlert, priya, sentinelIncident } from '../incident/alerts.ts';

const account: Entity = { kind: 'account', name: 'adam', upn: adam.upn, oid: adam.id };
const ip = (n: number): Entity => ({ kind: 'ip', address: `198.51.100.${n}`, country: 'Brazil' });
const laptop: Entity = { kind: 'host', name: 'NB-ADAM', resourceId: '' };

describe('what somebody is asked about', () => {
  it('is the gravest alert that names them, of two as grave the newer', () => {
    const mild = defenderAlert({ title: 'Mild', severity: 'low', entities: [account] });
    const older = defenderAlert({ title: 'Older', severity: 'medium', entities: [account] });
    const newer = { ...older, title: 'Newer', lastActivityAt: '2026-11-21T10:30:00.000Z' };
    const others = defenderAlert({ title: 'Not theirs', severity: 'high' });
    expect(occasionOf([mild, older, newer, others], adam)).toMatchObject({
      what: 'Newer',
      at: '2026-11-21T10:30:00.000Z',
      sureness: 'medium severity, says Microsoft Defender for Cloud, and 2 more alerts',
    });
    expect(occasionOf([others, mild], priya).what).toBe('Not theirs');
  });

  it('comes from addresses with their countries, and from devices, each once', () => {
    const entities = [account, laptop, ip(1), ip(2), ip(1)];
    expect(occasionOf([defenderAlert({ entities })], adam).where).toBe(
      '198.51.100[.]1 (Brazil), 198.51.100[.]2 (Brazil), NB-ADAM',
    );
    expect(occasionOf([defenderAlert({ entities: [...entities, ip(3), ip(4)] })], adam).where).toBe(
      '198.51.100[.]1 (Brazil), 198.51.100[.]2 (Brazil), 198.51.100[.]3 (Brazil) and 2 more',
    );
    expect(occasionOf([defenderAlert({ entities: [account] })], adam).where).toBe('');
  });

  it('is cleaned, bounded and defanged, whatever the alert holds', () => {
    const evil = `\u202eClick https://evil.example/\u0000 ${'now '.repeat(500)}`;
    const occasion = occasionOf(
      [
        sentinelIncident({
          title: evil,
          product: evil,
          entities: [account, { kind: 'ip', address: evil, country: evil }],
        }),
      ],
      adam,
    );
    expect(JSON.stringify(occasion)).not.toMatch(/\u202e|\\u0000/);
    expect(occasion.what.length).toBeLessThanOrEqual(200);
    expect(occasion.where.length).toBeLessThanOrEqual(200);
    expect(occasion.where).toMatch(/^Click hxxps:\/\/evil\[\.\]example/);
    expect(occasion.sureness.length).toBeLessThanOrEqual(200);
  });
});
