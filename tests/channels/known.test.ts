import { describe, expect, it } from 'vitest';
import { drawCard } from '../../src/channels/card.ts';
import { type Audience, hang, named, unlisted } from '../../src/channels/clearance.ts';
import { drawDetails } from '../../src/channels/details.ts';
import type { NameEnricher } from '../../src/channels/known.ts';
import type { Entity } from '../../src/incident/alert.ts';
import type { Enrichment, Known, Subject, Trait, Verdict } from '../../src/incident/enrichment.ts';
import { prioritise } from '../../src/incident/priority.ts';
import { learn, usualWeights } from '../../src/incident/worth.ts';
import { defenderAlert } from '../incident/alerts.ts';
import { incidentAfter } from '../incident/given.ts';

const nina: Entity = { kind: 'account', name: 'nina.berg', upn: 'nina.berg@contoso.com', oid: '' };
const recife: Entity = { kind: 'ip', address: '198.51.100.23', country: 'Brazil' };
const account: Subject = { kind: 'account', name: 'nina.berg', upn: 'nina.berg@contoso.com', oid: '' };
const address: Subject = { kind: 'ip', address: '198.51.100.23' };
const itself: Subject = { kind: 'incident', id: 1042 };
const opened = {
  type: 'opened',
  alert: defenderAlert({ entities: [nina, recife], severity: 'medium' }),
} as const;
const incident = incidentAfter(opened);

const nameOf: NameEnricher = (name) => ({ title: name, side: `side of ${name}` });
const told = (enricher: string, subject: Subject, answer: Partial<Enrichment>): Known<Enrichment> => ({
  enricher,
  subject,
  answer: { facts: [], traits: [], ...answer },
  answeredAt: '2026-11-21T10:00:00.000Z',
  state: 'answered',
  failure: undefined,
  isTriedAgain: false,
});
const untold = (enricher: string, subject: Subject, how: Partial<Known<Enrichment>>): Known<Enrichment> => ({
  ...told(enricher, subject, {}),
  answer: undefined,
  ...how,
});
const trait = (chip: string, tone: Trait['tone'] = 'neutral', mark?: Trait['mark']): Trait => ({
  chip,
  says: `is ${chip}`,
  tone,
  ...(mark && { mark }),
});
const bad: Verdict = { level: 'malicious', by: 'VirusTotal', says: '12 of 94 engines' };
const card = (...known: Known<Enrichment>[]) => {
  const weighed = { ...incident, learned: learn(known) };
  const { reasons } = prioritise(weighed, { rules: [], weights: usualWeights });
  return drawCard(weighed, { reasons, failures: [], known, nameOf });
};

describe('what is known, on a card', () => {
  it('stands beside each name, the worst first, three at most', () => {
    const known = told('identity', account, {
      traits: [trait('guest'), trait('MFA', 'good'), trait('no MFA', 'warning'), trait('disabled', 'bad')],
    });
    expect(card(known).entities[0]?.chips).toEqual([
      { text: 'disabled', tone: 'bad' },
      { text: 'no MFA', tone: 'warning' },
      { text: 'MFA', tone: 'good' },
    ]);
  });

  it('begins with the verdict, and says in the notification who is known bad', () => {
    const view = card(told('virustotal', address, { verdict: bad, traits: [trait('Tor exit', 'warning')] }));
    expect(view.entities[1]?.chips.map(({ text }) => text)).toEqual(['malicious', 'Tor exit']);
    expect(view.fallback).toContain('198.51.100[.]23 is known bad.');
  });

  it('is a reason why it matters where it adds to the worth, and then no chip: nothing is said twice', () => {
    const view = card(
      told('identity', account, {
        traits: [trait('Global Administrator', 'bad', 'privileged'), trait('no MFA')],
      }),
    );
    expect(view.why[0]).toBe('Privileged account: nina.berg@contoso.com is Global Administrator');
    expect(view.entities[0]?.chips.map(({ text }) => text)).toEqual(['no MFA']);
    expect(view.fallback).toContain('Privileged account: nina.berg@contoso.com is Global Administrator.');
  });

  it('tells how it went before', () => {
    const sentence = 'Seen 9 times in 90 days: 8 benign, 1 true positive.';
    expect(card(told('precedent', itself, { sentence })).precedent).toBe(sentence);
  });

  it('says who is still being asked, and who has not answered and why', () => {
    const asking = untold('identity', account, { state: 'asking' });
    expect(card(asking).missing).toBe('Still asking side of identity.');
    const failed = untold('virustotal', address, {
      state: 'failed',
      failure: 'rate-limited',
      isTriedAgain: true,
    });
    const lacking = card(asking, failed);
    expect(lacking.missing).toBe('Not answered: side of virustotal (throttled). I keep trying.');
    expect(lacking.more.at(-1)).toMatchObject({ verb: 'enrich', label: 'Ask again' });
    expect(card(untold('identity', account, { state: 'late' })).missing).toBe(
      'Not answered: side of identity (waiting for its turn). I keep trying.',
    );
  });

  it('leaves what nobody can mend at three in the morning to the details', () => {
    expect(card(untold('identity', account, { state: 'failed', failure: 'auth' })).missing).toBeUndefined();
  });

  it('counts for nothing where an older answer stands while it is asked for anew', () => {
    const again = { ...told('identity', account, { traits: [trait('guest')] }), state: 'asking' } as const;
    expect(card(again).missing).toBeUndefined();
    expect(card(again).entities[0]?.chips).toHaveLength(1);
  });

  it('is cleaned and bounded like everything else that somebody may have chosen', () => {
    const hostile = trait('<!channel> \u202e@here\u0000 http://evil.example/aaaaaaaaaaaa', 'bad');
    const [chip] = card(told('identity', account, { traits: [hostile] })).entities[0]?.chips ?? [];
    expect(Array.from(chip?.text ?? '').length).toBeLessThanOrEqual(24);
    expect(chip?.text).not.toMatch(/\p{C}/u);
  });
});

