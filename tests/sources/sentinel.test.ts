import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Alert } from '../../src/incident/alert.ts';
import { evolve, type Incident, type IncidentFact } from '../../src/incident/incident.ts';
import { stanceOf } from '../../src/incident/stance.ts';
import { people } from '../../src/sandbox/people.ts';
import { ownCommentName } from '../../src/sources/sentinel/address.ts';
import { createSentinel, feedOf } from '../../src/sources/sentinel.ts';
import type { Page, Source } from '../../src/sources/source.ts';
import { type Azure, incidentOf, startAzure } from './azure-stand-in.ts';

const workspace = {
  subscription: '91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b',
  resourceGroup: 'rg-security',
  workspace: 'contoso-sentinel',
};
const at = '2026-11-21T10:05:00.000Z';
const olivia = people[0];
const adam = people[1];
if (!olivia || !adam) throw new Error('The sandbox has lost its people.');
const ownerOlivia = { id: olivia.oid, name: olivia.name, upn: olivia.upn };

let azure: Azure;
let sentinel: Source;

beforeAll(async () => {
  azure = await startAzure();
});
afterAll(() => azure.stop());
beforeEach(() => {
  sentinel = create();
});

function create(): Source {
  const { endpoint, credential } = azure;
  return createSentinel({ workspaces: [workspace], endpoint, credential });
}

async function poll(since?: string): Promise<Page[]> {
  const pages: Page[] = [];
  for await (const page of sentinel.poll(feedOf(workspace), since)) pages.push(page);
  return pages;
}

async function alerts(since?: string): Promise<Alert[]> {
  return (await poll(since)).flatMap(({ payloads }) => payloads).map(sentinel.normalise);
}

async function newIncident(sample = 'identity-password-spray'): Promise<Alert> {
  const { id } = await azure.control('POST', 'alerts', { sample });
  const alert = (await alerts()).find(({ sourceId }) => sourceId.endsWith(`/${id.toLowerCase()}`));
  if (!alert) throw new Error(`The poll did not bring ${id}.`);
  azure.calls();
  return alert;
}

function name(alert: Alert): string {
  return alert.sourceId.split('/').at(-1) ?? '';
}

/** The incident after these facts, all of them Olivia's. */
function after(alert: Alert, ...facts: IncidentFact[]): Incident {
  const by = { kind: 'person', id: 'p1', name: olivia?.name ?? '', upn: olivia?.upn ?? '' } as const;
  return facts.reduce((incident, fact) => evolve(incident, { at, by, ...fact }), incidentOf(alert));
}

function held(alert: Alert) {
  const found = azure.state().incidents.find((incident) => incident.name.toLowerCase() === name(alert));
  if (!found) throw new Error(`Azure has no ${alert.sourceId}.`);
  return found;
}

function puts(): string[] {
  return azure.calls().filter((call) => call.startsWith('PUT'));
}

/** Sentinel holds what the incident said when the alert opened it, unless told what it said later. */
async function write(alert: Alert, incident: Incident, before = incidentOf(alert)): Promise<Alert> {
  return sentinel.normalise((await sentinel.writeBack(alert, incident, stanceOf(before)))?.payload);
}

const taken = [{ type: 'acknowledged' }, { type: 'assigned', owner: ownerOlivia }] satisfies IncidentFact[];

test('a poll brings incidents with their alerts and entities, oldest change first', async () => {
  await azure.control('POST', 'alerts', { sample: 'campaign-payments' });
  await azure.control('POST', 'alerts', { sample: 'identity-mfa-fatigue' });
  const pages = await poll();
  const found = pages.flatMap(({ payloads }) => payloads).map(sentinel.normalise);
  const times = found.map(({ modifiedAt }) => modifiedAt);
  expect(times).toEqual(times.toSorted());
  expect(pages.at(-1)?.watermark).toBe(times.at(-1));
  const campaign = found.find(({ contains }) => contains.length > 1);
  expect(campaign?.entities.length).toBeGreaterThan(0);
  expect(azure.state().alerts.map(({ name }) => name.toLowerCase())).toEqual(
    expect.arrayContaining((campaign?.contains ?? []).filter((id) => /^\d+_/.test(id))),
  );
});

test('alerts and entities are asked for once, and again only after the incident has changed', async () => {
  const alert = await newIncident();
  await poll();
  expect(azure.calls().filter((call) => call.startsWith('POST'))).toEqual([]);
  await azure.control('PATCH', `azure/incidents/${name(alert)}`, { properties: { severity: 'High' } });
  await poll();
  expect(
    azure
      .calls()
      .filter((call) => call.startsWith('POST'))
      .sort(),
  ).toEqual([`POST ${name(alert)}/alerts`, `POST ${name(alert)}/entities`]);
});

