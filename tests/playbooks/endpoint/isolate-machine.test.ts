import { describe, expect, it, onTestFinished } from 'vitest';
import { createIsolateMachine } from '../../../src/playbooks/isolate-machine.ts';
import { orderOf, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { allRoles } from '../../sandbox/defender-endpoint-stand-in.ts';
import { aiming, context, type EndpointStage, machine, openStage, refusedOfMachines } from './stage.ts';

async function open(options: Parameters<typeof openStage>[1] = {}): Promise<EndpointStage> {
  const stage = await openStage(createIsolateMachine, options);
  stage.refusals.push(
    ...refusedOfMachines,
    {
      when: 'somebody isolated it before',
      arrange: aiming(machine('vm-fin-05')),
      says: /^vm-fin-05 is isolated already: by lena@contoso\.com on .* UTC \(Asked for by the SOC\)/,
    },
    {
      when: 'a Linux machine is to be isolated in part',
      arrange: (stage) => {
        stage.parameters = { type: 'selective' };
      },
      says: /^Selective isolation is for Windows and macOS, and this is Ubuntu/,
    },
  );
  return stage;
}
/** One that goes when the test does. */
async function stageFor(options: Parameters<typeof openStage>[1] = {}) {
  const stage = await open(options);
  onTestFinished(() => stage.stop());
  return stage;
}
const lookAt = (stage: EndpointStage) => stage.play.look(orderOf(stage), context());
const isolate = async (stage: EndpointStage) =>
  toTheEnd(stage, 'act', orderOf(stage, (await lookAt(stage)).memory));

describe('isolating a machine', () => {
  playbookContract(open);

  it('shows how the machine is, and warns of what rests on it', async () => {
    const stage = await stageFor({ target: machine('vm-dc-01') });
    const { facts, warning } = await lookAt(stage);
    expect(facts).toEqual([
      { label: 'Isolation', value: 'none known' },
      { label: 'Sensor', value: 'Onboarded, Active' },
      { label: 'Last full report', value: expect.stringMatching(/^20\d\d-\d\d-\d\d \d\d:\d\d UTC$/) },
      { label: 'Operating system', value: 'WindowsServer2022 21H2' },
      { label: 'Tags', value: 'Tier 0' },
      { label: 'Device value', value: 'High' },
    ]);
    expect(warning).toBe(
      'It is tagged "Tier 0": sign-ins of the whole organisation may rest on it. It is a server (WindowsServer2022): all who use it lose it.',
    );
  });

  it('warns of nothing where a laptop is meant, and tells who released it before', async () => {
    const stage = await stageFor({ target: machine('vm-fin-03') });
    const { facts, warning } = await lookAt(stage);
    expect(warning).toBe('');
    expect(facts[0]?.value).toMatch(/^none, released by lena@contoso\.com on /);
  });

  it('says so where nothing but the name tells that it is the one', async () => {
    const stage = await stageFor({
      target: machine('nb-marsh', '/subscriptions/x/virtualMachines/nb-marsh'),
    });
    expect((await lookAt(stage)).warning).toMatch(/found by its name alone/);
  });

  it('knows the one that was set up anew from what is left of it', async () => {
    const stage = await stageFor({ target: machine('vm-jump-01') });
    expect(await isolate(stage)).toMatchObject({ state: 'done' });
    expect(await stage.deeds()).toMatchObject([{ type: 'Isolate', status: 'Succeeded' }]);
  });

  it('leaves who asked, who approved and why with Defender', async () => {
    const stage = await stageFor({ target: machine('vm-fin-07'), parameters: { type: 'selective' } });
    const { says } = await isolate(stage);
    expect(says).toMatch(/^vm-fin-07 is isolated: it reaches nothing but .*Outlook and Teams/);
    const [deed] = await stage.deeds();
    expect(deed).toMatchObject({ type: 'Isolate', scope: 'Selective' });
    expect(deed?.requestorComment).toMatch(/^Watchfloor RUN-7 \(INC-1042\) for Adam Keller/);
  });

  it('says how far it is', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    expect(await stage.play.act(order, context())).toMatchObject({
      state: 'under-way',
      says: 'Defender for Endpoint took on the isolation of vm-pay-web-01; the machine has not answered yet.',
    });
    stage.side.pass(1_000);
    expect(await stage.play.act(order, context())).toMatchObject({
      state: 'under-way',
      says: 'The isolation of vm-pay-web-01 is under way.',
    });
    stage.side.pass(1_000);
    expect(await stage.play.act(order, context())).toEqual({
      state: 'done',
      says: 'vm-pay-web-01 is isolated: it reaches nothing but Defender for Endpoint.',
    });
  });

  it.each([
    ['Failed', /^Defender for Endpoint failed at the isolation of vm-pay-web-01\..*Action center/],
    ['TimeOut', /^The machine did not answer, .* gave up the isolation of vm-pay-web-01/],
  ] as const)('tells what to do where it ends as %s half-way', async (end, says) => {
    const stage = await stageFor();
    stage.side.actions.endNextAs(end);
    expect(await isolate(stage)).toMatchObject({ state: 'failed', says: expect.stringMatching(says) });
    expect(await stage.farSide.state()).not.toContain('vm-pay-web-01');
  });

  it('tells who cancelled it in the portal', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    const step = await stage.play.act(order, context());
    const handle = step.state === 'under-way' ? step.handle : undefined;
    const id = String(Reflect.get(Object(handle), 'action'));
    stage.side.actions.cancel(id, 'maria@contoso.com', 'The till has to go on', stage.side.now());
    expect(await stage.play.act({ ...order, handle }, context())).toEqual({
      state: 'failed',
      says: 'maria@contoso.com cancelled the isolation of vm-pay-web-01 in Defender: The till has to go on',
    });
  });

  it('is done once where the answer was lost on its way', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    // As its seed has it: the read comes back, the change does not.
    stage.side.faults.set('azure', { kind: 'lost-answer', rate: 0.5 });
    await expect(stage.play.act(order, context())).rejects.toMatchObject({ reason: 'unavailable' });
    stage.side.faults.set('azure', { kind: 'none' });
    expect(await toTheEnd(stage, 'act', order)).toMatchObject({ state: 'done' });
    expect(stage.side.actions.count).toBe(1);
  });

  it('is begun once where two go at it at once', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    const both = await Promise.allSettled([
      stage.play.act(order, context()),
      stage.play.act(order, context()),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { reason: 'conflict' },
    });
    expect(await toTheEnd(stage, 'act', order)).toMatchObject({ state: 'done' });
    expect(stage.side.actions.count).toBe(1);
  });

  it('is not done over an isolation that somebody else began since it was looked at', async () => {
    const stage = await stageFor();
    const { memory } = await lookAt(stage);
    await stage.somebody('isolate');
    await expect(toTheEnd(stage, 'act', orderOf(stage, memory))).rejects.toThrow(
      /^vm-pay-web-01 is being isolated already: by .*\(Called by the owner\)/,
    );
    expect(stage.side.actions.count).toBe(1);
  });

  it('takes no other run for its own', async () => {
    const stage = await stageFor();
    await stage.somebody('isolate', {
      Comment: 'Watchfloor RUN-71 (INC-1042) [0d9b3f64-90f5-4f0a-a6a6-7a3b1f0f6a52]',
    });
    stage.side.pass(2_000);
    await expect(lookAt(stage)).rejects.toThrow(/is isolated already: by .*RUN-71/);
  });

  it('names the role that is missing', async () => {
    const stage = await stageFor({ roles: allRoles.filter((role) => role !== 'Machine.Isolate') });
    await expect(isolate(stage)).rejects.toThrow(
      /^Defender for Endpoint forbids it.*grant it to our application.*API required roles: Machine\.Isolate/,
    );
  });
});

