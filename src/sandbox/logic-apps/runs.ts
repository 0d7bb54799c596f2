import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto';
import type { IncidentRecord } from '../azure/incidents.ts';
import { armTime } from '../azure/times.ts';
import { Guard } from '../resources/guard.ts';
import { type LogicApp, logicApps, nameOf, type Step } from './estate.ts';

/** A run, as far as it is not a matter of time: what it was given, and when it began. */
export interface Run {
  name: string;
  app: LogicApp;
  trackingId: string;
  beganAt: number;
  /** Not in the history before. */
  shownAt: number;
  /** What its trigger was given. */
  outputs: { headers: Record<string, string>; body: unknown };
  /** How it ends where a control said so. */
  ends: RunEnd | undefined;
  /** Steps whose deeds are done. */
  done: number;
}

export const runEnds = ['Succeeded', 'Failed', 'Cancelled', 'TimedOut'] as const;
export type RunEnd = (typeof runEnds)[number];

/** What the steps of Logic Apps change elsewhere. */
interface Deeds {
  now: () => number;
  /** Of the one workspace, by its name. */
  incident(name: string): IncidentRecord | undefined;
  comment(incident: IncidentRecord, by: string, message: string): void;
}

const stepMs = 1_500;
/** Until a run that Sentinel began is in the history. */
const lagMs = 1_000;

/** The Logic Apps of Contoso, and their runs; all is in memory. */
export class LogicApps {
  readonly guard = new Guard();
  /** Addresses that the proxy lets nobody reach. */
  readonly blocked = new Set<string>();
  readonly #deeds: Deeds;
  readonly #runs: Run[] = [];
  readonly #key = randomBytes(32);
  #nextEnd: RunEnd | undefined;

  constructor(deeds: Deeds) {
    this.#deeds = deeds;
  }

  find(id: string): LogicApp | undefined {
    return logicApps.find((app) => app.id.toLowerCase() === id.toLowerCase());
  }

  incident(name: string): IncidentRecord | undefined {
    return this.#deeds.incident(name);
  }

  begin(app: LogicApp, outputs: Run['outputs'], trackingId?: string): Run {
    const beganAt = this.#deeds.now();
    // The vendor's run ids fall with time, so that the newest comes first.
    const name = `0858${String(9_999_999_999_999 - beganAt)}${String(999 - (this.#runs.length % 1_000)).padStart(3, '0')}CU07`;
    const run: Run = {
      name,
      app,
      trackingId: trackingId || name,
      beganAt,
      shownAt: beganAt + (app.trigger.kind === 'Sentinel' ? lagMs : 0),
      outputs,
      ends: this.#nextEnd,
      done: 0,
    };
    this.#nextEnd = undefined;
    this.#runs.unshift(run);
    return run;
  }

  /** Those in the history, newest first, with what they have done by now. */
  runsOf(app: LogicApp): Run[] {
    for (const run of this.#runs) this.#goOn(run);
    return this.#runs.filter((run) => run.app === app && run.shownAt <= this.#deeds.now());
  }

  /** All that ever began. */
  all(): readonly Run[] {
    return this.#runs;
  }

  endNextAs(end: RunEnd): void {
    this.#nextEnd = end;
  }

  /** Good for that path alone. */
  sign(path: string): string {
    return createHmac('sha256', this.#key).update(path).digest('base64url');
  }

  isSigned(path: string, signature: string): boolean {
    const [given, own] = [Buffer.from(signature), Buffer.from(this.sign(path))];
    return given.length === own.length && timingSafeEqual(given, own);
  }

  /** Where the run is now: how many steps are over, and how it ended if it did. */
  stand(run: Run): { over: number; status: RunEnd | 'Running'; endedAt: string | undefined } {
    const bad = badStep(run);
    const last = bad < 0 ? run.app.steps.length : bad + 1;
    const over = Math.min(Math.floor((this.#deeds.now() - run.beganAt) / stepMs), last);
    if (over < last) return { over, status: 'Running', endedAt: undefined };
    const status = bad < 0 ? 'Succeeded' : (run.ends ?? 'Failed');
    return { over, status, endedAt: armTime(new Date(run.beganAt + over * stepMs)) };
  }

  #goOn(run: Run): void {
    const { over } = this.stand(run);
    for (; run.done < over; run.done += 1) {
      const step = run.app.steps[run.done];
      if (step && run.done !== badStep(run)) this.#do(step, run);
    }
  }

  #do({ deed }: Step, { outputs, app }: Run): void {
    switch (deed) {
      case 'block':
        this.blocked.add(targetIn(outputs.body));
        return;
      case 'unblock':
        this.blocked.delete(targetIn(outputs.body));
        return;
      case 'comment': {
        const record = this.incident(incidentIn(outputs.body));
        if (record) this.#deeds.comment(record, nameOf(app), `Evidence is kept as ${randomUUID()}.zip.`);
        return;
      }
      case undefined:
        return;
    }
  }
}

/** The step at which it ends badly, which does nothing; -1 where there is none. A control has it end half way. */
function badStep({ app, ends }: Run): number {
  if (ends === 'Succeeded') return -1;
  return ends ? Math.min(1, app.steps.length - 1) : app.steps.findIndex(({ fails }) => fails);
}

/** What a Logic App of Contoso takes from what it is sent. */
function targetIn(body: unknown): string {
  const { target } = body as { target?: { text?: unknown } };
  return String(target?.text ?? '');
}

function incidentIn(body: unknown): string {
  const { object } = body as { object?: { name?: unknown } };
  return String(object?.name ?? '');
}
