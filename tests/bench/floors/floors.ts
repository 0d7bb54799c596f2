import path from 'node:path';
import { type Child, launch } from '../child.ts';
import { signingSecret, teamsApp, tenantId } from '../company.ts';
import type { FarSide } from '../far-side/far-side.ts';

/** What is compared with: the same path through bare parts, each in a process of its own. */
export interface Floors {
  /** Keeps what comes. */
  durable: Child;
  /** The frameworks alone, which keep nothing. */
  bolt: Child;
  botbuilder: Child;
  stop(): Promise<void>;
}

export async function startFloors(
  { folder, chat }: FarSide,
  database: Record<string, string>,
): Promise<Floors> {
  const log = path.join(folder, 'floors.log');
  const durable = await launch({ file: 'floors/durable.ts', env: { ...database, CHAT: chat.url }, log });
  const bolt = await launch({ file: 'floors/bolt.ts', env: { SLACK_SIGNING_SECRET: signingSecret }, log });
  const botbuilder = await launch({
    file: 'floors/botbuilder.ts',
    env: {
      TEAMS_APP_ID: teamsApp.clientId,
      TEAMS_APP_SECRET: teamsApp.secret,
      AZURE_TENANT_ID: tenantId,
      TEAMS_OPENID_METADATA_URL: `${chat.url}/teams/openid`,
    },
    log,
  });
  return {
    durable,
    bolt,
    botbuilder,
    async stop() {
      await Promise.all([durable.stop(), bolt.stop(), botbuilder.stop()]);
    },
  };
}
