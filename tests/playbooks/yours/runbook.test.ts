import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { YourPlaybook } from '../../../src/playbooks/yours/your-playbook.ts';
import { orderOf, type PlayStage, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import { entry, payWeb, runbook, startYours, type Yours } from './stand-in.ts';

const triage = entry('collect-triage', {
  kind: 'runbook',
  resource: runbook('Collect-Triage'),
  about: ['machine'],
  parameters: [
    {
      name: 'scope',
      label: 'Scope',
      required: true,
      usual: 'processes',
      choices: [
        { value: 'processes', label: 'Processes' },
        { value: 'everything', label: 'Everything' },
      ],
    },
  ],
});
const only = (name: string, more: Partial<YourPlaybook> = {}) =>
  entry('collect-triage', { kind: 'runbook', resource: runbook(name), about: ['machine'], ...more });

const stageOf = (yours: Yours, of: YourPlaybook = triage): PlayStage => ({
  play: yours.play(of.name, [of]),
  target: payWeb,
  farSide: { state: () => [], effects: () => yours.jobs.all().length, settle: () => yours.pass(1_000) },
  refusals: [],
  stop: yours.stop,
});

const context = () => ({ now: new Date(), signal: AbortSignal.timeout(20_000) });

describe('a runbook', () => {
  playbookContract(async () => {
    const yours = await startYours();
    const instead = (name: string) => (stage: PlayStage) => {
      stage.play = yours.play('collect-triage', [only(name)]);
    };
    return {
      ...stageOf(yours),
      refusals: [
        {
          when: 'it was never published',
          arrange: instead('Stop-Everything'),
          says: /Stop-Everything has never been published/,
        },
        {
          when: 'it is written in Python',
          arrange: instead('collect_triage'),
          says: /whose parameters have no names/,
        },
        {
          when: 'it wants what nobody says',
          arrange: instead('Reset-TillAccounts'),
          says: /wants Store, which nobody says/,
        },
        { when: 'it is gone', arrange: instead('Gone'), says: /There is no Gone any more/ },
        {
          when: 'we may start no jobs',
          arrange: () => yours.jobs.guard.deny('Microsoft.Automation/automationAccounts/jobs/write'),
          says: /does not let Watchfloor do that with Collect-Triage/,
          at: 'act',
        },
      ],
    };
  });
});

describe('a job of a runbook', () => {
  let yours: Yours;
  beforeAll(async () => {
    yours = await startYours();
  });
  afterAll(() => yours.stop());
  let runs = 0;
  const fresh = (stage: PlayStage) => {
    runs += 1;
    return { ...orderOf(stage), run: `00000000-0000-4000-8000-${String(runs).padStart(12, '0')}` };
  };

  it('has the id of the run, is told what it has parameters for, and its output is shown', async () => {
    const stage = stageOf(yours);
    const order = fresh(stage);
    const done = await toTheEnd(stage, 'act', { ...order, parameters: { scope: 'everything' } });
    expect(yours.jobs.all()).toEqual([
      {
        name: order.run,
        runbook: 'Collect-Triage',
        parameters: { Target: 'vm-pay-web-01', Scope: 'everything', Note: order.note },
      },
    ]);
    expect(done).toMatchObject({
      state: 'done',
      says: 'Collect-Triage has run to its end.',
      outputs: [
        { label: 'Output', text: expect.stringContaining('Collecting everything from vm-pay-web-01') },
        { label: 'Collect-Triage in Azure', url: expect.stringContaining('/runbooks/Collect-Triage') },
      ],
    });
  });

  it('is told a text that looks like JSON as the text that it is', async () => {
    const stage = stageOf(yours);
    await toTheEnd(stage, 'act', { ...fresh(stage), parameters: { scope: '["a"]' } });
    expect(yours.jobs.all().at(-1)?.parameters.Scope).toBe('["a"]');
  });

  it('that fails says why, and what it had done by then', async () => {
    const stage = stageOf(
      yours,
      only('Reset-TillAccounts', {
        parameters: [{ name: 'store', label: 'Store', required: true, usual: 'Mainz' }],
      }),
    );
    const failed = await toTheEnd(stage, 'act', fresh(stage));
    expect(failed).toMatchObject({
      state: 'failed',
      says: expect.stringContaining(
        'Reset-TillAccounts failed. The account till-03@contoso.com does not exist.',
      ),
      outputs: [
        { label: 'Output', text: 'till-01: reset\r\ntill-02: reset' },
        { label: 'Errors', text: expect.stringContaining('does not exist') },
        { label: 'Reset-TillAccounts in Azure' },
      ],
    });
  });

  it('whose answer was lost is found by its id', async () => {
    const stage = stageOf(yours);
    const order = fresh(stage);
    yours.loseAnswerTo(/^PUT .*jobs/);
    const before = yours.jobs.all().length;
    expect(await stage.play.act(order, context())).toMatchObject({ state: 'under-way' });
    expect(yours.jobs.all()).toHaveLength(before + 1);
  });

  it('warns of what the settings ask for and the runbook has no parameter for', async () => {
    const stage = stageOf(yours, {
      ...triage,
      parameters: [...triage.parameters, { name: 'depth', label: 'Depth', required: false, usual: '' }],
    });
    const { warning, facts } = await stage.play.look(orderOf(stage), context());
    expect(warning).toBe('It has no parameter Depth: that is not passed on.');
    expect(facts).toContainEqual({ label: 'Is told', value: 'target, scope, note' });
  });
});
