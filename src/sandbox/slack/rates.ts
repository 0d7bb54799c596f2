import { textIn } from './json.ts';

/** `burst` calls at once, then `perMinute`. Tiers of docs.slack.dev/apis/web-api/rate-limits. */
interface Rate {
  burst: number;
  perMinute: number;
}

const tier2: Rate = { burst: 20, perMinute: 20 };
const tier3: Rate = { burst: 50, perMinute: 50 };
const tier4: Rate = { burst: 100, perMinute: 100 };
const special: Rate = { burst: 300, perMinute: 600 };

const rates: Record<string, Rate> = {
  'api.test': tier4,
  'auth.test': special,
  // One a second in each channel; Slack tolerates short bursts.
  'chat.postMessage': { burst: 3, perMinute: 60 },
  'chat.update': tier3,
  'chat.delete': tier3,
  'chat.postEphemeral': tier4,
  'chat.getPermalink': special,
  'conversations.info': tier3,
  'conversations.history': tier3,
  'conversations.replies': tier3,
  'conversations.open': tier3,
  'conversations.members': tier4,
  'users.info': tier4,
  'users.list': tier2,
  'users.lookupByEmail': tier3,
  'files.getUploadURLExternal': tier4,
  'files.completeUploadExternal': tier4,
  'team.info': tier3,
  'views.open': tier4,
  'views.update': tier4,
  'views.publish': tier4,
  'views.push': tier4,
};

/** One token bucket a method, and for posting one a channel. */
export class Rates {
  readonly #now: () => number;
  readonly #buckets = new Map<string, { tokens: number; at: number }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Seconds to wait (`Retry-After`), or nothing when the call may go on. */
  take(method: string, args: Record<string, unknown>): number | undefined {
    const rate = rates[method];
    if (!rate) return undefined;
    const key = method === 'chat.postMessage' ? `${method} ${textIn(args.channel)}` : method;
    const perMs = rate.perMinute / 60_000;
    const bucket = this.#buckets.get(key) ?? { tokens: rate.burst, at: this.#now() };
    const tokens = Math.min(rate.burst, bucket.tokens + (this.#now() - bucket.at) * perMs);
    const allowed = tokens >= 1;
    this.#buckets.set(key, { tokens: allowed ? tokens - 1 : tokens, at: this.#now() });
    return allowed ? undefined : Math.max(1, Math.ceil((1 - tokens) / perMs / 1_000));
  }
}
