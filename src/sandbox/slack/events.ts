import { setTimeout as sleep } from 'node:timers/promises';
import type { FarSide } from './far-side.ts';
import { bot, newId, team, VERIFICATION_TOKEN } from './ids.ts';
import type { JsonObject } from './json.ts';
import type { Answer } from './product.ts';

/** Sends an event, and again up to three times where it is not answered with 2xx in time. @returns the first status */
export async function sendEvent(far: FarSide, event: JsonObject): Promise<number> {
  const raw = JSON.stringify({
    token: VERIFICATION_TOKEN,
    team_id: team.id,
    context_team_id: team.id,
    context_enterprise_id: null,
    api_app_id: bot.app,
    event,
    type: 'event_callback',
    event_id: newId('Ev'),
    event_time: Math.floor(far.now() / 1_000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: bot.user,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
    event_context: newId('EC'),
  });
  const what = `Event ${String(event.type)}`;
  const first = await far.product.ask(what, raw, 'application/json');
  void sendAgain(far, what, raw, first);
  return first.status;
}

async function sendAgain(far: FarSide, what: string, raw: string, first: Answer): Promise<void> {
  let last = first;
  for (const [n, wait] of far.retryMs.entries()) {
    const taken = last.status >= 200 && last.status < 300;
    if (taken || last.headers.get('x-slack-no-retry') === '1') return;
    await sleep(wait, undefined, { ref: false });
    last = await far.product.ask(`${what}, attempt ${n + 2}`, raw, 'application/json', {
      'X-Slack-Retry-Num': String(n + 1),
      'X-Slack-Retry-Reason': last.late
        ? 'http_timeout'
        : last.status === 0
          ? 'connection_failed'
          : 'http_error',
    });
  }
}
