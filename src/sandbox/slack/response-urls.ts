import type { Request, Response, Server } from 'restify';
import type { Faults } from '../faults.ts';
import { bodyArgs, flagArg, textArg } from './args.ts';
import { type Draft, readDraft, refuseEmpty } from './draft.ts';
import { newSecret } from './ids.ts';
import { edit, post, whisper } from './methods/chat.ts';
import { SlackRefusal } from './refusal.ts';
import type { Conversation, Workspace } from './workspace.ts';

const USES = 5;
const LIFE_MS = 30 * 60_000;

/** Where an interaction came from, which is where its answers go. */
export interface Place {
  user: string;
  room: Conversation;
  /** The message or ephemeral that was pressed; absent for a command. */
  ts?: string;
}

/** `response_url`s: five answers within thirty minutes, without a token. */
export class ResponseUrls {
  readonly #urls = new Map<string, Place & { madeAt: number; uses: number }>();
  readonly #workspace: Workspace;
  readonly #origin: () => string;
  readonly #now: () => number;

  constructor(workspace: Workspace, origin: () => string, now: () => number) {
    this.#workspace = workspace;
    this.#origin = origin;
    this.#now = now;
  }

  issue(place: Place): string {
    const opaque = newSecret();
    this.#urls.set(opaque, { ...place, madeAt: this.#now(), uses: 0 });
    return `${this.#origin()}/slack/response/${opaque}`;
  }

  mount(plain: Server, faults: Faults): void {
    plain.post(
      '/slack/response/:opaque',
      faults.before('slack'),
      async (request: Request, response: Response) => {
        try {
          const place = this.#use(String(request.params.opaque));
          const body = bodyArgs(request);
          if (!body) throw new SlackRefusal('invalid_payload');
          respond(this.#workspace, place, body);
          response.send(200, { ok: true });
        } catch (error) {
          if (!(error instanceof SlackRefusal)) throw error;
          const gone = error.error === 'used_url' || error.error === 'expired_url';
          response.send(gone ? 404 : 400, { ok: false, error: error.error, ...error.more });
        }
      },
    );
  }

  #use(opaque: string): Place {
    const url = this.#urls.get(opaque);
    if (!url || this.#now() - url.madeAt > LIFE_MS) throw new SlackRefusal('expired_url');
    if (url.uses >= USES) throw new SlackRefusal('used_url');
    url.uses += 1;
    return url;
  }
}

/** Does what an answer asks for; a command's own answer is read the same way. */
export function respond(workspace: Workspace, place: Place, body: Record<string, unknown>) {
  const { room, user, ts } = place;
  const posted = ts ? workspace.message(room.id, ts) : undefined;
  const shown = workspace.ephemerals.find((one) => one.ts === ts && one.channel === room.id);

  if (flagArg(body, 'delete_original')) {
    if (posted) workspace.remove(room, posted.message.ts);
    workspace.ephemerals = workspace.ephemerals.filter((one) => one !== shown);
    return workspace.changed();
  }
  const draft: Draft = readDraft(body, workspace.files);
  refuseEmpty(draft);
  if (flagArg(body, 'replace_original') && posted) return edit(workspace, posted, draft);
  if (flagArg(body, 'replace_original') && shown)
    workspace.ephemerals = workspace.ephemerals.filter((one) => one !== shown);

  const thread = textArg(body, 'thread_ts');
  if (body.response_type === 'in_channel') post(workspace, room, draft, thread);
  else whisper(workspace, room, user, draft, thread);
}
