import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Malformed } from '../../src/errors.ts';
import type { Alert } from '../../src/incident/alert.ts';
import { readSamples } from '../../src/sandbox/azure/samples.ts';
import { normaliseDefender } from '../../src/sources/defender/alert.ts';
import { unpackDefender } from '../../src/sources/defender/unpack.ts';
import { ownCommentName } from '../../src/sources/sentinel/address.ts';
import { normaliseSentinel } from '../../src/sources/sentinel/incident.ts';
import { unpackSentinel } from '../../src/sources/sentinel/unpack.ts';
import {
  exportedAlert,
  incident,
  incidentAlerts,
  incidentEntities,
  restAlert,
  tableAlert,
} from './fixtures.ts';

const folded = { incident, alerts: incidentAlerts, entities: incidentEntities, comments: [] };

function defenderWith(properties: object): Alert {
  return normaliseDefender({ ...restAlert, properties: { ...restAlert.properties, ...properties } });
}

function sentinelWith(properties: object): Alert {
  return normaliseSentinel({ ...incident, properties: { ...incident.properties, ...properties } });
}

describe('a Defender alert', () => {
  test('of the REST API is read whole', () => {
    expect(normaliseDefender(restAlert)).toMatchObject({
      source: 'defender',
      sourceId: restAlert.properties.systemAlertId,
      address: restAlert.id,
      title: 'A shell was opened to an outside address',
      severity: 'high',
      type: 'VM_ReverseShell',
      product: 'Microsoft Defender for Cloud',
      target: 'vm-pay-web-01',
      tactics: ['Execution', 'CommandAndControl'],
      techniques: ['T1059', 'T1059.004'],
      subscription: '3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5',
      firstActivityAt: '2026-11-21T09:58:00.123Z',
      lastActivityAt: '2026-11-21T09:59:00.000Z',
      modifiedAt: '2026-11-21T10:00:01.500Z',
      portalUrl: restAlert.properties.alertUri,
      remediation: ['1. Review with %{User Name}.', '2. Isolate the machine.', 'Enforce rule'],
      handling: { status: 'new', owner: undefined, closing: undefined },
    });
  });

  test('calls an attacked subscription by its name', () => {
    const resourceId = '/subscriptions/3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5';
    const entities = [{ type: 'azure-resource', resourceId }];
    expect(defenderWith({ entities, compromisedEntity: 'Contoso production' }).entities).toEqual([
      { kind: 'resource', name: 'Contoso production', resourceId },
    ]);
  });

  test('names its entities once each, through references and in either casing', () => {
    expect(normaliseDefender(restAlert).entities).toEqual([
      { kind: 'host', name: 'vm-pay-web-01', resourceId: restAlert.properties.entities[0]?.azureID },
      { kind: 'account', name: 'www-data', upn: '', oid: '' },
      { kind: 'file', name: 'bash', directory: '/usr/bin' },
      { kind: 'process', name: 'bash', commandLine: 'bash -i' },
      { kind: 'ip', address: '203.0.113.66', country: 'Netherlands' },
    ]);
    expect(normaliseDefender(exportedAlert).entities).toEqual([
      { kind: 'account', name: 'www-data', upn: '', oid: '' },
      { kind: 'host', name: 'vm-pay-web-01', resourceId: '' },
      { kind: 'ip', address: '203.0.113.66', country: 'NL' },
    ]);
  });

  test('keeps the hash of a file, inside of it or referred to, where it is one', () => {
    const sha256 = 'AB'.repeat(32);
    const hash = (value: string, algorithm = 'SHA256') => ({ $id: 'h', type: 'filehash', algorithm, value });
    const sha1 = { type: 'filehash', algorithm: 'SHA1', value: 'ab'.repeat(20) };
    const hashOf = (fileHashes: unknown, ...beside: object[]) =>
      defenderWith({ entities: [{ type: 'file', name: 'x.exe', directory: 'c:', fileHashes }, ...beside] })
        .entities[0];
    const file = { kind: 'file', name: 'x.exe', directory: 'c:' };
    expect(hashOf([sha1, hash(sha256)])).toEqual({ ...file, sha256: sha256.toLowerCase() });
    expect(hashOf([{ $ref: 'h' }], hash(sha256, 'Sha256'))).toEqual({
      ...file,
      sha256: sha256.toLowerCase(),
    });
    for (const none of [undefined, null, 'x', [], [null], [sha1], [hash('12')], [hash('z'.repeat(64))]]) {
      expect(hashOf(none)).toStrictEqual(file);
    }
  });

  test('of an export is the same alert, and its link tells where it is kept', () => {
    const [exported, rest] = [normaliseDefender(exportedAlert), normaliseDefender(restAlert)];
    for (const field of [
      'sourceId',
      'address',
      'title',
      'severity',
      'type',
      'modifiedAt',
      'portalUrl',
    ] as const) {
      expect(exported[field]).toBe(rest[field]);
    }
  });

  test('of an export without a link waits for its address', () => {
    expect(normaliseDefender({ ...exportedAlert, AlertUri: undefined }).address).toBe('');
  });

  test('cannot point its address at another alert or out of its path', () => {
    const other = exportedAlert.AlertUri.replace('2516074795200000001', '9999999999999999999');
    expect(normaliseDefender({ ...exportedAlert, AlertUri: other }).address).toBe('');
    const outside = exportedAlert.AlertUri.replace('location/westeurope', 'location/..%2f..%2f');
    expect(normaliseDefender({ ...exportedAlert, AlertUri: outside }).address).toBe('');
  });

  test('of the SecurityAlert table goes by the id that Defender gave it', () => {
    expect(normaliseDefender(tableAlert)).toMatchObject({
      sourceId: restAlert.properties.systemAlertId,
      address: restAlert.id,
      severity: 'medium',
      techniques: ['T1059'],
      entities: [{ kind: 'url', url: 'https://evil.example/x' }],
      remediation: ['Isolate the machine.'],
      // A time without a zone is UTC.
      firstActivityAt: '2026-11-21T09:58:00.000Z',
    });
  });

  test.each([
    ['Active', 'new'],
    ['InProgress', 'active'],
    ['resolved', 'closed'],
    ['DISMISSED', 'closed'],
  ])('that is %s in the portal is %s here', (status, expected) => {
    expect(defenderWith({ status }).handling.status).toBe(expected);
  });

  test('of an unknown severity or status is refused by name', () => {
    expect(() => defenderWith({ severity: 'Catastrophic' })).toThrow(/severity: is none of High/);
    expect(() => defenderWith({ status: 'Eaten' })).toThrow(/status: is none of Active/);
    expect(() => defenderWith({ systemAlertId: undefined })).toThrow(/systemAlertId/);
    expect(() => defenderWith({ alertDisplayName: '  ' })).toThrow(/alertDisplayName: must not be empty/);
  });

  test('keeps its bounds whatever it carries', () => {
    const alert = defenderWith({
      alertDisplayName: '🔥'.repeat(1_000),
      description: 'd'.repeat(100_000),
      remediationSteps: Array.from({ length: 100 }, (_, n) => `Step ${n}`),
      entities: Array.from({ length: 1_000 }, (_, n) => ({ type: 'ip', address: `10.0.0.${n}` })),
    });
    expect(Array.from(alert.title)).toHaveLength(300);
    expect(alert.description).toHaveLength(5_000);
    expect(alert.remediation).toHaveLength(20);
    expect(alert.entities).toHaveLength(50);
  });

  test('holds nothing that the database cannot store', () => {
    const alert = defenderWith({ alertDisplayName: 'a\0b\ud800c', compromisedEntity: '\0' });
    expect(alert.title).toBe('ab\ufffdc');
    expect(alert.target).toBe('vm-pay-web-01');
  });

  test('links nowhere but into the portal', () => {
    for (const alertUri of [
      'https://evil.example/portal.azure.com',
      'https://portal.azure.com.evil.example/',
      'https://portal.azure.com@evil.example/',
      'http://portal.azure.com/',
      'javascript:alert(1)',
      'https://portal.azure.com:8443/',
      5,
    ]) {
      expect(defenderWith({ alertUri }).portalUrl).toBe('');
    }
    expect(defenderWith({ alertUri: 'https://portal.azure.us/#x' }).portalUrl).toBe(
      'https://portal.azure.us/#x',
    );
  });

  test('is told from the other things that continuous export sends', () => {
    const recommendation = { id: '/subscriptions/x', type: 'Microsoft.Security/assessments', properties: {} };
    expect(() => normaliseDefender(recommendation)).toThrow(
      /Microsoft\.Security\/assessments, which is not an alert/,
    );
  });
});

