import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { databases } from '../../support/databases.ts';
import { appear, appearWithCard, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackCard, slackLog, teamsCard } from '../../support/rooms.ts';
import {
  askForRun,
  doneToMachines,
  hearInSlack,
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
    match: { host: ['vm-pay-web-01', 'vm-fin-07'] },
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
  const runsOf = async (incident: string) =>
    [...new Set((await say('lena', `runs ${incident}`)).match(/RUN-\d+/g))].toSorted();
  /** The first run of an incident that nobody asked for. */
  const runOf = (incident: string) =>
    house.until(`a run of ${incident}`, async () => (await runsOf(incident))[0], patience);

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

  it('waits for the same approval as anybody, is shown with its name, and can be taken back', async () => {
    const name = await house.until('the jump host', async () => {
      const found = await slackCard(house);
      return found?.text.includes('vm-jump-01') ? found.name : undefined;
    });
    const run = await runOf(name);
    const asks = await runSays(house, run, 'waits for');
    expect(asks.text).toContain('the rule "cut off the jump host"');
    expect(await doneToMachines(house, run)).toEqual([]);
    await pressRunInSlack(house, 'olivia', run, 'approve');
    await hearInSlack(house, 'olivia', `${run} needs a lead's yes`);
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
    const till = (n: number) => ({
      source: 'defender',
      push: true,
      body: {
        properties: {
          severity: 'Medium',
          alertType: `Till_${n}`,
          alertDisplayName: `Something is wrong with till ${n}`,
          compromisedEntity: 'ws-till-04',
          entities: [{ $id: 'one', type: 'host', hostName: 'ws-till-04' }],
        },
      },
    });
    await Promise.all([1, 2, 3, 4].map((n) => house.control('POST', '/alerts', till(n))));
    const names = await house.until('four incidents', async () => {
      const list = [...new Set((await say('lena', 'find till')).match(/INC-\d+/g))];
      return list.length === 4 ? list : undefined;
    });
    const asked = async () => (await Promise.all(names.map(runsOf))).flat();
    await house.until('one run', async () => (await asked()).length > 0, patience);
    // The rule has looked at all four once another one was looked at that came later.
    const { name } = await appearWithCard(house, 'vm-shadow-copies-deleted');
    await say('adam', `take ${name}`);
    await house.until('it is said', () =>
      house.logged.some(({ msg, rule }) => /as often as it may/.test(msg) && rule === 'look into tills'),
    );
    expect(await asked()).toHaveLength(1);
  });

  it('is stopped by a lead for everything, and started again; both on record', async () => {
    expect(await say('lena', 'automation')).toContain('Automation is on: 5 rules.');
    expect(await say('adam', 'automation stop "it scans too much"')).toContain('is for lead, admin');
    expect(await say('lena', 'automation stop "it scans too much"')).toContain('STOPPED by Lena Fischer');
    expect(await say('amara', 'automation')).toContain('it scans too much');

    const { name } = await appearWithCard(house, 'vm-malware-cleaned');
    // What a person wants is looked at meanwhile; what rules would want is not.
    const own = await askForRun(house, 'adam', `collect-package ${name}`);
    await runSays(house, own, 'waits for', patience);
    expect(await runsOf(name)).toEqual([own]);

    expect(await say('lena', 'automation start')).toContain('Automation is on');
    await appear(house, 'vm-malware-cleaned');
    const scan = await house.until(
      'the rule to go on',
      async () => (await runsOf(name)).find((run) => run !== own),
      patience,
    );
    await runSays(house, scan, 'is done', patience);
    const record = await say('marcus', 'audit');
    expect(record).toContain('automation-stopped');
    expect(record).toContain('automation-started');
  });
});
