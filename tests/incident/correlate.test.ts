import { describe, expect, it } from 'vitest';
import { correlationKey, isWithinWindow } from '../../src/incident/correlate.ts';
import { defenderAlert, sentinelIncident } from './alerts.ts';

describe('alike alerts', () => {
  const key = correlationKey(defenderAlert());

  it('are of one type about one machine in one subscription, however it is spelled', () => {
    expect(correlationKey(defenderAlert({ sourceId: 'other', target: 'VM-Pay-Web-01' }))).toBe(key);
  });

  it.each([
    { what: 'another type', alert: defenderAlert({ type: 'VM_CryptoMiner' }) },
    { what: 'another machine', alert: defenderAlert({ target: 'vm-pay-web-02' }) },
    { what: 'another subscription', alert: defenderAlert({ subscription: 's2' }) },
  ])('are not of $what', ({ alert }) => {
    expect(correlationKey(alert)).not.toBe(key);
  });

  it('without a target tell no common story', () => {
    expect(correlationKey(defenderAlert({ target: '' }))).toBeUndefined();
  });

  it('of Sentinel were put together by Sentinel already', () => {
    expect(correlationKey(sentinelIncident({ target: 'vm-pay-web-01' }))).toBeUndefined();
  });
});

describe('the window', () => {
  const at = (lastActivityAt: string) => defenderAlert({ lastActivityAt });
  it.each([
    { when: 'a minute later', alert: at('2026-11-21T10:01:00.000Z'), within: true },
    { when: 'exactly a day later', alert: at('2026-11-22T10:00:00.000Z'), within: true },
    { when: 'longer than a day later', alert: at('2026-11-22T10:00:00.001Z'), within: false },
    { when: 'late, about something earlier', alert: at('2026-11-19T10:00:00.000Z'), within: true },
  ])('of 24 hours: an alert $when joins: $within', ({ alert, within }) => {
    expect(isWithinWindow('2026-11-21T10:00:00.000Z', alert, 24)).toBe(within);
  });
});