describe('releasing a machine', () => {
  const release = (stage: EndpointStage, order: Awaited<ReturnType<typeof isolate>>['order']) =>
    toTheEnd(stage, 'undo', order);

  it('is left alone where somebody released it before', async () => {
    const stage = await stageFor();
    const { order } = await isolate(stage);
    await stage.somebody('unisolate');
    stage.side.pass(2_000);
    expect(await release(stage, order)).toMatchObject({ state: 'done' });
    expect((await stage.deeds()).map(({ type }) => type)).toEqual(['Unisolate', 'Isolate']);
  });

  it('leaves an isolation that is not its own', async () => {
    const stage = await stageFor();
    const { order } = await isolate(stage);
    await stage.somebody('unisolate');
    stage.side.pass(2_000);
    await stage.somebody('isolate');
    stage.side.pass(2_000);
    expect(await release(stage, order)).toMatchObject({
      state: 'done',
      says: expect.stringMatching(
        /^vm-pay-web-01 stays isolated: by .*\(Called by the owner\)\. That is not ours/,
      ),
    });
    expect(await stage.farSide.state()).toContain('vm-pay-web-01');
  });

  it('cancels an isolation that the machine has not heard of', async () => {
    const stage = await stageFor();
    const order = orderOf(stage, (await lookAt(stage)).memory);
    await stage.play.act(order, context());
    expect(await release(stage, order)).toMatchObject({
      state: 'done',
      says: 'The isolation of vm-pay-web-01 was cancelled before the machine had heard of it.',
    });
    expect(await stage.deeds()).toMatchObject([{ type: 'Isolate', status: 'Cancelled' }]);
    expect(await release(stage, order)).toMatchObject({ state: 'done' });
  });

  it('can be tried again where it failed', async () => {
    const stage = await stageFor();
    const { order } = await isolate(stage);
    stage.side.actions.endNextAs('Failed');
    expect(await release(stage, order)).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(/failed at the release of vm-pay-web-01/),
    });
    expect(await release(stage, order)).toMatchObject({ state: 'done' });
    expect(await stage.farSide.state()).not.toContain('vm-pay-web-01');
  });
});
