import { randomUUID } from 'node:crypto';
import restify, { type Request, type Response, type Server } from 'restify';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import { type Identity, recognise } from './door-access.ts';
import { type LogControls, mountLogControls, type SeenQuery, usualControls } from './door-controls.ts';
import { metadataOf } from './door-metadata.ts';
import {
  badValue,
  bodyOf,
  gatewayTimeout,
  LogsRefusal,
  noAccess,
  noSuchWorkspace,
  refusalOf,
} from './door-refusal.ts';
import {
  type GivenQuery,
  type Preferences,
  preferences,
  type QueryPath,
  readPath,
  readQuery,
} from './door-request.ts';
import { readTimespan } from './door-timespan.ts';
import { Turns } from './door-turns.ts';
import { findWorkspace, type Workspace, workspaces } from './tables-workspaces.ts';
import { LogEngine, TookTooLong } from './worker-engine.ts';
import type { Happened, Held, LogQuery } from './worker-query.ts';

/** Stand-in for the query API of Log Analytics. */
export interface Logs {
  /** Adds `/v1/…` to the TLS server. */
  mount(secure: Server): void;
  /** Adds the calls of docs/sandbox.md that concern logs; the server needs restify's body parser. */
  mountControls(plain: Server): void;
  stop(): Promise<void>;
}

interface LogsOptions {
  entra: Entra;
  faults: Faults;
  /** Sample alerts that were sent: their stories lie just before them. */
  happened: () => Happened[];
  changed: () => void;
}

const MOST_SEEN = 200;

export function createLogs({ entra, faults, happened, changed }: LogsOptions): Logs {
  const engine = new LogEngine();
  let controls: LogControls = usualControls;
  const turns = new Turns(() => controls.fairness);
  const seen: SeenQuery[] = [];
  let held: Held | undefined;

  async function answer(request: Request, response: Response): Promise<void> {
    response.header('x-ms-request-id', randomUUID());
    try {
      const identity = await recognise(request.headers.authorization, entra);
      const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
      const asked = readPath(url.pathname, request.method ?? '');
      if (asked.what === 'metadata') {
        const found = reach(asked.workspace, []);
        // Whoever asks what there is will ask for it next.
        engine.warm();
        response.send(200, metadataOf(found));
        return;
      }
      const given = readQuery(request, url);
      const found =
        asked.resource === undefined ? reach(asked.workspace, given.workspaces ?? []) : [...workspaces];
      const text = await ask(identity, asked, given, found, preferences(request));
      response.sendRaw(200, text, { 'content-type': 'application/json; charset=utf-8' });
    } catch (failure) {
      if (!(failure instanceof LogsRefusal)) throw failure;
      if (failure.retryAfter !== undefined) response.header('Retry-After', String(failure.retryAfter));
      response.send(failure.status, bodyOf(failure));
    }
  }

  async function ask(
    identity: Identity,
    asked: QueryPath,
    given: GivenQuery,
    found: Workspace[],
    { wait, withStatistics, withRender }: Preferences,
  ): Promise<string> {
    const start = Date.now();
    const one: SeenQuery = {
      at: new Date(start).toISOString(),
      text: given.query,
      identity,
      kind: asked.what,
      workspaces: asked.resource === undefined ? found.map(({ name }) => name) : [],
      resource: asked.resource ?? '',
      timespan: given.timespan ?? '',
      waitSeconds: wait,
      status: 'waiting',
      rows: 0,
      milliseconds: 0,
    };
    seen.unshift(one);
    seen.length = Math.min(seen.length, MOST_SEEN);
    changed();
    const giveBack = await turns.take(identity.oid, asked.what).catch((failure: Error) => {
      one.status = 429;
      throw failure;
    });
    try {
      one.status = 'running';
      changed();
      const span = readTimespan(given.timespan, start);
      if (asked.what === 'search' && !span) {
        throw badValue('MissingTimespan', 'A search needs a timespan');
      }
      const until = Date.now() + wait * 1_000;
      await pause(Math.min(controls.slowMs, wait * 1_000));
      if (Date.now() >= until) throw gatewayTimeout();
      const query: LogQuery = {
        text: given.query,
        now: Date.now(),
        span,
        workspaces: found.map(({ id }) => id),
        resource: asked.resource,
        kind: asked.what,
        mostRows: controls.mostRows,
        mostBytes: controls.mostBytes,
        isPartial: takePartial(),
        withStatistics: withStatistics || asked.what === 'search',
        withRender,
        happened: happened(),
      };
      const result = await engine.ask(query, until - Date.now());
      if (result.kind === 'refused') throw refusalOf(result.fault);
      held = result.held;
      one.rows = result.rows;
      one.status = 200;
      return result.body;
    } catch (failure) {
      const refusal = failure instanceof TookTooLong ? gatewayTimeout() : failure;
      one.status = refusal instanceof LogsRefusal ? refusal.status : 500;
      throw refusal;
    } finally {
      one.milliseconds = Date.now() - start;
      giveBack();
      changed();
    }
  }

  function takePartial(): boolean {
    const isPartial = controls.partial > 0;
    if (isPartial) controls = { ...controls, partial: controls.partial - 1 };
    return isPartial;
  }

  /** The workspace of the path and those of the body, which one must be allowed to read all of. */
  function reach(first: string, others: string[]): Workspace[] {
    const found = [first, ...others].map((id) => {
      const workspace = findWorkspace(id);
      if (!workspace) throw noSuchWorkspace(id);
      return workspace;
    });
    if (found.some(({ name }) => controls.closed.includes(name))) throw noAccess();
    return [...new Set(found)];
  }

  return {
    mount(secure) {
      const chain = [
        faults.before('azure'),
        ...[restify.plugins.bodyParser({ mapParams: false })].flat(),
        answer,
      ];
      secure.get('/v1/*', chain);
      secure.post('/v1/*', chain);
    },
    mountControls(plain) {
      mountLogControls(plain, {
        seen: () => seen,
        held: () => held,
        controls: () => controls,
        set: (given) => {
          controls = given;
          changed();
        },
      });
    },
    stop: () => engine.stop(),
  };
}

const pause = (milliseconds: number) =>
  new Promise<void>((resolve) => (milliseconds > 0 ? setTimeout(resolve, milliseconds) : resolve()));
