import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FarSide, FaultKind } from '../../../src/sandbox/faults.ts';
import { databases } from '../../support/databases.ts';
import { appearWithCard, typeInSlack } from '../../support/hands.ts';
import { type House, openHouse } from '../../support/house.ts';
import { slackLog } from '../../support/rooms.ts';
import { askForRun, doneToMachines, pressRunInSlack, runSays } from '../../support/runs.ts';
import { writeSettings } from '../../support/settings.ts';

/** Whoever asks says yes, and nobody but runs talks to Azure. */
const settings = () =>
  writeSettings((all) => {
    Object.assign(Object(all.playbooks), { approval: [{ name: 'drill', needs: 'own' }] });
  });
const patience = 60_000;

describe.each(databases)('runs while far sides are ill, on $name', { timeout: 150_000 }, (kind) => {
  let house: House;
  let incident: string;
  beforeAll(async () => {
    house = await openHouse(kind, { WATCHFLOOR_CONFIG: settings(), POLL_SECONDS: '3600' });
    incident = (await appearWithCard(house, 'vm-reverse-shell')).name;
  });
  afterEach(async () => {
    await heal('azure');
    await heal('graph');
  });
  afterAll(() => house.close());

  const fault = (side: FarSide, kind: FaultKind, ms = 2_000) =>
    house.control('POST', '/faults', { side, kind, ms });
  const heal = (side: FarSide) => fault(side, 'none');
  const say = (as: string, words: string) => typeInSlack(house, as, words);
  async function want(words: string): Promise<string> {
    const run = await askForRun(house, 'adam', words);
    await runSays(house, run, 'waits for');
    return run;
  }
  const begin = (run: string) => pressRunInSlack(house, 'adam', run, 'confirm');

  it('takes its time where Azure does', async () => {
    await fault('azure', 'slow', 1_500);
    const run = await want(`scan-machine ${incident}`);
    await begin(run);
    await runSays(house, run, 'is done', patience);
    expect(await doneToMachines(house, run)).toEqual(['RunAntiVirusScan']);
  });

  it.each([
    ['fails', 'failing', 'Azure does not answer'],
    ['throttles', 'throttled', 'Azure wants us to wait'],
    ['drops connections', 'reset', 'Azure does not answer'],
    ['does what is asked and does not say so', 'lost-answer', 'Azure does not answer'],
    ['says half of it', 'half-answer', 'Azure does not answer'],
  ] as const)('says so and goes on by itself where Azure %s', async (_what, kind, says) => {
    const run = await want(`isolate-machine ${incident}`);
    await fault('azure', kind);
    await begin(run);
    const waits = await runSays(house, run, says, patience);
    expect(waits.text).toContain('Trying again in');
    await heal('azure');
    await runSays(house, run, 'stands until', patience);
    expect(await doneToMachines(house, run)).toEqual(['Isolate']);

    await fault('azure', kind);
    await say('adam', `undo ${run}`);
    await runSays(house, run, new RegExp(`is being taken back[\\s\\S]*${says}`), patience);
    await heal('azure');
    await runSays(house, run, 'is taken back', patience);
    expect(await doneToMachines(house, run)).toEqual(['Unisolate', 'Isolate']);
  });

  it('says so where nobody can see yet how things are, and goes on by itself', async () => {
    await fault('azure', 'failing');
    const run = await askForRun(house, 'adam', `scan-machine ${incident}`);
    await runSays(house, run, /is being looked at[\s\S]*Azure does not answer/, patience);
    await heal('azure');
    await runSays(house, run, 'waits for', patience);
  });

  it('gives up to look where that takes too long, and says so', async () => {
    await fault('azure', 'failing');
    const run = await askForRun(house, 'adam', `scan-machine ${incident}`);
    const over = await runSays(house, run, 'failed', 120_000);
    expect(over.text).toContain('Azure does not answer');
    await house.until('the log to say so', async () =>
      (await slackLog(house, incident))?.text.includes(`${run} (Scan a machine · vm-pay-web-01) failed`),
    );
    expect(await doneToMachines(house, run)).toEqual([]);
  });

  it('says so and goes on by itself where Graph is ill', async () => {
    const { name } = await appearWithCard(house, 'identity-employee-sign-in');
    const run = await askForRun(house, 'lena', `disable-user ${name} --target adam@contoso.com`);
    await runSays(house, run, 'waits for');
    await fault('graph', 'lost-answer');
    await pressRunInSlack(house, 'lena', run, 'confirm');
    await runSays(house, run, /Trying again in/, patience);
    await heal('graph');
    await runSays(house, run, 'stands until', patience);
    await fault('graph', 'throttled');
    await say('lena', `undo ${run}`);
    await runSays(house, run, 'Azure wants us to wait', patience);
    await heal('graph');
    await runSays(house, run, 'is taken back', patience);
  });

  it.each([
    ['fails', 'Failed', 'Defender for Endpoint failed at the isolation of vm-pay-web-01'],
    ['gives up', 'TimeOut', 'gave up the isolation of vm-pay-web-01'],
  ])('ends as failed where Defender %s', async (_what, ends, says) => {
    const run = await want(`isolate-machine ${incident}`);
    await house.control('POST', '/machine-actions/next', { ends });
    await begin(run);
    const over = await runSays(house, run, 'failed', patience);
    expect(over.text).toContain(says);
    expect(over.text).not.toContain('stands until');
    expect(await doneToMachines(house, run)).toEqual(['Isolate']);
  });

  it('says what was done where it is half done', async () => {
    const run = await want(`lock-tills ${incident}`);
    await begin(run);
    const over = await runSays(house, run, 'failed', patience);
    expect(over.text).toMatch(/till/i);
  });

  it('ends as failed where Azure ends its work half-way, and can be taken back', async () => {
    const run = await want(`stop-vm ${incident} --target vm-pay-web-01`);
    await house.control('POST', '/azure/work', { fails: 'The host is being serviced.' });
    await begin(run);
    const over = await runSays(house, run, 'failed', patience);
    expect(over.text).toContain('The host is being serviced.');
    await pressRunInSlack(house, 'adam', run, 'undo');
    await runSays(house, run, 'is taken back', patience);
  });

  it('names what is missing where it is not allowed to', async () => {
    const { name } = await appearWithCard(house, 'identity-mfa-fatigue');
    const run = await want(`disable-user ${name} --target adm-keller@contoso.com`);
    await begin(run);
    const over = await runSays(house, run, 'failed', patience);
    expect(over.text).toContain('User.EnableDisableAccount.All');

    const scan = await want(`scan-machine ${incident}`);
    await fault('azure', 'revoked');
    await begin(scan);
    const refused = await runSays(house, scan, 'failed', patience);
    expect(refused.text).toMatch(/not allowed to do that[\s\S]*Machine\.Scan/);
    expect(await doneToMachines(house, scan)).toEqual([]);
  });
});
