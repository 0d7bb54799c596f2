import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Alert, Classification } from '../../src/incident/alert.ts';
import { evolve, type Incident } from '../../src/incident/incident.ts';
import { stanceOf } from '../../src/incident/stance.ts';
import { createDefender } from '../../src/sources/defender.ts';
import type { Page, Source } from '../../src/sources/source.ts';
import { type Azure, incidentOf, startAzure } from './azure-stand-in.ts';

const subscriptions = ['3f8a6c1e-7d24-4b90-8e5f-c0a1b2d3e4f5', '91d0b7a4-5e3c-4f68-a2b9-6c7d8e9f0a1b'];
const at = '2026-11-21T10:05:00.000Z';
const olivia = { kind: 'person', id: 'p1', name: 'Olivia Marsh', upn: 'olivia@contoso.com' } as const;

let azure: Azure;
let defender: Source;

beforeAll(async () => {
  azure = await startAzure();
  defender = createDefender({ subscriptions, endpoint: azure.endpoint, credential: azure.credential });
});
afterAll(() => azure.stop());

async function polled(): Promise<Page[]> {
  const pages: Page[] = [];
  for (const feed of defender.feeds) {
    for await (const page of defender.poll(feed, undefined)) pages.push(page);
  }
  return pages;
}

async function newAlert(): Promise<Alert> {
  const { id } = await azure.control('POST', 'alerts', { sample: 'vm-rdp-brute-force' });
  const alerts = (await polled()).flatMap(({ payloads }) => payloads).map(defender.normalise);
  const alert = alerts.find(({ sourceId }) => sourceId === id.toLowerCase());
  if (!alert) throw new Error(`The poll did not bring ${id}.`);
  azure.calls();
  return alert;
}

/** Defender holds what the incident said when the alert opened it, unless told what it said later. */
async function write(alert: Alert, incident: Incident, before = incidentOf(alert)): Promise<unknown> {
  return (await defender.writeBack(alert, incident, stanceOf(before)))?.payload;
}

function closed(incident: Incident, classification: Classification): Incident {
  const closing = { classification, reason: undefined, comment: '' };
  return evolve(incident, { at, by: olivia, type: 'closed', closing });
}

test('a poll brings every page, and the watermark is the newest alert', async () => {
  await azure.control('POST', 'storm', { count: 230 });
  const pages = await polled();
  const alerts = pages.flatMap(({ payloads }) => payloads).map(defender.normalise);
  expect(pages.length).toBeGreaterThanOrEqual(3);
  expect(alerts.length).toBeGreaterThanOrEqual(230);
  const newest = alerts
    .map(({ modifiedAt }) => modifiedAt)
    .sort()
    .at(-1);
  expect(pages.map(({ watermark }) => watermark)).toContain(newest);
});

test('taking an incident sets the alert in progress, and doing so twice sends nothing more', async () => {
  const alert = await newAlert();
  const taken = evolve(incidentOf(alert), { at, by: olivia, type: 'acknowledged' });
  const after = defender.normalise(await write(alert, taken));
  expect(after.handling.status).toBe('active');
  expect(azure.calls().filter((call) => call.startsWith('POST'))).toHaveLength(1);
  // As after an answer that was lost, where nobody recorded that it holds already.
  await write(alert, taken);
  expect(azure.calls().filter((call) => call.startsWith('POST'))).toEqual([]);
});

test('where nothing was decided about the status, Defender is not even asked', async () => {
  const alert = await newAlert();
  const taken = evolve(incidentOf(alert), { at, by: olivia, type: 'acknowledged' });
  const noted = evolve(taken, { at, by: olivia, type: 'commented', text: 'Looking.' });
  expect(await write(alert, incidentOf(alert))).toBeUndefined();
  expect(await write(alert, noted, taken)).toBeUndefined();
  expect(azure.calls()).toEqual([]);
});

test.each([
  ['true-positive', 'Resolved'],
  ['undetermined', 'Resolved'],
  ['benign-positive', 'Dismissed'],
  ['false-positive', 'Dismissed'],
] as const)('closing as %s leaves the alert %s', async (classification, status) => {
  const alert = await newAlert();
  await write(alert, closed(incidentOf(alert), classification));
  const held = azure.state().alerts.find(({ name }) => name.toLowerCase() === alert.sourceId);
  expect(held?.properties.status).toBe(status);
});

test('reopening sets a closed alert in progress again', async () => {
  const alert = await newAlert();
  const incident = closed(incidentOf(alert), 'false-positive');
  const after = defender.normalise(await write(alert, incident));
  expect(after.handling.status).toBe('closed');
  const reopened = evolve(incident, { at, by: olivia, type: 'reopened' });
  expect(defender.normalise(await write(after, reopened, incident)).handling.status).toBe('active');
});

test('what somebody has already set in the portal needs no call of ours', async () => {
  const alert = await newAlert();
  await azure.control('PATCH', `azure/alerts/${alert.sourceId}`, { status: 'Resolved' });
  const after = defender.normalise(await write(alert, closed(incidentOf(alert), 'false-positive')));
  expect(after.handling).toMatchObject({
    status: 'closed',
    closing: { comment: expect.stringMatching(/^Resolved/) },
  });
  expect(azure.calls().filter((call) => call.startsWith('POST'))).toEqual([]);
});

test('an incident closed by merging leaves its alerts alone', async () => {
  const alert = await newAlert();
  const merged = evolve(incidentOf(alert), { at, by: olivia, type: 'merged', into: 7 });
  expect(await write(alert, merged)).toBeUndefined();
  expect(azure.calls()).toEqual([]);
});

test('an address of a subscription that is not configured is never called', async () => {
  const alert = await newAlert();
  const foreign = {
    ...alert,
    address: alert.address.replace(alert.subscription, '11111111-2222-4333-8444-555555555555'),
  };
  await expect(write(foreign, closed(incidentOf(foreign), 'undetermined'))).rejects.toMatchObject({
    reason: 'rejected',
  });
  expect(azure.calls()).toEqual([]);
});

test('an alert that Azure no longer has reads as undefined', async () => {
  const { address } = await newAlert();
  expect(await defender.read(address)).toBeDefined();
  expect(await defender.read(`${address}0`)).toBeUndefined();
});
