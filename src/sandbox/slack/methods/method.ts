import type { Args } from '../args.ts';
import type { JsonObject } from '../json.ts';
import type { Triggers } from '../triggers.ts';
import type { Uploads } from '../uploads.ts';
import type { Workspace } from '../workspace.ts';

export interface Slack {
  workspace: Workspace;
  triggers: Triggers;
  uploads: Uploads;
  now: () => number;
}

/** One Web API method: what it answers beside `ok: true`. Throws a SlackRefusal. */
export type Method = (slack: Slack, args: Args) => JsonObject;
