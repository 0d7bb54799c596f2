import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../support/databases.ts';
import {
  appearWithCard,
  openInTeams,
  pressInSlack,
  sentences,
  submitInSlack,
  submitInTeams,
  toldInTeams,
  typeInSlack,
} from '../support/hands.ts';
import { type House, openHouse } from '../support/house.ts';
import { push } from '../support/pushes.ts';
import {
  azureAlert,
  azureComments,
  azureIncident,
  type Seen,
  slackCard,
  slackLog,
  slackMessages,
  teamsCard,
  teamsLog,
} from '../support/rooms.ts';
import { writeSettings } from '../support/settings.ts';

const priya = {
  objectId: '00000003-5a1e-4c0d-9b7a-3f6e2d81c0a3',
  email: 'priya@contoso.com',
  assignedTo: 'Priya Nair',
  userPrincipalName: 'priya@contoso.com',
};

// Nothing is polled after the start: what the portal changes is met by our own writing, or told by a push.
describe.each(databases)('portal and rooms at the same moment, on $name', (kind) => {
  let house: House;
  let hands: ReturnType<typeof handsIn>;
  beforeAll(async () => {
    house = await openHouse(kind, { POLL_SECONDS: '3600', WATCHFLOOR_CONFIG: quietSettings() });
    hands = handsIn(house);
  });
  afterAll(async () => {
    await house.close();
  });

  it('what the portal changed outlives our write back, and is shown with the one who did it', async () => {
    const { azure, name } = await appearWithCard(house, 'identity-password-spray');
    await hands.inPortal(azure, { severity: 'Low', owner: priya });
    await house.control('POST', `/azure/incidents/${azure}/comments`, {
      as: 'lena',
      message: 'Nina is on leave.',
    });
    await typeInSlack(house, 'adam', `comment ${name} Looking at it`);

    await hands.shown(name, 'LOW · NEW · Priya Nair has it');
    await hands.logged(name, 'Nina is on leave.');
    await hands.logged(name, 'assigned it to Priya Nair');
    await house.until('our comment at Sentinel', async () =>
      (await azureComments(house, azure)).some((c) => c.includes('Adam Keller: Looking at it')),
    );
    expect(await azureIncident(house, azure)).toMatchObject({
      severity: 'Low',
      status: 'New',
      owner: { assignedTo: 'Priya Nair' },
    });
    expect((await slackLog(house, name))?.text).toContain(
      'lena@contoso.com in Microsoft Sentinel set the severity to low',
    );
  });

  it('what the portal changed gives way only where somebody here decided about the very same', async () => {
    const { azure, name } = await appearWithCard(house, 'identity-mfa-fatigue');
    await hands.inPortal(azure, { severity: 'Low', owner: priya });
    await pressInSlack(house, 'olivia', name, 'take');
    await hands.shown(name, 'LOW · ACTIVE · Olivia Marsh has it');
    expect(await azureIncident(house, azure)).toMatchObject({
      severity: 'Low',
      status: 'Active',
      owner: { assignedTo: 'Olivia Marsh' },
    });
  });

  it('one of two alike alerts stays dismissed while their incident goes on', async () => {
    const alike = { alertType: 'Alike', compromisedEntity: 'vm-alike' };
    const one = await hands.defender('Twice the same', alike);
    const name = await hands.cardOf('Twice the same');
    const other = await hands.defender('Twice the same', alike);
    await hands.shown(name, 'Alert added');
    await pressInSlack(house, 'olivia', name, 'take');
    await hands.status(one, 'InProgress');
    await hands.status(other, 'InProgress');

    await house.control('PATCH', `/azure/alerts/${one}`, { status: 'Dismissed' });
    await typeInSlack(house, 'olivia', `comment ${name} One of them was a test`);
    // Write backs of one incident follow one another: had the comment reopened it, this would resolve it.
    await typeInSlack(house, 'olivia', `close ${name} tp`);
    await hands.status(other, 'Resolved');
    expect((await azureAlert(house, one))?.status).toBe('Dismissed');
  });

  it('a Sentinel incident that joins, and is worked on there already, is not written over', async () => {
    const part = await hands.defender('A part at first');
    const name = await hands.cardOf('A part at first');
    const whole = await hands.sentinel('The whole, half done', [part], {
      status: 'Active',
      owner: priya,
      severity: 'Low',
    });
    await hands.shown(name, 'ACTIVE · Priya Nair has it');
    await hands.status(part, 'InProgress');
    await typeInSlack(house, 'adam', `comment ${name} I join in`);
    await house.until('our comment at Sentinel', async () =>
      (await azureComments(house, whole)).some((c) => c.includes('I join in')),
    );
    expect(await azureIncident(house, whole)).toMatchObject({
      status: 'Active',
      severity: 'Low',
      owner: { assignedTo: 'Priya Nair' },
      labels: [{ labelName: name }],
    });
  });

  it('a Sentinel incident keeps its severity where a graver alert joins: nobody decided another', async () => {
    const part = `2517000000000000000_${randomUUID()}`;
    const whole = await hands.sentinel('Low by somebody’s choice', [part], { severity: 'Low' });
    const name = await hands.cardOf('Low by somebody’s choice');
    await hands.defender('A grave part', { severity: 'High' }, part);
    await hands.shown(name, 'HIGH · NEW');
    await typeInSlack(house, 'adam', `comment ${name} Graver than it was`);
    await house.until('our comment at Sentinel', async () =>
      (await azureComments(house, whole)).some((c) => c.includes('Graver')),
    );
    expect((await azureIncident(house, whole))?.severity).toBe('Low');
  });

  it('a closed part of a new whole rests, and nothing of the whole is closed', async () => {
    const closed = await hands.defender('The part that was closed');
    const open = await hands.defender('The part that is open');
    const ended = await hands.cardOf('The part that was closed');
    const name = await hands.cardOf('The part that is open');
    await typeInSlack(house, 'adam', `close ${ended} fp inaccurate-data`);
    await hands.status(closed, 'Dismissed');

    const whole = await hands.sentinel('The whole of both', [closed, open]);
    await hands.shown(name, 'The whole of both');
    await pressInSlack(house, 'adam', name, 'take');
    await hands.status(open, 'InProgress');
    await house.until(
      'Sentinel to be active',
      async () => (await azureIncident(house, whole))?.status === 'Active',
    );
    expect((await azureAlert(house, closed))?.status).toBe('Dismissed');
    expect((await teamsCard(house, ended))?.text).toContain('false positive');
    const titled = (await slackMessages(house)).filter(
      (m) => !m.thread && m.text.includes('The whole of both'),
    );
    expect(titled.map((m) => m.name)).toEqual([name]);
  });

  it('closing the whole in the portal closes the incident, and resolves what is open inside', async () => {
    const part = await hands.defender('An open part');
    const name = await hands.cardOf('An open part');
    const whole = await hands.sentinel('The whole, soon closed', [part]);
    await hands.shown(name, 'The whole, soon closed');

    const ending = { classification: 'TruePositive', classificationReason: 'SuspiciousActivity' };
    await hands.inPortal(whole, { status: 'Closed', ...ending });
    await hands.tell(whole);
    await hands.shown(name, 'true positive, suspicious activity');
    await hands.status(part, 'Resolved');
    await hands.logged(name, 'lena@contoso.com in Microsoft Sentinel closed it');
  });

  it('an incident that was too low for a card gets it once the portal raises it', async () => {
    const azure = await hands.sentinel('Quiet at first', [], { severity: 'Low' });
    await hands.listed('Quiet at first');
    expect(await hands.cards('Quiet at first')).toEqual([]);
    await hands.inPortal(azure, { severity: 'High' });
    await hands.tell(azure);
    await hands.shown(await hands.cardOf('Quiet at first'), 'HIGH · NEW');
  });

  it('it gets its card also where our own writing is what notices', async () => {
    const azure = await hands.sentinel('Quiet for longer', [], { severity: 'Low' });
    const name = await hands.listed('Quiet for longer');
    await hands.inPortal(azure, { severity: 'High' });
    await typeInSlack(house, 'adam', `comment ${name} Is this low?`);
    await hands.shown(await hands.cardOf('Quiet for longer'), 'HIGH · NEW');
  });

  it('of two people who assign at the same time the first wins, and the second is told by whom', async () => {
    const { name } = await appearWithCard(house, 'identity-risky-sign-in');
    const { view } = await pressInSlack(house, 'adam', name, 'assign');
    const { data } = await openInTeams(house, 'marcus', name, 'assign');
    const offer = { view_id: view?.id, block_id: 'owner', action_id: 'person', value: 'nair' };
    await house.control('POST', '/slack/suggest', { as: 'adam', ...offer });
    await submitInSlack(house, 'adam', view, { owner: { person: priya.objectId } });
    const { body } = await submitInTeams(house, 'marcus', {
      ...data,
      owner: '00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1',
    });
    const told = [sentences(body), ...(await toldInTeams(house, 'marcus'))].join('\n');
    expect(told).toContain('Adam Keller assigned it to Priya Nair while you were choosing.');
    await hands.shown(name, 'Priya Nair has it');
  });
});

