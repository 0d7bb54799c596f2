import type { Instant } from './alert.ts';

/**
 * The steps of a proof, in order. `read` is the card looked for in the room, by the mark it was posted with; a platform that
 * gives a bot no way to look proves by its answer alone. `decided` is our own decision, by which a press of a person goes,
 * too, from where it is understood on.
 */
const proofSteps = ['accepted', 'opened', 'posted', 'read', 'decided', 'edited', 'held'] as const;
export type ProofStep = (typeof proofSteps)[number];

/** When each step was seen to be done. */
export type ProofTimes = Partial<Record<ProofStep, Instant>>;

/** One proof that an alert arrives, is shown, decided on and told back. */
export interface Proof {
  number: number;
  /** The time for which it was due. */
  dueAt: Instant;
  rooms: { channel: 'slack' | 'teams'; conversation: string }[];
  times: ProofTimes;
  state: 'running' | 'done' | 'failed';
  /** The step that did not come in time. */
  missing: ProofStep | undefined;
}

export const proofStepInWords: Record<ProofStep, string> = {
  accepted: 'the alert was stored',
  opened: 'its incident was opened',
  posted: 'its card was posted',
  read: 'the card was read back in the room',
  decided: 'it was acknowledged',
  edited: 'the card showed that',
  held: 'its source was told',
};

/** `proof-12`. */
export function proofKey(number: number): string {
  return `proof-${number}`;
}

/** The first step that is not done; `undefined` where all are. */
export function nextStep(times: ProofTimes): ProofStep | undefined {
  return proofSteps.find((step) => times[step] === undefined);
}

/** Whether the next step should have come by now: each has so long from the one before it. */
export function isOverdue({ times }: Pick<Proof, 'times'>, now: Instant, withinSeconds: number): boolean {
  const last = lastTime(times);
  return last !== undefined && Date.parse(now) - Date.parse(last) > withinSeconds * 1_000;
}

function lastTime(times: ProofTimes): Instant | undefined {
  return proofSteps.flatMap((step) => times[step] ?? []).at(-1);
}

/** Seconds from its beginning to each step that is done. */
export function secondsOf({ times }: Pick<Proof, 'times'>): { step: ProofStep; seconds: number }[] {
  const begun = times.accepted;
  if (begun === undefined) return [];
  return proofSteps.flatMap((step) => {
    const at = times[step];
    return at === undefined ? [] : [{ step, seconds: (Date.parse(at) - Date.parse(begun)) / 1_000 }];
  });
}