test('the same incident gives the same payload however it was read', async () => {
  const alert = await newIncident();
  const incident = after(alert, ...taken);
  const written = (await sentinel.writeBack(alert, incident, stanceOf(incidentOf(alert))))?.payload;
  expect(await create().read(alert.address)).toEqual(written);
  const polled = (await poll()).flatMap(({ payloads }) => payloads);
  expect(polled).toContainEqual(written);
});

test('taking an incident sets status, owner and label at Sentinel, and twice changes nothing', async () => {
  const alert = await newIncident();
  const incident = after(alert, ...taken);
  const written = await write(alert, incident);
  const { properties } = held(alert);
  expect(properties.status).toBe('Active');
  expect(properties.owner).toEqual({
    objectId: olivia.oid,
    email: olivia.upn,
    userPrincipalName: olivia.upn,
    assignedTo: olivia.name,
  });
  expect(properties.labels).toContainEqual({ labelName: 'INC-1042', labelType: 'User' });
  expect(written.handling).toMatchObject({ status: 'active', owner: ownerOlivia });
  expect(written.tags).toEqual(alert.tags);
  azure.calls();
  await write(alert, incident);
  await write(written, incident, incident);
  expect(puts()).toEqual([]);
});

test('labels of others, title and description outlive our write', async () => {
  const alert = await newIncident();
  const labels = [{ labelName: 'crown-jewel', labelType: 'User' }];
  await azure.control('PATCH', `azure/incidents/${name(alert)}`, { properties: { labels } });
  const before = held(alert).properties;
  await write(alert, after(alert, ...taken));
  const { properties } = held(alert);
  expect(properties.labels.map(({ labelName }) => labelName)).toEqual(['crown-jewel', 'INC-1042']);
  expect(properties.title).toBe(before.title);
  expect(properties.description).toBe(before.description);
});

test('closing writes classification, reason and comment; reopening takes them away', async () => {
  const alert = await newIncident();
  const closing = {
    classification: 'false-positive',
    reason: 'inaccurate-data',
    comment: 'The scanner of the auditors.',
  } as const;
  const incident = after(alert, ...taken, { type: 'closed', closing });
  const closed = await write(alert, incident);
  expect(held(alert).properties).toMatchObject({
    status: 'Closed',
    classification: 'FalsePositive',
    classificationReason: 'InaccurateData',
    classificationComment: 'The scanner of the auditors.',
  });
  expect(closed.handling.closing).toEqual(closing);
  const reopened = await write(
    closed,
    after(alert, ...taken, { type: 'closed', closing }, { type: 'reopened' }),
    incident,
  );
  expect(reopened.handling).toMatchObject({ status: 'active', closing: undefined });
  expect(held(alert).properties).not.toHaveProperty('classification');
});

test('clearing the owner and changing the severity reach Sentinel', async () => {
  const alert = await newIncident();
  const owned = after(alert, ...taken);
  await write(alert, owned);
  const severity = alert.severity === 'low' ? 'high' : 'low';
  const freed = after(
    alert,
    ...taken,
    { type: 'assigned', owner: undefined },
    { type: 'severity-changed', severity },
  );
  const written = await write(alert, freed, owned);
  expect(written).toMatchObject({ severity, handling: { owner: undefined } });
  expect(held(alert).properties.owner.objectId).toBeNull();
});

test('an owner whom somebody set in the portal a second ago is not overwritten', async () => {
  const alert = await newIncident();
  const owner = { objectId: adam.oid, email: adam.upn, userPrincipalName: adam.upn, assignedTo: adam.name };
  await azure.control('PATCH', `azure/incidents/${name(alert)}`, { as: 'adam', properties: { owner } });
  const written = await write(alert, after(alert, { type: 'acknowledged' }));
  expect(written.handling).toMatchObject({ status: 'active', owner: { id: adam.oid } });
});

test('what the portal changed and nobody here decided stays, whatever else is written', async () => {
  const alert = await newIncident();
  const before = after(alert, ...taken);
  await write(alert, before);
  const owner = { objectId: adam.oid, email: adam.upn, userPrincipalName: adam.upn, assignedTo: adam.name };
  await azure.control('PATCH', `azure/incidents/${name(alert)}`, {
    properties: { owner, status: 'Closed', classification: 'BenignPositive' },
  });
  const severity = alert.severity === 'low' ? 'high' : 'low';
  const written = await write(alert, after(alert, ...taken, { type: 'severity-changed', severity }), before);
  expect(written).toMatchObject({ severity, handling: { status: 'closed', owner: { id: adam.oid } } });
});

test('a change that comes between reading and writing is kept, and ours is applied again', async () => {
  const alert = await newIncident();
  azure.interfere(() =>
    azure.control('PATCH', `azure/incidents/${name(alert)}`, { properties: { severity: 'Informational' } }),
  );
  const written = await write(alert, after(alert, ...taken));
  expect(written).toMatchObject({
    severity: 'informational',
    handling: { status: 'active', owner: ownerOlivia },
  });
});