describe('a Sentinel incident', () => {
  test('is read with its alerts and entities', () => {
    expect(normaliseSentinel(folded)).toMatchObject({
      source: 'sentinel',
      sourceId: incident.id.toLowerCase(),
      address: incident.id,
      label: '4711',
      severity: 'medium',
      type: 'ws_rule-1',
      product: 'Azure Sentinel',
      target: 'vm-dc-01',
      tags: ['crown-jewel'],
      workspace: 'contoso-sentinel',
      etag: '"0a00"',
      contains: [restAlert.properties.systemAlertId],
      entities: [
        { kind: 'account', name: 'lena', upn: 'lena@contoso.com', oid: 'abc' },
        { kind: 'file', name: 'rundll32.exe', directory: 'c:\\windows' },
        { kind: 'process', name: 'rundll32.exe', commandLine: 'rundll32 x' },
        { kind: 'domain', name: 'evil.example' },
      ],
      handling: {
        status: 'active',
        owner: { id: '', name: 'Priya Nair', upn: 'priya@contoso.com' },
        changedBy: 'priya@contoso.com',
      },
    });
  });

  test('ties the hash that stands beside a file to it', () => {
    const at = (name: string) => `${incident.id}/entities/${name}`;
    const hash = (name: string, algorithm: string, hashValue: string) => ({
      id: at(name),
      kind: 'FileHash',
      properties: { algorithm, hashValue, friendlyName: `${hashValue}(${algorithm})` },
    });
    const entities = [
      {
        id: at('file'),
        kind: 'File',
        properties: { fileName: 'x.exe', fileHashEntityIds: [at('MD5'), at('sha'), at('nowhere')] },
      },
      hash('md5', 'MD5', 'ab'.repeat(16)),
      hash('sha', 'SHA256', 'CD'.repeat(32)),
    ];
    const [file, ...beside] = normaliseSentinel({ ...folded, entities }).entities;
    expect(file).toEqual({ kind: 'file', name: 'x.exe', directory: '', sha256: 'cd'.repeat(32) });
    expect(beside).toEqual([{ kind: 'other', type: 'FileHash', name: `${'ab'.repeat(16)}(MD5)` }]);
  });

  test('is the same incident bare, folded and out of a trigger', () => {
    const object = {
      ...incident,
      properties: {
        ...incident.properties,
        alerts: incidentAlerts,
        relatedEntities: incidentEntities,
        comments: [],
      },
    };
    expect(normaliseSentinel(object)).toEqual(normaliseSentinel(folded));
    expect(normaliseSentinel({ objectEventType: 'Update', object })).toEqual(normaliseSentinel(folded));
    expect(normaliseSentinel(incident)).toMatchObject({
      title: 'Password spray',
      entities: [],
      contains: [],
    });
  });

  test('of Defender XDR goes by the number and the link of the Defender portal', () => {
    const alert = sentinelWith({
      providerName: 'Microsoft XDR',
      additionalData: { providerIncidentUrl: 'https://security.microsoft.com/incident2/99/overview?tid=1' },
    });
    expect(alert.label).toBe('99');
    expect(alert.portalUrl).toBe('https://security.microsoft.com/incident2/99/overview?tid=1');
  });

  test('shows comments of people as plain text and never our own', () => {
    const comment = (name: string, message: string) => ({
      name,
      properties: { message, createdTimeUtc: '2026-11-21T10:00:00Z', author: { name: 'Priya Nair' } },
    });
    const comments = [
      comment('c1', '<p>It is &lt;b&gt; fine</p>'),
      comment(ownCommentName(incident.id), 'ours'),
    ];
    expect(normaliseSentinel({ ...folded, comments }).notes).toEqual([
      { id: 'c1', at: '2026-11-21T10:00:00.000Z', by: 'Priya Nair', text: 'It is <b> fine' },
    ]);
  });

  test('without an id or outside of a workspace is refused by name', () => {
    expect(() => normaliseSentinel({ ...incident, id: '/subscriptions/x' })).toThrow(
      /id: is not the Resource Manager id/,
    );
    expect(() => sentinelWith({ status: 'Paused' })).toThrow(
      /properties\.status: is none of New, Active, Closed/,
    );
    expect(() => sentinelWith({ createdTimeUtc: 'yesterday' })).toThrow(
      /properties\.createdTimeUtc: is not a time/,
    );
  });

  test('that .NET gave no time goes by its creation', () => {
    const never = '0001-01-01T00:00:00Z';
    expect(sentinelWith({ firstActivityTimeUtc: never, lastActivityTimeUtc: never }).firstActivityAt).toBe(
      '2026-11-21T09:31:00.000Z',
    );
  });
});

