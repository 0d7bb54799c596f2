import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FarSideError } from '../../../src/errors.ts';
import {
  orderOf,
  type PlayStage,
  playbookContract,
  throughStore,
  toTheEnd,
} from '../../contracts/playbook.ts';
import { attacker, entry, startYours, workflow, type Yours } from './stand-in.ts';

const block = entry('block-in-proxy', {
  kind: 'logic-app',
  resource: workflow('block-in-proxy'),
  effect: 'Nobody in the office reaches {target}: {reason}',
  reverse: { name: 'unblock-in-proxy' },
  parameters: [{ name: 'reason', label: 'Reason', required: false, usual: 'attack' }],
  minutes: 60,
});
const unblock = entry('unblock-in-proxy', {
  kind: 'logic-app',
  resource: workflow('unblock-in-proxy'),
  title: 'Unblock at the proxy',
  effect: '{target} is reached again.',
});
const lock = entry('lock-tills', { kind: 'logic-app', resource: workflow('lock-tills') });

const context = (now = new Date()) => ({ now, signal: AbortSignal.timeout(20_000) });

function stageOf(yours: Yours, name: string, entries = [block, unblock, lock]): PlayStage {
  return {
    play: yours.play(name, entries),
    target: attacker,
    farSide: {
      state: () => [...yours.apps.blocked],
      effects: yours.runs,
      settle: () => yours.pass(2_000),
    },
    refusals: [],
    stop: yours.stop,
  };
}

const instead = (stage: PlayStage, yours: Yours, app: string) => {
  stage.play = yours.play('block-in-proxy', [
    entry('block-in-proxy', { kind: 'logic-app', resource: workflow(app) }),
  ]);
};

describe('a Logic App that is called', () => {
  playbookContract(async () => {
    const yours = await startYours();
    const deny = (action: string) => () => yours.apps.guard.deny(action);
    return {
      ...stageOf(yours, 'block-in-proxy'),
      refusals: [
        {
          when: 'it is disabled',
          arrange: (stage) => instead(stage, yours, 'old-block'),
          says: /old-block is disabled/,
        },
        {
          when: 'it begins with something else',
          arrange: (stage) => instead(stage, yours, 'collect-evidence'),
          says: /does not begin with "When a HTTP request is received"/,
        },
        {
          when: 'it takes no signatures',
          arrange: (stage) => instead(stage, yours, 'block-by-entra'),
          says: /Allow SAS/,
        },
        {
          when: 'it is gone',
          arrange: (stage) => instead(stage, yours, 'gone'),
          says: /There is no gone any more/,
        },
        {
          when: 'it may not be read',
          arrange: deny('Microsoft.Logic/workflows/read'),
          says: /does not let Watchfloor do that with block-in-proxy/,
        },
        {
          when: 'its address may not be had',
          arrange: deny('Microsoft.Logic/workflows/triggers/listCallbackUrl/action'),
          says: /does not let Watchfloor/,
          at: 'act',
        },
      ],
    };
  });
});