test('an incident that changes all the time ends as a conflict after three tries', async () => {
  const alert = await newIncident();
  for (const severity of ['Low', 'High', 'Medium']) {
    azure.interfere(() =>
      azure.control('PATCH', `azure/incidents/${name(alert)}`, { properties: { severity } }),
    );
  }
  await expect(write(alert, after(alert, ...taken))).rejects.toMatchObject({
    side: 'azure',
    reason: 'conflict',
  });
  expect(puts()).toHaveLength(3);
});

test('one comment of ours tells the story and is changed rather than added to', async () => {
  const alert = await newIncident();
  const first = await write(alert, after(alert, ...taken, { type: 'commented', text: 'Looking <b>now</b>' }));
  const again = after(
    alert,
    ...taken,
    { type: 'commented', text: 'Looking <b>now</b>' },
    { type: 'commented', text: 'Done' },
  );
  sentinel = create();
  const second = await write(first, again, after(alert, ...taken));
  const [comment, ...others] = held(alert).comments;
  expect(others).toEqual([]);
  expect(comment?.name).toBe(ownCommentName(alert.address));
  expect(comment?.properties.message).toContain('Olivia Marsh: Looking &lt;b&gt;now&lt;/b&gt;');
  expect(comment?.properties.message).toContain('Olivia Marsh: Done');
  expect(second.notes).toEqual([]);
});

test('a comment written in the portal comes in as a note of its author', async () => {
  const alert = await newIncident();
  await azure.control('POST', `azure/incidents/${name(alert)}/comments`, {
    as: 'adam',
    message: '<p>Known &amp; fine</p>',
  });
  const [changed] = (await alerts()).filter(({ sourceId }) => sourceId === alert.sourceId);
  expect(changed?.notes).toMatchObject([{ by: adam.name, text: 'Known & fine' }]);
});

test('an incident full of comments still takes status and owner', async () => {
  const alert = await newIncident();
  for (let n = 0; n < 100; n++) {
    await azure.control('POST', `azure/incidents/${name(alert)}/comments`, {
      as: 'adam',
      message: `Comment ${n}`,
    });
  }
  const written = await write(alert, after(alert, ...taken));
  expect(written.handling.status).toBe('active');
  expect(held(alert).comments).toHaveLength(100);
});

test('an incident that Defender XDR merged into another one is left alone', async () => {
  const alert = await newIncident();
  const labels = [{ labelName: 'Redirected', labelType: 'AutoAssigned' }];
  const properties = { status: 'Closed', classification: 'Undetermined', labels };
  await azure.control('PATCH', `azure/incidents/${name(alert)}`, { properties });
  const written = await write(alert, after(alert, ...taken));
  expect(puts()).toEqual([]);
  expect(written.handling).toMatchObject({
    status: 'closed',
    changedBy: 'Microsoft Defender XDR',
    closing: {
      classification: 'undetermined',
      comment: 'Merged into another incident in Microsoft Defender',
    },
  });
});

test('an incident that nobody has touched gets its label and no comment', async () => {
  const alert = await newIncident();
  await write(alert, incidentOf(alert));
  expect(puts()).toEqual([`PUT Incidents/${name(alert)}`]);
});

test('an incident that is gone reads as undefined', async () => {
  const alert = await newIncident();
  expect(
    await sentinel.read(alert.address.replace(/[^/]+$/, 'a0000000-0000-4000-8000-000000000000')),
  ).toBeUndefined();
});

test('an address that is none is never called', async () => {
  azure.calls();
  await expect(sentinel.read('/subscriptions/1/../../secrets')).rejects.toMatchObject({ reason: 'rejected' });
  expect(azure.calls()).toEqual([]);
});

test('an incident of a workspace that nobody told us to watch is never asked for', async () => {
  const alert = await newIncident();
  const foreign = alert.address.replace(workspace.workspace, 'fabrikam-sentinel');
  await expect(sentinel.read(foreign)).rejects.toMatchObject({ side: 'azure', reason: 'rejected' });
  expect(azure.calls()).toEqual([]);
});

test('a throttled Azure is reported with the wait it asked for', async () => {
  const alert = await newIncident();
  azure.faults.set('azure', { kind: 'throttled', ms: 7_000 });
  await expect(sentinel.read(alert.address)).rejects.toMatchObject({
    reason: 'rate-limited',
    retryAfter: 7_000,
  });
  azure.faults.set('azure', { kind: 'none' });
});

test('a write whose answer was lost is found done when it is tried again', async () => {
  const alert = await newIncident();
  const incident = after(alert, ...taken);
  azure.interfere(async () => azure.faults.set('azure', { kind: 'lost-answer', count: 1 }));
  const written = await write(alert, incident);
  expect(written.handling.status).toBe('active');
  expect(held(alert).comments).toHaveLength(1);
});
