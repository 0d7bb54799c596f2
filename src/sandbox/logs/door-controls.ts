import type { Server } from 'restify';
import { z } from 'zod';
import type { Identity } from './door-access.ts';
import { azureFairness, type Fairness } from './door-turns.ts';
import type { Held } from './worker-query.ts';

/** A query as the console and tests see it. */
export interface SeenQuery {
  at: string;
  text: string;
  identity: Identity;
  kind: 'query' | 'search';
  /** Names. */
  workspaces: string[];
  resource: string;
  timespan: string;
  waitSeconds: number;
  status: 'waiting' | 'running' | number;
  rows: number;
  milliseconds: number;
}

/** What the logs are made to do. */
export interface LogControls {
  /** Each query takes at least so long. */
  slowMs: number;
  /** So many of the next answers are partial. */
  partial: number;
  mostRows: number;
  mostBytes: number;
  /** Names of workspaces that nobody may read. */
  closed: string[];
  fairness: Fairness;
}

export const usualControls: LogControls = {
  slowMs: 0,
  partial: 0,
  mostRows: 500_000,
  mostBytes: 104_857_600,
  closed: [],
  fairness: azureFairness,
};

const count = (most: number) => z.number().int().min(0).max(most).optional();
const toSet = z.strictObject({
  slowMs: count(600_000),
  partial: count(1_000),
  mostRows: count(500_000),
  mostBytes: count(104_857_600),
  closed: z.array(z.string()).optional(),
  running: count(100),
  runningSearches: count(100),
  waiting: count(10_000),
  waitMs: count(600_000),
  requests: count(100_000),
  retryAfter: count(600),
});

interface Controlled {
  seen(): SeenQuery[];
  /** Of the thread, since its last answer. */
  held(): Held | undefined;
  controls(): LogControls;
  set(controls: LogControls): void;
}

/** `POST /api/logs/control` starts from the usual settings each time, so that `{}` makes all well again. */
export function mountLogControls(plain: Server, { seen, held, controls, set }: Controlled): void {
  plain.get('/api/logs/state', async (_request, response) => {
    response.send(200, { queries: seen(), held: held() ?? null, controls: controls() });
  });
  plain.post('/api/logs/control', async (request, response) => {
    const asked = toSet.safeParse(request.body ?? {});
    if (!asked.success) return void response.send(400, { error: z.prettifyError(asked.error) });
    const { slowMs, partial, mostRows, mostBytes, closed, ...fairness } = defined(asked.data);
    set({
      ...usualControls,
      ...defined({ slowMs, partial, mostRows, mostBytes, closed }),
      fairness: { ...azureFairness, ...fairness },
    });
    response.send(200, controls());
  });
}

/** Without what is undefined, which would win over the usual in a spread. */
function defined<T extends object>(given: T): { [key in keyof T]?: Exclude<T[key], undefined> } {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as {
    [key in keyof T]?: Exclude<T[key], undefined>;
  };
}
