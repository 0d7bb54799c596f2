import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { appear, appearWithCard, toldInSlack, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackCard, slackLog, slackMessages, teamsCard, teamsMessages } from '../../support/rooms.ts';
import {
  askForRun,
  doneToMachines,
  pressRunInSlack,
  pressRunInTeams,
  runInSlack,
  runSays,
} from '../../support/runs.ts';
import { writeSettings } from '../../support/settings.ts';

const rules = [
  {
    name: 'scan what was broken into',
    on: 'opened',
    match: { host: ['vm-pay-web-01', 'vm-fin-07', 'vm-fin-03'] },
    run: 'scan-machine',
    target: 'machine',
  },
  {
    name: 'cut off the jump host',
    on: 'opened',
    match: { host: ['vm-jump-01'] },
    run: 'isolate-machine',
    target: 'machine',
    minutes: 60,
  },
  {
    name: 'sign out administrators',
    on: 'learned',
    marks: ['privileged'],
    match: { account: ['adm-keller*'] },
    run: 'revoke-sessions',
    target: 'account',
  },
  {
    name: 'collect what is left',
    on: 'closed',
    classification: ['true-positive'],
    match: { host: ['vm-dc-01'] },
    run: 'collect-package',
    target: 'machine',
  },
  {
    name: 'look into tills',
    on: 'opened',
    match: { type: ['Till_*'] },
    run: 'scan-machine',
    target: 'machine',
    mostPerHour: 1,
  },
];
const settings = () =>
  writeSettings((all) => {
    all.enrichment.enabled = true;
    all.playbooks = { rules, approval: [{ name: 'scans', match: { play: 'scan-machine' }, needs: 'own' }] };
  });
const patience = 40_000;