describe('a push', () => {
  test('of Defender may hold one alert, a list, a page or a batch', () => {
    for (const body of [restAlert, [restAlert], { value: [restAlert] }, { records: [restAlert] }]) {
      expect(unpackDefender(body)).toEqual([{ kind: 'payload', payload: restAlert }]);
    }
    expect(() => unpackDefender([restAlert, 5])).toThrow(/entry 1: is not an alert/);
  });

  test('of Sentinel gives only the address, because it proves nothing', () => {
    const push = { kind: 'address', address: incident.id };
    expect(unpackSentinel({ objectSchemaType: 'Incident', object: incident })).toEqual([push]);
    expect(unpackSentinel([incident])).toEqual([push]);
    expect(() => unpackSentinel({ object: { id: '/subscriptions/x/../y' } })).toThrow(Malformed);
  });
});

test('the name of our comment follows from the incident and is a UUID', () => {
  expect(ownCommentName(incident.id)).toBe(ownCommentName(incident.id.toUpperCase()));
  expect(ownCommentName(incident.id)).toMatch(
    /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
  expect(ownCommentName(`${incident.id}0`)).not.toBe(ownCommentName(incident.id));
});

describe('whatever comes in', () => {
  const readers = [normaliseDefender, normaliseSentinel, unpackDefender, unpackSentinel];

  function onlyMalformed(value: unknown): void {
    for (const read of readers) {
      try {
        read(value);
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
      }
    }
  }

  test('random JSON is read or refused as malformed', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), onlyMalformed), { numRuns: 500 });
  });

  test('a payload of which any part is replaced by anything is read or refused as malformed', () => {
    const originals = [restAlert, exportedAlert, tableAlert, folded, { object: incident }];
    const anything = fc.oneof(
      fc.jsonValue({ maxDepth: 3 }),
      fc.constantFrom<unknown>(
        undefined,
        null,
        '',
        [],
        {},
        '\0',
        '[',
        '{"$ref":"1"}',
        { $ref: '1' },
        1e308,
        '9999999-99-99',
      ),
    );
    const mutated = fc
      .tuple(fc.constantFrom<unknown>(...originals), fc.nat(), anything)
      .map(([original, n, value]) => {
        const places = countPlaces(original);
        return replaceAt(original, n % places, value);
      });
    fc.assert(fc.property(mutated, onlyMalformed), { numRuns: 2_000 });
  });

  test('entities that refer to themselves end', () => {
    const entities = [
      { $id: '1', $ref: '1', type: 'host', host: { $ref: '1' } },
      { $id: '2', type: 'process', imageFile: { $ref: '2' } },
    ];
    onlyMalformed({ ...restAlert, properties: { ...restAlert.properties, entities } });
  });
});

