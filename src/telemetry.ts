import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { FarSideError } from './errors.ts';
import { watchEventLoop } from './event-loop.ts';
import type { Log } from './log.ts';
import { inSpan } from './trace.ts';

/**
 * Numbers of this process for Prometheus. Durations are in seconds; a source, channel or queue is said by its own
 * name, so that there are only few of each. docs/operations.md lists every metric.
 */
export interface Telemetry {
  registry: Registry;
  /** Alerts that came in: stored, the very same as before and not stored again, or stored and not understood. */
  countAlerts(source: string, outcome: AlertOutcome, count?: number): void;
  /** A card, log or summary shows its newest version. */
  countShown(channel: string, part: ShownPart): void;
  /** A new alert's first card is posted: seconds since the alert was stored. */
  timeToCard(channel: string, seconds: number): void;
  /** A post that may have happened was looked for: found, or posted (again). */
  countInDoubt(channel: string, outcome: 'found' | 'posted'): void;
  /** A press, dialog or word got its answer: seconds since the request came. */
  timeToAnswer(channel: string, seconds: number): void;
  /** A source was made to hold what people decided: seconds since they did. */
  timeToHeld(source: string, seconds: number): void;
  /** A proof that alerts arrive ended: every step was seen, or one was missing. */
  countProof(outcome: 'delivered' | 'missing'): void;
  /** A step of a proof was seen: seconds since its alert was stored. */
  timeToProof(step: string, seconds: number): void;
  /** Work that nobody will try again by himself: a queue's name, `write-back` or `card`. */
  countGivenUp(work: string): void;
  /** Makes a call to a vendor, with its duration, its outcome and a span. `call` is a method's name, never an address. */
  callFarSide<T>(side: FarSideError['side'], call: string, work: () => Promise<T>): Promise<T>;
  /** Lets go of the event loop. */
  stop(): void;
}

export type CallFarSide = Telemetry['callFarSide'];

const alertOutcomes = ['accepted', 'repeated', 'refused'] as const;
export type AlertOutcome = (typeof alertOutcomes)[number];
export type ShownPart = 'card' | 'log' | 'summary';

/** They are there from the start as zero: Prometheus sees no increase in a series that begins with 1. */
const everGivenUp = ['card', 'write-back', 'reread'];

/** From a post beside an idle database up to a throttled room in a storm. */
const toCard = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600];
/** Slack waits 3 s for an answer, Teams 5. */
const toAnswer = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 4, 5, 10];
/** Tries go on for about a day. */
const toHeld = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600, 3_600, 21_600, 86_400];
const ofCalls = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** One registry of its own, the process's own numbers among them, and a watch on the event loop. */
export function createTelemetry(log: Log): Telemetry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) =>
    new Counter({ name: `watchfloor_${name}`, help, labelNames, registers: [registry] });
  const histogram = <L extends string>(name: string, help: string, labelNames: L[], buckets: number[]) =>
    new Histogram({ name: `watchfloor_${name}`, help, labelNames, buckets, registers: [registry] });

  const alerts = counter('alerts_total', 'Alerts that came in, by what became of them.', [
    'source',
    'outcome',
  ]);
  const shown = counter('shown_total', 'Cards, logs and summaries posted or edited.', ['channel', 'part']);
  const inDoubt = counter('posts_in_doubt_total', 'Posts that may have happened, by what was found.', [
    'channel',
    'outcome',
  ]);
  const givenUp = counter('given_up_total', 'Work that nobody will try again by himself.', ['work']);
  const card = histogram('alert_to_card_seconds', 'From alert stored to first card.', ['channel'], toCard);
  const answer = histogram(
    'answer_seconds',
    'From a request of a person to its answer.',
    ['channel'],
    toAnswer,
  );
  const held = histogram('decision_to_source_seconds', 'From decision to source.', ['source'], toHeld);
  const calls = histogram('far_side_call_seconds', 'Calls to vendors.', ['side', 'outcome'], ofCalls);
  const proofs = counter('proofs_total', 'Proofs that alerts arrive, by how they ended.', ['outcome']);
  const proof = histogram('proof_seconds', 'From a made-up alert to each step of it.', ['step'], toCard);
  for (const outcome of ['delivered', 'missing'] as const) proofs.inc({ outcome }, 0);
  for (const work of everGivenUp) givenUp.inc({ work }, 0);

  const stop = watchEventLoop(registry, log);
  return {
    registry,
    countAlerts(source, outcome, count = 1) {
      for (const each of alertOutcomes) alerts.inc({ source, outcome: each }, each === outcome ? count : 0);
    },
    countShown: (channel, part) => shown.inc({ channel, part }),
    countInDoubt: (channel, outcome) => inDoubt.inc({ channel, outcome }),
    countProof: (outcome) => proofs.inc({ outcome }),
    timeToProof: (step, seconds) => proof.observe({ step }, seconds),
    countGivenUp: (work) => givenUp.inc({ work }),
    timeToCard: (channel, seconds) => card.observe({ channel }, seconds),
    timeToAnswer: (channel, seconds) => answer.observe({ channel }, seconds),
    timeToHeld: (source, seconds) => held.observe({ source }, seconds),
    callFarSide: (side, call, work) =>
      inSpan(`${side} ${call}`, {}, async () => {
        const end = calls.startTimer({ side });
        try {
          const answer = await work();
          end({ outcome: 'ok' });
          return answer;
        } catch (error) {
          // What is no far side's failure is ours: drawn over a limit, a bug.
          end({ outcome: error instanceof FarSideError ? error.reason : 'fault' });
          throw error;
        }
      }),
    stop,
  };
}