describe.each(databases)('what rules run by themselves, on $name', { timeout: 120_000 }, (kind) => {
  let house: House;
  beforeAll(async () => {
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settings() });
  });
  afterAll(() => house.close());

  const say = (as: string, words: string) => typeInSlack(house, as, words);
  /** What people are told of; whoever typed that often would be stopped. */
  const everything = async () =>
    [...(await slackMessages(house)), ...(await teamsMessages(house))].map(({ text }) => text).join('\n');
  const runsOf = async (incident: string) =>
    [...new Set((await say('lena', `runs ${incident}`)).match(/RUN-\d+/g))].toSorted();
  /** The first run of an incident that was not there `before`. */
  const runOf = (incident: string, before = '') =>
    house.until(
      `a run of ${incident}`,
      async () =>
        [...(await everything()).matchAll(new RegExp(`(RUN-\\d+) of ${incident}\\b`, 'g'))]
          .map(([, name]) => name)
          .find((name) => name !== before),
      patience,
    );
  /** Its card may be a row of a storm's yet. */
  async function incidentOn(machine: string): Promise<string> {
    await house.until(`${machine} to be told of`, async () => (await everything()).includes(machine));
    const [name] = /INC-\d+/.exec(await say('lena', `find --entity ${machine}`)) ?? [];
    if (!name) throw new Error(`No incident names ${machine}.`);
    return name;
  }
  /** Defender tells something of a machine; the same of the same joins. */
  const happen = (hostName: string, alertType: string) =>
    house.control('POST', '/alerts', {
      source: 'defender',
      push: true,
      body: {
        properties: {
          severity: 'Medium',
          alertType,
          alertDisplayName: `${alertType} on ${hostName}`,
          compromisedEntity: hostName,
          entities: [{ $id: 'one', type: 'host', hostName }],
        },
      },
    });

  it('runs what a rule says once, however often the incident changes', async () => {
    const { name } = await appearWithCard(house, 'vm-reverse-shell');
    const run = await runOf(name);
    const done = await runSays(house, run, 'is done', patience);
    expect(done.text).toContain('the rule "scan what was broken into"');
    const card = await slackCard(house, name);
    expect((await runInSlack(house, run))?.thread).toBe(card?.id);

    await say('adam', `take ${name}`);
    await say('adam', `severity ${name} low`);
    await say('adam', `close ${name} true-positive done`);
    await say('adam', `reopen ${name}`);
    // What came later is looked at as well once this is done.
    await runOf((await appearWithCard(house, 'vm-rdp-brute-force')).name);
    expect(await runsOf(name)).toEqual([run]);
    expect(await doneToMachines(house, run)).toEqual(['RunAntiVirusScan']);
  });

  it('is shown under its card, also where that comes late', async () => {
    await house.control('POST', '/faults', { side: 'slack', kind: 'failing' });
    await appear(house, 'vm-malware-cleaned');
    const inTeams = async () => {
      const cards = await teamsMessages(house);
      return cards.find(({ text, thread }) => !thread && text.includes('vm-fin-07'))?.name;
    };
    const name = await house.until('the card in Teams', inTeams, patience);
    const shown = async () => {
      const found = (await teamsMessages(house)).find(
        ({ text }) => text.includes('scan what was broken into') && text.includes('vm-fin-07'),
      );
      return /RUN-\d+/.exec(found?.text ?? '')?.[0];
    };
    const run = await house.until('the run in Teams', shown, patience);
    await house.control('POST', '/faults', { side: 'slack', kind: 'none' });
    await runSays(house, run, 'is done', patience);
    expect((await runInSlack(house, run))?.thread).toBe((await slackCard(house, name))?.id);
  });

  it('waits for the same approval as anybody, is shown with its name, and can be taken back', async () => {
    const name = await incidentOn('vm-jump-01');
    const run = await runOf(name);
    const asks = await runSays(house, run, 'waits for');
    expect(asks.text).toContain('the rule "cut off the jump host"');
    expect(await doneToMachines(house, run)).toEqual([]);
    await pressRunInSlack(house, 'olivia', run, 'approve');
    // What is known of the machine by then may make it two who have to say yes: a lead is one of them.
    await house.until(
      'olivia is told that a lead has to say yes',
      async () => (await toldInSlack(house, 'olivia')).find((said) => /a lead/i.test(said)),
      patience,
    );
    await pressRunInTeams(house, 'lena', run, 'approve');
    await runSays(house, run, 'stands until', patience);
    expect(await say('adam', 'contained')).toContain('rule "cut off the jump host"');
    await house.until('both cards say so', async () =>
      [await slackCard(house, name), await teamsCard(house, name)].every((card) =>
        card?.text.includes('Contained'),
      ),
    );
    await house.until('the log names the rule', async () =>
      (await slackLog(house, name))?.text.includes('Rule "cut off the jump host"'),
    );
    await pressRunInTeams(house, 'adam', run, 'undo');
    await runSays(house, run, 'is taken back', patience);
  });

  it('runs what a rule says once something is learned', async () => {
    const { name } = await appearWithCard(house, 'identity-risky-sign-in');
    const run = await runOf(name);
    const shown = await runSays(house, run, /is done|waits for/, patience);
    expect(shown.text).toContain('the rule "sign out administrators"');
    expect(await runsOf(name)).toEqual([run]);
  });

  it('runs what a rule says where an incident is closed, if it is closed so', async () => {
    const { name } = await appearWithCard(house, 'vm-credential-dump');
    await say('adam', `close ${name} false-positive inaccurate-data`);
    await say('adam', `reopen ${name}`);
    expect(await runsOf(name)).toEqual([]);
    await say('adam', `close ${name} true-positive done`);
    const run = await runOf(name);
    await runSays(house, run, /is done|waits for/, patience);
  });

  it('does no more of it in an hour than it may, also where much comes at once', async () => {
    await Promise.all([1, 2, 3, 4].map((n) => happen('ws-till-04', `Till_${n}`)));
    await house.until('all four to be told of', async () => {
      const told = await everything();
      return [1, 2, 3, 4].every((n) => told.includes(`Till_${n} on ws-till-04`));
    });
    const names = new Set((await say('lena', 'find Till_')).match(/INC-\d+/g));
    expect(names.size).toBe(4);
    await house.until(
      'a run of one of them',
      async () => /look into tills/.test(await everything()),
      patience,
    );
    // The rule has looked at all four once another one was looked at that came later.
    const { name } = await appearWithCard(house, 'vm-shadow-copies-deleted');
    await say('adam', `take ${name}`);
    await house.until('it is said', () =>
      house.logged.some(({ msg, rule }) => /as often as it may/.test(msg) && rule === 'look into tills'),
    );
    const asked = (await Promise.all([...names].map(runsOf))).flat();
    expect(asked).toHaveLength(1);
  });

  it('is stopped by a lead for everything, and started again; both on record', async () => {
    expect(await say('lena', 'automation')).toContain('Automation is on: 5 rules.');
    expect(await say('adam', 'automation stop "it scans too much"')).toContain('is for lead, admin');
    expect(await say('lena', 'automation stop "it scans too much"')).toContain('STOPPED by Lena Fischer');
    expect(await say('amara', 'automation')).toContain('it scans too much');

    await happen('vm-fin-03', 'Odd');
    const name = await incidentOn('vm-fin-03');
    // What a person wants is looked at meanwhile; what rules would want is not.
    const own = await askForRun(house, 'adam', `collect-package ${name}`);
    await runSays(house, own, 'waits for', patience);
    expect(await runsOf(name)).toEqual([own]);

    expect(await say('lena', 'automation start')).toContain('Automation is on');
    await happen('vm-fin-03', 'Odd');
    const scan = await runOf(name, own);
    await runSays(house, scan, 'is done', patience);
    const record = await say('marcus', 'audit');
    expect(record).toContain('automation stopped · Lena Fischer · reason it scans too much');
    expect(record).toContain('automation started · Lena Fischer');
  });
});
