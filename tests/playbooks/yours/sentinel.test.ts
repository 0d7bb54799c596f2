import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Order, Playbook } from '../../../src/playbooks/playbook.ts';
import { orderOf, type PlayStage, playbookContract, toTheEnd } from '../../contracts/playbook.ts';
import {
  atSentinel,
  entry,
  incidentName,
  ourIncident,
  startYours,
  workflow,
  type Yours,
} from './stand-in.ts';

const collect = entry('collect-evidence', {
  kind: 'sentinel',
  resource: workflow('collect-evidence'),
  effect: 'The logs of {target} are kept.',
  about: ['incident'],
});
const quiet = entry('collect-quietly', {
  ...collect,
  name: 'collect-quietly',
  resource: workflow('collect-quietly'),
});

const context = (now = new Date()) => ({ now, signal: AbortSignal.timeout(20_000) });
const later = (milliseconds: number) => context(new Date(Date.now() + milliseconds));

/** Whoever runs it says where the incident is at Sentinel. */
const atIncident = (play: Playbook, addresses: readonly string[] = [atSentinel]): Playbook => ({
  ...play,
  look: (order, context) => play.look({ ...order, addresses }, context),
  act: (order, context) => play.act({ ...order, addresses }, context),
});

const stageOf = (yours: Yours, of = collect): PlayStage => ({
  play: atIncident(yours.play(of.name, [of])),
  target: ourIncident,
  farSide: {
    state: () => yours.comments().map(() => 'a comment'),
    effects: yours.runs,
    settle: () => yours.pass(1_000),
  },
  refusals: [],
  stop: yours.stop,
});

describe('a playbook of Sentinel', () => {
  playbookContract(async () => {
    const yours = await startYours();
    const instead = (name: string) => (stage: PlayStage) => {
      stage.play = atIncident(yours.play('x', [{ ...collect, name: 'x', resource: workflow(name) }]));
    };
    return {
      ...stageOf(yours),
      refusals: [
        {
          when: 'nothing of the incident comes from Sentinel',
          arrange: (stage) => {
            stage.play = atIncident(yours.play(collect.name, [collect]), ['/subscriptions/x/alerts/1']);
          },
          says: /INC-1042 has no incident at Sentinel/,
        },
        {
          when: 'Sentinel has deleted the incident',
          arrange: (stage) => {
            const gone = atSentinel.replace(incidentName, 'gone');
            stage.play = atIncident(yours.play(collect.name, [collect]), [gone]);
          },
          says: /Sentinel does not know INC-1042 any more/,
        },
        {
          when: 'it has another trigger',
          arrange: instead('block-in-proxy'),
          says: /"Microsoft Sentinel incident"/,
        },
        {
          when: 'we may not run it',
          arrange: () => yours.apps.guard.deny('Microsoft.SecurityInsights/incidents/runPlaybook/action'),
          says: /does not let Watchfloor/,
          at: 'act',
        },
      ],
    };
  });
});

describe('a run that Sentinel began', () => {
  let yours: Yours;
  beforeEach(async () => {
    yours = await startYours();
  });
  afterEach(() => yours.stop());

  const looked = async (stage: PlayStage): Promise<Order> =>
    orderOf(stage, (await stage.play.look(orderOf(stage), context())).memory);
  const handleOf = (step: Awaited<ReturnType<Playbook['act']>>): unknown =>
    step.state === 'under-way' ? step.handle : undefined;

  it('comments on the incident there, and is found by it', async () => {
    const stage = stageOf(yours);
    const done = await toTheEnd(stage, 'act', await looked(stage));
    expect(done).toMatchObject({ state: 'done', says: 'collect-evidence has done it.' });
    expect(yours.comments()).toEqual([expect.stringMatching(/^Evidence is kept as/)]);
  });

  it('is not one that was begun on another incident', async () => {
    const stage = stageOf(yours);
    const order = await looked(stage);
    const app = yours.apps.find(workflow('collect-evidence'));
    if (!app) throw new Error('There is no collect-evidence.');
    const other = { object: { id: atSentinel.replace(incidentName, 'other'), name: 'other' } };
    yours.apps.begin(app, { headers: {}, body: other });
    yours.pass(10_000);
    await toTheEnd(stage, 'act', order);
    expect(yours.comments()).toHaveLength(1);
    expect(yours.runs()).toBe(2);
  });

  it('is found by its beginning alone where the Logic App tells nothing', async () => {
    const stage = stageOf(yours, quiet);
    const done = await toTheEnd(stage, 'act', await looked(stage));
    expect(done.state).toBe('done');
    expect(yours.runs()).toBe(1);
  });

  it('is not asked for before it is written down that it will be', async () => {
    const stage = stageOf(yours);
    const order = await looked(stage);
    const first = await stage.play.act(order, context());
    expect(first).toMatchObject({ state: 'under-way', handle: { intent: expect.any(String) }, againMs: 0 });
    expect(yours.runs()).toBe(0);
    await stage.play.act({ ...order, handle: handleOf(first) }, context());
    expect(yours.runs()).toBe(1);
  });

  it('is waited for where somebody may have asked for it and died', async () => {
    const stage = stageOf(yours);
    const order = await looked(stage);
    const handle = handleOf(await stage.play.act(order, context()));
    // Asked, and the answer never written down; the run is not to be seen yet.
    await stage.play.act({ ...order, handle }, context());
    const again = await stage.play.act({ ...order, handle }, later(10_000));
    expect(again).toMatchObject({
      state: 'under-way',
      handle,
      says: expect.stringContaining('asked already'),
    });
    yours.pass(1_000);
    const found = await stage.play.act({ ...order, handle }, later(20_000));
    expect(handleOf(found)).toEqual({ run: expect.stringMatching(/^0858/) });
    expect(yours.runs()).toBe(1);
  });

  it('is asked for anew where a minute shows that nobody had asked', async () => {
    const stage = stageOf(yours);
    const order = await looked(stage);
    const handle = handleOf(await stage.play.act(order, context()));
    const again = await stage.play.act({ ...order, handle }, later(61_000));
    expect(handleOf(again)).not.toEqual(handle);
    await stage.play.act({ ...order, handle: handleOf(again) }, later(62_000));
    expect(yours.runs()).toBe(1);
  });

  it('that never shows itself is given up, and not asked for again', async () => {
    const stage = stageOf(yours);
    const order = await looked(stage);
    const handle = { intent: new Date().toISOString(), asked: true };
    expect(await stage.play.act({ ...order, handle }, later(60_000))).toMatchObject({ state: 'under-way' });
    expect(await stage.play.act({ ...order, handle }, later(301_000))).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('no run was seen for five minutes'),
    });
    expect(yours.runs()).toBe(0);
  });

  it('is waited for where Sentinel’s answer was lost', async () => {
    const stage = stageOf(yours);
    const order = await looked(stage);
    const handle = handleOf(await stage.play.act(order, context()));
    yours.loseAnswerTo(/^POST .*runPlaybook/);
    const asked = await stage.play.act({ ...order, handle }, context());
    expect(handleOf(asked)).toMatchObject({ asked: true });
    yours.pass(10_000);
    expect(await stage.play.act({ ...order, handle: handleOf(asked) }, context())).toMatchObject({
      state: 'done',
    });
    expect(yours.runs()).toBe(1);
  });
});
