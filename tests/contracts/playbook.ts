import { expect, it } from 'vitest';
import { FarSideError, Refused } from '../../src/errors.ts';
import type { Subject } from '../../src/incident/enrichment.ts';
import type { Order, Playbook, PlayContext, Prospect, Step } from '../../src/playbooks/playbook.ts';

/** A playbook and the far side that it is done to. */
export interface PlayStage {
  play: Playbook;
  target: Subject;
  parameters?: Record<string, string>;
  minutes?: number;
  farSide: {
    /** All that the far side holds and a run could change, as JSON; what only logs that something happened is left out. */
    state(): Promise<unknown> | unknown;
    /** How often it began to do something, of which a second time would be felt: isolations begun, jobs started. */
    effects(): Promise<number> | number;
    /** Work that the far side does by itself goes on and ends. */
    settle?(): Promise<void> | void;
  };
  /** What the far side may say no to: how it comes to that, and the sentence that a person reads. */
  refusals: {
    when: string;
    arrange(stage: PlayStage): Promise<void> | void;
    says: RegExp;
    at?: 'look' | 'act';
  }[];
  stop(): Promise<void>;
}

const context = (): PlayContext => ({ now: new Date(), signal: AbortSignal.timeout(20_000) });
const run = '7d0c7c1e-3b7a-4c56-9d4e-0f3f6f4f2a11';

export const orderOf = ({ target, play, parameters, minutes }: PlayStage, memory?: unknown): Order => ({
  run,
  name: 'RUN-7',
  target,
  parameters: {
    ...Object.fromEntries(play.parameters.map(({ name, usual }) => [name, usual])),
    ...parameters,
  },
  minutes: minutes ?? play.lasts?.minutes,
  note: 'Watchfloor RUN-7 (INC-1042) for Adam Keller, approved by Lena Fischer: reverse shell',
  memory: throughStore(memory),
  handle: undefined,
});

/** What is kept between two calls has been a text in the database. */
export const throughStore = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));

/** Goes on until it is no longer under way, as whoever runs it does. */
export async function toTheEnd(
  stage: PlayStage,
  what: 'act' | 'undo',
  order: Order,
): Promise<Exclude<Step, { state: 'under-way' }> & { order: Order }> {
  let now = { ...order, handle: undefined as unknown };
  for (let tries = 0; tries < 50; tries += 1) {
    const step = await stage.play[what]?.(now, context());
    if (!step) throw new Error(`${stage.play.name} has no ${what}.`);
    if (step.state !== 'under-way') {
      return { ...step, order: { ...now, memory: throughStore(step.memory ?? now.memory) } };
    }
    expect(step.says).not.toBe('');
    now = { ...now, handle: throughStore(step.handle) };
    await stage.farSide.settle?.();
  }
  throw new Error(`${stage.play.name} is under way for ever.`);
}

const look = async (stage: PlayStage): Promise<Prospect> => stage.play.look(orderOf(stage), context());

/** What every playbook holds to. `open` gives a new stage each time. */
export function playbookContract(open: () => Promise<PlayStage>): void {
  const on = (work: (stage: PlayStage) => Promise<void>) => async () => {
    const stage = await open();
    try {
      await work(stage);
    } finally {
      await stage.stop();
    }
  };

  it(
    'says what it does, to what, at which risk, and what it needs for it',
    on(async ({ play, target }) => {
      expect(play.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
      expect(play.about).toContain(target.kind);
      expect(play.concerns?.(target) ?? true).toBe(true);
      expect(play.effect(target, {})).toMatch(/\S.*\.$/);
      expect([play.title, play.api, play.permission]).not.toContain('');
      expect(play.undo !== undefined).toBe(play.reverse !== undefined);
      if (play.lasts) expect(play.lasts.minutes).toBeLessThanOrEqual(play.lasts.mostMinutes);
    }),
  );

  it(
    'shows how it is now and changes nothing by looking',
    on(async (stage) => {
      const before = throughStore(await stage.farSide.state());
      const { facts, memory } = await look(stage);
      expect(facts.length).toBeGreaterThan(0);
      expect(facts.length).toBeLessThanOrEqual(6);
      expect(JSON.stringify(memory ?? null).length).toBeLessThan(32_768);
      expect(throughStore(await stage.farSide.state())).toEqual(before);
      expect(await stage.farSide.effects()).toBe(0);
    }),
  );

  it(
    'does it, and where it can be taken back leaves nothing behind when it is',
    on(async (stage) => {
      const before = throughStore(await stage.farSide.state());
      const { memory } = await look(stage);
      const done = await toTheEnd(stage, 'act', orderOf(stage, memory));
      expect(done).toMatchObject({ state: 'done', says: expect.stringMatching(/\S/) });
      expect(await stage.farSide.effects()).toBeGreaterThan(0);
      if (!stage.play.undo) return;
      expect(throughStore(await stage.farSide.state())).not.toEqual(before);
      const undone = await toTheEnd(stage, 'undo', done.order);
      expect(undone).toMatchObject({ state: 'done' });
      expect(JSON.stringify(await stage.farSide.state())).toBe(JSON.stringify(before));
      // Once more, as after a crash before anybody had written it down.
      expect(await toTheEnd(stage, 'undo', done.order)).toMatchObject({ state: 'done' });
      expect(JSON.stringify(await stage.farSide.state())).toBe(JSON.stringify(before));
    }),
  );

  it(
    'done twice for one run is done once',
    on(async (stage) => {
      const { memory } = await look(stage);
      const order = orderOf(stage, memory);
      // Killed after it began and before what it left was written down.
      await stage.play.act(order, context());
      await toTheEnd(stage, 'act', order);
      const effects = await stage.farSide.effects();
      const state = throughStore(await stage.farSide.state());
      await toTheEnd(stage, 'act', order);
      expect(await stage.farSide.effects()).toBe(effects);
      expect(effects).toBe(1);
      expect(throughStore(await stage.farSide.state())).toEqual(state);
    }),
  );

  it(
    'tells what the far side refuses in a sentence that one can act on',
    on(async (stage) => {
      for (const { when, says, at = 'look' } of stage.refusals) {
        const fresh = await open();
        try {
          const memory = at === 'act' ? (await look(fresh)).memory : undefined;
          await fresh.refusals.find((one) => one.when === when)?.arrange(fresh);
          const work = at === 'look' ? look(fresh) : toTheEnd(fresh, 'act', orderOf(fresh, memory));
          const outcome = await work.then(
            (step) => ('says' in step && step.state === 'failed' ? step.says : 'nothing was refused'),
            (error: unknown) => {
              if (error instanceof Refused || error instanceof FarSideError) return error.message;
              throw error;
            },
          );
          expect(outcome, when).toMatch(says);
        } finally {
          await fresh.stop();
        }
      }
      expect(stage.refusals.length).toBeGreaterThan(0);
    }),
  );
}