describe.each(databases)('portal and polls, on $name', (kind) => {
  let house: House;
  let hands: ReturnType<typeof handsIn>;
  beforeAll(async () => {
    house = await openHouse(kind, { POLL_SECONDS: '1' });
    hands = handsIn(house);
  });
  afterAll(() => house.close());

  it('a closed incident can be reopened, in chat and in the portal, though an alike alert has opened another since', async () => {
    const alike = { alertType: 'Again', compromisedEntity: 'vm-again' };
    const first = await hands.defender('Again and again', alike);
    const name = await hands.cardOf('Again and again');
    await typeInSlack(house, 'adam', `close ${name} fp inaccurate-data`);
    await hands.status(first, 'Dismissed');
    await hands.defender('Again and again', alike);
    const later = await house.until('another incident', async () =>
      (await hands.cards('Again and again')).find((n) => n !== name),
    );

    expect(await typeInSlack(house, 'adam', `reopen ${name}`)).toContain(`${name} is open again.`);
    await hands.status(first, 'InProgress');
    await typeInSlack(house, 'adam', `close ${name} fp inaccurate-data`);
    await hands.status(first, 'Dismissed');
    await hands.shown(name, 'is closed');

    await house.control('PATCH', `/azure/alerts/${first}`, { status: 'Active' });
    await hands.shown(name, 'ACTIVE');
    await hands.logged(name, 'in Microsoft Defender for Cloud reopened it');
    await hands.defender('Again and again', alike);
    await hands.shown(later, 'Alert added');
  });

  it('an alert that was dismissed before we heard of it is not stored at each poll', async () => {
    const properties = { alertType: 'Old', alertDisplayName: 'An old story', status: 'Dismissed' };
    await house.control('POST', '/alerts', { source: 'defender', body: { properties } });
    // Each comes by a poll of its own, which brings the old one too.
    await appearWithCard(house, 'gcp-service-account-key', { push: false });
    await appearWithCard(house, 'cosmos-key-listing', { push: false });
    expect(await hands.cards('An old story')).toEqual([]);
    const stored = await countRaw(house, 'An old story');
    if (stored !== undefined) expect(stored).toBe(0);
  });
});