describe('a run of a Logic App', () => {
  let yours: Yours;
  beforeAll(async () => {
    yours = await startYours();
  });
  afterAll(() => yours.stop());
  const stage = (name: string): PlayStage => stageOf(yours, name);
  let runs = 0;
  const fresh = (name: string) => {
    runs += 1;
    return { ...orderOf(stage(name)), run: `00000000-0000-4000-8000-${String(runs).padStart(12, '0')}` };
  };

  it('is said in the words of the settings, and so is how it is taken back', () => {
    const { effect, reverse, lasts } = stage('block-in-proxy').play;
    expect(effect(attacker, {})).toBe('Nobody in the office reaches 198.51.100.201: attack.');
    expect(effect(attacker, { reason: 'the board' })).toContain('the board');
    expect(reverse?.title).toBe('Unblock at the proxy');
    expect(reverse?.effect(attacker)).toBe('198.51.100.201 is reached again.');
    expect(lasts?.minutes).toBe(60);
  });

  it('is told whom it is about, what was filled in, and why', async () => {
    await toTheEnd(stage('block-in-proxy'), 'act', {
      ...fresh('block-in-proxy'),
      parameters: { reason: 'botnet' },
    });
    expect(yours.apps.all()[0]).toMatchObject({
      trackingId: '00000000-0000-4000-8000-000000000001',
      outputs: {
        body: {
          run: 'RUN-7',
          target: { kind: 'ip', address: '198.51.100.201', text: '198.51.100.201' },
          parameters: { reason: 'botnet' },
          note: expect.stringContaining('Adam Keller'),
        },
      },
    });
  });

  it('that fails half way says which of its steps were done and which failed', async () => {
    const failed = await toTheEnd(stage('lock-tills'), 'act', fresh('lock-tills'));
    expect(failed).toMatchObject({
      state: 'failed',
      says: expect.stringMatching(
        /^lock-tills failed\. An action failed\..* Look at its run 0858\d+CU07 in Azure\.$/,
      ),
      outputs: [
        {
          label: 'Steps that failed',
          text: 'Lock till server 2: The server till-02.contoso.com did not answer.',
        },
        { label: 'Steps that were done', text: 'Lock till server 1' },
        {
          label: 'lock-tills in Azure',
          url: expect.stringMatching(/^https:\/\/portal\.azure\.com\/#resource\/subscriptions\//),
        },
      ],
    });
  });

  it.each([
    ['Cancelled', 'was cancelled'],
    ['TimedOut', 'did not end in time'],
  ] as const)('that ended as %s is said to have failed', async (end, says) => {
    yours.apps.endNextAs(end);
    const step = await toTheEnd(stage('block-in-proxy'), 'act', fresh('block-in-proxy'));
    expect(step).toMatchObject({ state: 'failed', says: expect.stringContaining(says) });
  });

  it('whose answer was lost is looked for and not begun again', async () => {
    const order = fresh('block-in-proxy');
    const before = yours.runs();
    yours.loseAnswerTo(/^POST .*invoke/);
    const lost = await stage('block-in-proxy').play.act(order, context());
    expect(lost).toMatchObject({ state: 'under-way', says: 'It has been called.' });
    const done = await toTheEnd(stage('block-in-proxy'), 'act', order);
    expect(done.state).toBe('done');
    expect(yours.runs()).toBe(before + 1);
  });

  it('that never shows itself is given up after five minutes, and not begun again', async () => {
    const order = fresh('block-in-proxy');
    const { play } = stage('block-in-proxy');
    const handle = throughStore({ called: new Date().toISOString() });
    const before = yours.runs();
    const later = (minutes: number) => context(new Date(Date.now() + minutes * 60_000));
    expect(await play.act({ ...order, handle }, later(4))).toMatchObject({ state: 'under-way' });
    expect(await play.act({ ...order, handle }, later(6))).toMatchObject({
      state: 'failed',
      says: expect.stringContaining('Look at its history in Azure'),
    });
    expect(yours.runs()).toBe(before);
  });

  it('keeps its address to itself, in whatever goes wrong', async () => {
    const order = fresh('block-in-proxy');
    const { play } = stage('block-in-proxy');
    const kept = [
      JSON.stringify(await play.look(order, context())),
      JSON.stringify(await play.act(order, context())),
    ];
    expect(kept.join()).not.toMatch(/sig=|invoke/);
    const elsewhere = `https://evil.example/workflows/x/triggers/manual/paths/invoke?sig=a-secret`;
    const wrong = `${yours.endpoint}/workflows/block-in-proxy/triggers/manual/paths/invoke?sig=a-secret`;
    for (const address of [elsewhere, wrong, 'nonsense a-secret']) {
      const failure = await yours.hands.signed
        .post(address, {}, { headers: {}, signal: AbortSignal.timeout(5_000) })
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(FarSideError);
      expect(String(failure)).not.toContain('a-secret');
    }
  });
});

describe('the stand-in for Logic Apps', () => {
  let yours: Yours;
  beforeAll(async () => {
    yours = await startYours();
  });
  afterAll(() => yours.stop());
  const arm = async (method: string, path: string) =>
    fetch(`${yours.endpoint}${path}`, {
      method,
      headers: { authorization: `Bearer ${await yours.token()}` },
    });
  const version = 'api-version=2019-05-01';
  const address = async (): Promise<string> => {
    const answer = await arm(
      'POST',
      `${workflow('block-in-proxy')}/triggers/manual/listCallbackUrl?${version}`,
    );
    return ((await answer.json()) as { value: string }).value;
  };

  it('takes a call with its signature, and none with a wrong one or with a token besides', async () => {
    const url = await address();
    const post = async (to: string, headers: Record<string, string> = {}) =>
      (await fetch(to, { method: 'POST', headers })).status;
    expect(await post(url, { authorization: `Bearer ${await yours.token()}` })).toBe(401);
    expect(await post(url.replace(/sig=.*/, 'sig=AAAA'))).toBe(401);
    expect(await post(url.replace('block-in-proxy', 'unblock-in-proxy'))).toBe(401);
    expect(yours.runs()).toBe(0);
    expect(await post(url)).toBe(202);
  });

  it('knows the vendor’s filters and versions, and no others', async () => {
    const runs = `${workflow('block-in-proxy')}/runs`;
    const status = async (query: string) => (await arm('GET', `${runs}?${query}`)).status;
    expect(await status(`${version}&$filter=Status eq 'Running'&$top=1`)).toBe(200);
    expect(await status(`${version}&$filter=name eq 'x'`)).toBe(400);
    expect(await status('api-version=2020-01-01')).toBe(400);
    expect(await status('')).toBe(400);
    expect((await arm('GET', `${workflow('gone')}?${version}`)).status).toBe(404);
    expect(
      (await arm('POST', `${workflow('block-in-proxy')}/triggers/other/listCallbackUrl?${version}`)).status,
    ).toBe(404);
  });
});
