import type { FaultKind } from '../../src/sandbox/faults.ts';
import { actAtRandom, keepActing } from './acts.ts';
import type { Fault, Setting } from './fault.ts';
import { openLedger } from './ledger.ts';
import { settle, type Tally } from './settle.ts';
import { openStage } from './stage.ts';

interface Trouble extends Pick<Fault, 'quick'> {
  name: string;
  kind: FaultKind;
  ms?: number;
  /** The call may have been done all the same; in Teams each can double one message. */
  inDoubt: boolean;
}

const troubles: Trouble[] = [
  { name: 'throttled', kind: 'throttled', ms: 1_000, inDoubt: false, quick: true },
  { name: 'throttled-untold', kind: 'throttled-untold', inDoubt: false },
  { name: 'failing', kind: 'failing', inDoubt: false },
  // Longer than we wait for any of them.
  { name: 'timeout', kind: 'slow', ms: 11_000, inDoubt: true },
  { name: 'reset', kind: 'reset', inDoubt: true },
  { name: 'half-answer', kind: 'half-answer', inDoubt: true },
  { name: 'lost-answer', kind: 'lost-answer', inDoubt: true, quick: true },
];

/** Slack, Teams and Azure all answer a third of the calls in this way while people work. */
export const answerFaults: Fault[] = troubles.map((trouble, n) => ({
  name: `answers-${trouble.name}`,
  on: [n % 2 === 0 ? 'PostgreSQL' : 'embedded'],
  ...(trouble.quick && { quick: true }),
  run: (setting) => answerBadly(setting, trouble),
}));

const hitsInTeams = 3;

async function answerBadly({ create, roll }: Setting, { kind, ms, inDoubt }: Trouble): Promise<Tally> {
  const stage = await openStage(await create(), { rooms: 4 });
  const ledger = openLedger(4);
  try {
    for (const side of ['slack', 'azure', 'teams']) {
      // In Teams few calls, so that what may be doubled can be counted.
      const share = side === 'teams' ? { count: hitsInTeams } : { rate: 0.3, seed: roll(10_000) };
      await stage.control('POST', '/faults', { side, kind, ...(ms && { ms }), ...share });
    }
    const acts = await keepActing(stage, ledger, roll, {
      milliseconds: 10_000,
      everyMs: 500,
      acts: [actAtRandom],
    });
    for (const side of ['slack', 'azure', 'teams'])
      await stage.control('POST', '/faults', { side, kind: 'none' });
    const done = `a third of all calls ${kind}, during ${acts} acts`;
    return await settle(stage, ledger, done, { crashes: inDoubt ? hitsInTeams : 0 });
  } finally {
    await stage.close();
  }
}
