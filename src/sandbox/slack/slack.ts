import type { Server } from 'restify';
import type { Faults } from '../faults.ts';
import { mountControls } from './controls.ts';
import { createCredentials } from './credentials.ts';
import type { FarSide } from './far-side.ts';
import { createProduct } from './product.ts';
import { Rates } from './rates.ts';
import { ResponseUrls } from './response-urls.ts';
import { type SlackState, stateOf } from './state.ts';
import { Triggers } from './triggers.ts';
import { Uploads } from './uploads.ts';
import { mountWebApi } from './web-api.ts';
import { Workspace } from './workspace.ts';

export { signRequest } from './signing.ts';
export type { ShownMessage, SlackState } from './state.ts';

export interface SlackOptions {
  /** Origin of the server that carries the stand-in. */
  origin: () => string;
  /** Origin of the product; requests go to `{productUrl}/slack/events`. */
  productUrl: () => string;
  signingSecret: string;
  botToken: string;
  faults: Faults;
  /** Called after each change. */
  changed: () => void;
  /** Milliseconds since 1970; for triggers, rates, response URLs, message and signature times. */
  now?: () => number;
  /** How long Slack waits for an answer. */
  answerMs?: number;
  /** Waiting times before an event is sent again; Slack's own are 0 s, 1 min and 5 min. */
  retryMs?: readonly number[];
}

export interface SlackStandIn {
  /** Web API, response URLs and controls. The server must have a query and a body parser (`mapParams: false`). */
  mount(plain: Server): void;
  state(): SlackState;
  /** What is in the files that were shown, by id. */
  files(): ReadonlyMap<string, Uint8Array>;
  /** All that Slack keeps, as JSON: messages with their metadata, files. */
  save(): unknown;
  /** Holds what `save` gave, and nothing else. Throws a ZodError, and changes nothing, where it is something else. */
  restore(saved: unknown): void;
}

/** Slack, as strict as Slack, in memory. */
export function createSlack(options: SlackOptions): SlackStandIn {
  const { origin, faults, botToken, signingSecret, changed, now = Date.now } = options;
  const credentials = createCredentials(signingSecret, botToken);
  const workspace = new Workspace(now, changed);
  const triggers = new Triggers(now);
  const uploads = new Uploads(origin);
  const responseUrls = new ResponseUrls(workspace, origin, now);
  const product = createProduct({
    url: options.productUrl,
    signingSecret: credentials.signingSecret,
    now,
    note: (text) => workspace.note(text),
    answerMs: options.answerMs ?? 3_000,
  });
  const far: FarSide = {
    credentials,
    workspace,
    triggers,
    uploads,
    responseUrls,
    product,
    now,
    suggested: new Map(),
    retryMs: options.retryMs ?? [100, 1_000, 3_000],
  };
  return {
    mount(plain) {
      mountWebApi(plain, { slack: far, rates: new Rates(now), credentials, faults });
      responseUrls.mount(plain, faults);
      uploads.mount(plain, faults);
      mountControls(plain, far);
    },
    state: () => stateOf(workspace),
    files: () => workspace.files,
    save: () => workspace.save(),
    restore: (saved) => workspace.restore(saved),
  };
}