/** How many places of the tree `replaceAt` can put something into; the root is 0. */
function countPlaces(tree: unknown): number {
  if (typeof tree !== 'object' || tree === null) return 1;
  return Object.values(tree).reduce((sum: number, inner) => sum + countPlaces(inner), 1);
}

function replaceAt(tree: unknown, place: number, value: unknown): unknown {
  if (place === 0) return value;
  if (typeof tree !== 'object' || tree === null) return tree;
  let before = 1;
  const entries = Object.entries(tree).map(([key, inner]): [string, unknown] => {
    const start = before;
    before += countPlaces(inner);
    return [key, place >= start && place < before ? replaceAt(inner, place - start, value) : inner];
  });
  return Array.isArray(tree) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

describe('every sample of the sandbox', () => {
  test.each([...readSamples().values()].flatMap((s) => (s.source === 'defender' ? [[s.id, s.body]] : [])))(
    '%s is an alert with an address',
    (_id, body) => {
      const alert = normaliseDefender(body);
      expect(alert.address).not.toBe('');
      expect(alert.portalUrl).not.toBe('');
    },
  );
});

const recorded = new URL('../../../shared/data/', import.meta.url);

/** Payloads recorded by others, which are no part of the project; without them there is nothing to read here. */
if (existsSync(recorded)) describe('recorded payloads', readRecorded);

function readRecorded(): void {
  const files = (folder: string): string[] =>
    readdirSync(new URL(folder, recorded))
      .filter((name) => name.endsWith('.json') && !name.endsWith('.schema.json'))
      .map((name) => `${folder}/${name}`);
  const load = (file: string): unknown => JSON.parse(readFileSync(new URL(file, recorded), 'utf8'));

  test.each(['defender-alerts', 'defender-export'].flatMap(files))('%s is an alert', (file) => {
    for (const push of unpackDefender(load(file))) {
      if (push.kind === 'payload') expect(normaliseDefender(push.payload).title).not.toBe('');
    }
  });

  test.each(files('sentinel-trigger'))('%s holds incidents', (file) => {
    const triggers = load(file);
    expect(Array.isArray(triggers) && triggers.length).toBeTruthy();
    for (const trigger of Array.isArray(triggers) ? triggers : []) {
      expect(unpackSentinel(trigger)).toHaveLength(1);
      const alert = normaliseSentinel(trigger.object);
      expect(alert.entities.length).toBeGreaterThan(0);
      expect(alert.contains).toHaveLength(1);
    }
  });
}