describe('names of ours that no alert has named', () => {
  const ours = told('endpoint', address, {
    traits: [{ ...trait('vm-pay-web-01'), isOurName: true }, trait('private')],
  });
  const drawn = (audience: Audience) =>
    drawCard(incident, { reasons: [], failures: [], known: [ours], nameOf, audience });
  const masked: Audience = { shows: 'masked', hideHosts: false, alone: false };

  it('stand beside an address where hosts may be seen', () => {
    for (const audience of [unlisted, masked, named]) {
      const chips = drawn(audience).entities[1]?.chips.map(({ text }) => text);
      expect(chips).toEqual(['vm-pay-web-01', 'private']);
    }
  });

  it('are left out where hosts are hidden, on the card and in the details, and can be revealed', () => {
    const card = drawn({ ...masked, hideHosts: true });
    expect(JSON.stringify(card)).not.toContain('vm-pay-web-01');
    expect(card.entities[1]?.chips.map(({ text }) => text)).toEqual(['private']);
    expect(card.more.map(({ verb }) => verb)).toContain('reveal');
    const show = hang(incident, { ...masked, hideHosts: true });
    const details = drawDetails([ours], { title: 'INC-1042', nameOf, show, isMasked: true });
    expect(JSON.stringify(details)).not.toContain('vm-pay-web-01');
    expect(details.subjects[0]?.chips.map(({ text }) => text)).toEqual(['private']);
  });
});

describe('the details', () => {
  const show = hang(incident, unlisted);
  const draw = (known: Known<Enrichment>[], isMasked = false) =>
    drawDetails(known, { title: 'INC-1042: what is known', nameOf, show, isMasked });

  it('tell of one subject after the other what each enricher says', () => {
    const view = draw([
      told('identity', account, {
        facts: [{ label: 'Title', value: 'Accountant' }],
        traits: [trait('guest')],
      }),
      told('virustotal', address, { facts: [{ label: 'Country', value: 'BR' }], verdict: bad }),
      told('abuseipdb', address, { verdict: { ...bad, by: 'AbuseIPDB', says: '100 %' } }),
    ]);
    expect(view.subjects).toMatchObject([
      {
        kind: 'Account',
        name: 'nina.berg@contoso.com',
        chips: [{ text: 'guest' }],
        parts: [{ title: 'identity' }],
      },
      {
        kind: 'IP',
        name: '198.51.100[.]23',
        verdict: 'Malicious say VirusTotal (12 of 94 engines) and AbuseIPDB (100 %)',
        parts: [{ title: 'virustotal', facts: [{ label: 'Country', value: 'BR' }] }],
      },
    ]);
    expect(view.fallback).toBe('INC-1042: what is known: Account nina.berg@contoso.com, IP 198.51.100[.]23.');
  });

  it('say of everybody who has not answered why, and whether it is tried again', () => {
    const view = draw([
      untold('identity', account, { state: 'failed', failure: 'auth' }),
      untold('virustotal', address, { state: 'failed', failure: 'timeout', isTriedAgain: true }),
      untold('network', address, { state: 'asking' }),
    ]);
    expect(view.subjects).toEqual([]);
    expect(view.missing).toEqual([
      'identity: not answered by side of identity (not allowed); it is not tried again by itself.',
      'virustotal: not answered by side of virustotal (too slow); it is tried again.',
      'network: side of network is being asked.',
    ]);
  });

  it('take no link or text of an attacker for their own', () => {
    const facts = [{ label: 'Name', value: 'https://evil.example/x @everyone' }];
    const [subject] = draw([told('virustotal', address, { facts })]).subjects;
    expect(subject?.parts[0]?.facts[0]?.value).toBe('hxxps://evil[.]example/x [@]everyone');
  });

  it('name nobody where a room is masked', () => {
    const view = draw(
      [told('identity', account, { facts: [{ label: 'Manager', value: 'Marcus Boyd' }] })],
      true,
    );
    expect(JSON.stringify(view)).not.toContain('Marcus');
    expect(view.missing.at(-1)).toContain('not shown where this room is masked');
  });

  it('thin a line to what a chart holds, and keep its peak', () => {
    const points = Array.from({ length: 48 }, (_, n) => ({
      at: new Date(Date.UTC(2026, 10, 21, 0, 15 * n)).toISOString(),
      value: n === 30 ? 900 : 1,
    }));
    const chart = { title: 'Egress', unit: 'MB', points };
    const facts = [{ label: 'Egress', value: 'much' }];
    const drawn = draw([told('metrics', address, { facts, chart })]).subjects[0]?.parts[0]?.chart;
    expect(drawn?.labels.length).toBeLessThanOrEqual(20);
    expect(Math.max(...(drawn?.series[0]?.values ?? []))).toBe(900);
  });
});
