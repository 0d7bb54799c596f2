import path from 'node:path';
import { type Child, launch } from '../child.ts';
import { signingSecret, teamsApp, tenantId } from '../company.ts';
import type { FarSide } from '../far-side.ts';

/** What is compared with: the same path through bare parts, each in a process of its own. */
export interface Floors {
  alerts: Child;
  bolt: Child;
  botbuilder: Child;
  stop(): Promise<void>;
}

export async function startFloors(farSide: FarSide, database: Record<string, string>): Promise<Floors> {
  const log = path.join(farSide.folder, 'floors.log');
  // One after the other, so that each one's start is timed alone.
  const alerts = await launch({
    file: 'floors/alerts.ts',
    env: { ...database, SINK: farSide.sink.url },
    log,
  });
  const bolt = await launch({ file: 'floors/bolt.ts', env: { SLACK_SIGNING_SECRET: signingSecret }, log });
  const botbuilder = await launch({
    file: 'floors/botbuilder.ts',
    env: {
      TEAMS_APP_ID: teamsApp.clientId,
      TEAMS_APP_SECRET: teamsApp.secret,
      AZURE_TENANT_ID: tenantId,
      TEAMS_OPENID_METADATA_URL: `${farSide.sink.url}/teams/openid`,
    },
    log,
  });
  return {
    alerts,
    bolt,
    botbuilder,
    async stop() {
      await Promise.all([alerts.stop(), bolt.stop(), botbuilder.stop()]);
    },
  };
}
