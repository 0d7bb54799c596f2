import { FarSideError } from '../../errors.ts';
import type { Api } from './api.ts';

/** Who we are in Slack, as `auth.test` tells it. */
export interface Identity {
  botUserId: string;
  botId: string;
  teamId: string;
  /** Empty where the workspace is in no Enterprise organisation. */
  enterpriseId: string;
  /** Empty where Slack does not tell. */
  appId: string;
}

/** Asked for when first needed and kept: a Slack that is down at start is asked again later. */
export interface WhoAmI {
  known(): Identity | undefined;
  /** @throws FarSideError */
  ask(): Promise<Identity>;
}

export function createWhoAmI(api: Api): WhoAmI {
  let identity: Identity | undefined;
  return {
    known: () => identity,
    async ask() {
      identity ??= await fetchIdentity(api);
      return identity;
    },
  };
}

async function fetchIdentity(api: Api): Promise<Identity> {
  const answer = await api.authTest();
  if (!answer.user_id || !answer.bot_id || !answer.team_id)
    throw new FarSideError(
      'slack',
      'auth',
      'SLACK_BOT_TOKEN is no bot token (xoxb-…). Slack → your app → Install App.',
    );
  return {
    botUserId: answer.user_id,
    botId: answer.bot_id,
    teamId: answer.team_id,
    enterpriseId: answer.enterprise_id ?? '',
    appId: answer.app_id ?? '',
  };
}
