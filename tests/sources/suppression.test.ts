import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Matcher } from '../../src/incident/match.ts';
import type { Silence } from '../../src/incident/silence.ts';
import { createDefender } from '../../src/sources/defender.ts';
import { createSentinel } from '../../src/sources/sentinel.ts';
import type { Suppression } from '../../src/sources/source.ts';
import { type Azure, startAzure } from './azure-stand-in.ts';

const subscription = '91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b';
const workspace = { subscription, resourceGroup: 'rg-security', workspace: 'contoso-sentinel' };
const mild = ['medium', 'low', 'informational'];

let azure: Azure;
let defender: Suppression;
let sentinel: Suppression;

beforeAll(async () => {
  azure = await startAzure();
  const { endpoint, credential } = azure;
  const sources = [
    createDefender({ subscriptions: [subscription], endpoint, credential }),
    createSentinel({ workspaces: [workspace], endpoint, credential }),
  ];
  const [one, other] = sources.map(({ suppression }) => suppression);
  if (!one || !other) throw new Error('A source keeps no rules.');
  [defender, sentinel] = [one, other];
});
afterAll(() => azure.stop());
beforeEach(() => azure.faults.set('azure', { kind: 'none' }));

const silence = (matcher: Matcher, until = '2026-11-21T14:00:00.000Z'): Silence => ({
  number: 7,
  matcher,
  from: '2026-11-21T10:00:00.000Z',
  until,
  reason: 'patching',
  owner: undefined,
  window: undefined,
  about: undefined,
});
const held = (name: string) => azure.state().rules.find(({ id }) => id.endsWith(name))?.properties;
const at = (suppression: Suppression, matcher: Matcher): string => {
  const [feed] = suppression.feedsFor(matcher);
  if (feed === undefined) throw new Error('It can hold no such rule.');
  return feed;
};

const kinds = [
  {
    what: 'a suppression rule of Defender for Cloud',
    suppression: () => defender,
    matcher: { type: ['VM_ReverseShell'], host: ['vm-pay-01'], ip: ['203.0.113.9'] },
    rule: (until: string) => ({
      alertType: 'VM_ReverseShell',
      expirationDateUtc: until,
      reason: 'Other',
      state: 'Enabled',
      comment: 'Watchfloor SIL-7: patching',
      suppressionAlertsScope: {
        allOf: [
          { field: 'entities.host.hostname', in: ['vm-pay-01'] },
          { field: 'entities.ip.address', in: ['203.0.113.9'] },
        ],
      },
    }),
  },
  {
    what: 'an automation rule of Sentinel',
    suppression: () => sentinel,
    matcher: { title: ['Password spray*'], account: ['olivia@contoso.com'], severity: mild },
    rule: (until: string) => ({
      displayName: 'Watchfloor SIL-7',
      order: 1,
      triggeringLogic: {
        isEnabled: true,
        expirationTimeUtc: until,
        triggersOn: 'Incidents',
        triggersWhen: 'Created',
        conditions: [
          ['IncidentTitle', 'StartsWith', ['Password spray']],
          ['IncidentSeverity', 'Equals', ['Medium', 'Low', 'Informational']],
          ['AccountName', 'Equals', ['olivia']],
          ['AccountUPNSuffix', 'Equals', ['contoso.com']],
        ].map(([propertyName, operator, propertyValues]) => ({
          conditionType: 'Property',
          conditionProperties: { propertyName, operator, propertyValues },
        })),
      },
      actions: [
        {
          order: 1,
          actionType: 'ModifyProperties',
          actionConfiguration: {
            status: 'Closed',
            classification: 'Undetermined',
            classificationComment: 'Silenced, SIL-7: patching',
          },
        },
      ],
    }),
  },
] as const;

describe.each(kinds)('$what', ({ suppression, matcher, rule }) => {
  const wanted = matcher as unknown as Matcher;

  it('is there until the silence ends, ends later with it, and is gone, whatever is asked twice', async () => {
    const [feed, name] = [at(suppression(), wanted), randomUUID()];
    for (const until of ['2026-11-21T14:00:00.000Z', '2026-11-21T16:00:00.000Z']) {
      for (const _ of [1, 2]) await suppression().hold(feed, { name, silence: silence(wanted, until) });
      expect(held(name)).toEqual(rule(until));
    }
    for (const _ of [1, 2]) await suppression().release(feed, name);
    expect(held(name)).toBeUndefined();
  });

  it.each([
    ['revoked', 'auth'],
    ['throttled', 'rate-limited'],
    ['failing', 'unavailable'],
    ['lost-answer', 'unavailable'],
  ] as const)('where Azure is %s, says why: %s', async (kind, reason) => {
    const [feed, name] = [at(suppression(), wanted), randomUUID()];
    azure.faults.set('azure', { kind, ms: 30_000 });
    const order = { name, silence: silence(wanted) };
    await expect(suppression().hold(feed, order)).rejects.toMatchObject({ side: 'azure', reason });
    await expect(suppression().release(feed, name)).rejects.toMatchObject({ side: 'azure', reason });
  });
});

describe('Azure holds a rule for all that a silence says, or none', () => {
  it.each<[Matcher, number, number]>([
    [{ type: ['VM_ReverseShell'] }, 1, 0],
    [{ type: ['VM_ReverseShell'], severity: ['low', 'high', 'medium', 'informational'] }, 1, 0],
    // It would take grave ones too.
    [{ type: ['VM_ReverseShell'], severity: ['medium', 'low', 'informational'] }, 0, 0],
    [{ type: ['VM_*'] }, 0, 0],
    [{ type: ['VM_ReverseShell', 'VM_Other'] }, 0, 0],
    [{ type: ['VM_ReverseShell'], host: ['vm-*'] }, 0, 0],
    [{ type: ['VM_ReverseShell'], account: ['olivia'] }, 0, 0],
    [{ type: ['VM_ReverseShell'], source: ['sentinel'] }, 0, 0],
    [{ title: ['Password spray'] }, 0, 1],
    [{ title: ['*spray*'], ip: ['203.0.113.9'] }, 0, 1],
    [{ title: ['Pass*spray'] }, 0, 0],
    [{ title: ['*'] }, 0, 0],
    [{ host: ['vm-pay-01'] }, 0, 0],
    // Names and what stands behind their @ are asked for apart: of two organisations each name would fit in both.
    [{ title: ['Spray'], account: ['olivia@contoso.com', 'adam@contoso.com'] }, 0, 1],
    [{ title: ['Spray'], account: ['olivia@contoso.com', 'adam@partner.example'] }, 0, 0],
    [{ title: ['Spray'], account: ['olivia@contoso.com', 'adam'] }, 0, 0],
    [{ title: ['Spray'], account: ['olivia', 'adam'] }, 0, 1],
  ])('%j', (matcher, inDefender, inSentinel) => {
    const feeds = [defender, sentinel].map((suppression) => suppression.feedsFor(matcher).length);
    expect(feeds).toEqual([inDefender, inSentinel]);
  });
});