/** What people do in the portal and look at in the rooms. */
function handsIn(house: House) {
  const both = async (what: string, look: (of: (typeof eyes)[number]) => Promise<unknown>) => {
    for (const eye of eyes)
      await house.until(`${what} in ${eye.room}`, async () => (await look(eye)) || undefined);
  };
  const cards = async (text: string) =>
    (await slackMessages(house))
      .filter((m) => !m.thread && m.name && m.text.includes(text))
      .map((m) => m.name);
  return {
    cards,
    cardOf: (text: string) => house.until(`a card of "${text}"`, async () => (await cards(text))[0]),
    shown: (name: string, text: string) =>
      both(`"${text}" on ${name}`, async (eye) => (await eye.card(house, name))?.text.includes(text)),
    logged: (name: string, text: string) =>
      both(`"${text}" in the log of ${name}`, async (eye) =>
        (await eye.log(house, name))?.text.includes(text),
      ),
    /** Name of an open incident that may have no card. */
    listed: (title: string) =>
      house.until(`${title} in the list`, async () => {
        const rows = (await typeInSlack(house, 'lena', 'list')).split(/[\n;]/);
        return rows.find((row) => row.includes(`: ${title}`))?.match(/INC-\d+/)?.[0];
      }),
    status: (alert: string, wanted: string) =>
      house.until(
        `Defender to say ${wanted}`,
        async () => (await azureAlert(house, alert))?.status === wanted || undefined,
      ),
    inPortal: (incident: string, properties: object) =>
      house.control('PATCH', `/azure/incidents/${incident}`, { as: 'lena', properties }),
    /** Sentinel's automation rule says that an incident has changed. */
    async tell(incident: string) {
      const { incidents } = await house.control<{ incidents: { id: string; name: string }[] }>(
        'GET',
        '/azure',
      );
      const id = incidents.find((i) => i.name === incident)?.id;
      await push(house, 'sentinel', { eventUniqueId: randomUUID(), object: { id } });
    },
    /** An alert of its own story, unless told another. */
    async defender(alertDisplayName: string, properties: object = {}, name?: string) {
      const story = { alertType: 'Story', compromisedEntity: `vm-${randomUUID().slice(0, 8)}` };
      const body = { ...(name && { name }), properties: { ...story, alertDisplayName, ...properties } };
      const { id } = await house.control<{ id: string }>('POST', '/alerts', {
        source: 'defender',
        push: true,
        body,
      });
      return id;
    },
    async sentinel(title: string, contains: string[], properties: object = {}) {
      const alerts = contains.map((id) => ({
        kind: 'SecurityAlert',
        properties: { systemAlertId: randomUUID(), providerAlertId: id },
      }));
      const body = { properties: { title, ...properties }, alerts };
      const { id } = await house.control<{ id: string }>('POST', '/alerts', {
        source: 'sentinel',
        push: true,
        body,
      });
      return id;
    },
  };
}

const eyes: {
  room: string;
  card: (house: House, name: string) => Promise<Seen | undefined>;
  log: (house: House, name: string) => Promise<Seen | undefined>;
}[] = [
  { room: 'Slack', card: slackCard, log: slackLog },
  { room: 'Teams', card: teamsCard, log: teamsLog },
];

/** The sandbox's settings, where what is quiet and low is shown nowhere. */
function quietSettings(): string {
  return writeSettings((settings) => {
    const { routes, ...route } = Object(settings.route);
    const quiet = { name: 'quiet', match: { title: 'Quiet*', severity: 'low' }, to: [] };
    settings.route = { ...route, routes: [quiet, ...routes] };
  });
}

/** Payloads stored that hold this text; only a server's database can be looked into while the product has it. */
async function countRaw({ database }: House, text: string): Promise<number | undefined> {
  if (!database.url) return undefined;
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  try {
    const { rows } = await client.query('select count(*)::int as n from raw_alerts where body like $1', [
      `%${text}%`,
    ]);
    return rows[0].n;
  } finally {
    await client.end();
  }
}
