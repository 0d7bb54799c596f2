import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from 'restify';
import { createCredential } from './azure/credential.ts';
import { listenToEventHub } from './azure/event-hubs.ts';
import { commands } from './commands/index.ts';
import type { Config } from './config.ts';
import { openDesk } from './flow/act.ts';
import type { Lane } from './flow/lane.ts';
import { openStream } from './flow/stream.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import { createPeople } from './people/people.ts';
import { sources as plugIns } from './sources/index.ts';
import { recallService, rememberService } from './store/cards.ts';
import { isFirstTime, isSeen } from './store/seen-requests.ts';
import { createStreamCheckpoints, freeStreams } from './store/stream-checkpoints.ts';

/** Between two large loads whoever waits at a door that is open already is let in. */
const breathMs = 30;

/** The sources that are watched, and the one of our own troubles. */
export function openSources({ sources, telemetry }: Watchfloor, { azure, file }: Config): void {
  const options = {
    endpoint: azure.resourceManager,
    credential: createCredential(azure),
    callFarSide: telemetry.callFarSide,
  };
  const { defender, sentinel } = file.feeds;
  if (defender.length > 0) sources.set('defender', plugIns.defender({ subscriptions: defender, ...options }));
  if (sentinel.length > 0) sources.set('sentinel', plugIns.sentinel({ workspaces: sentinel, ...options }));
  sources.set('watchfloor', plugIns.watchfloor());
}

/** Slack and Teams as far as they are configured, at their doors and as destinations. */
export async function openChannels(floor: Watchfloor, config: Config, server: Server): Promise<void> {
  const { db, telemetry, log } = floor;
  const desk = openDesk(floor, createPeople(config.file.people, config.azure.tenantId), commands);
  const firstTime = (key: string) => isFirstTime(db, key);
  if (config.slack) {
    await sleep(breathMs);
    const { createSlack } = await import('./channels/slack/slack.ts');
    const seen = { firstTime, isSeen: (key: string) => isSeen(db, key) };
    const slack = createSlack({ ...config.slack, ...seen, desk, telemetry, log });
    floor.channels.set('slack', slack.channel);
    slack.mount(server);
    await slack.start();
  }
  if (config.teams) {
    await sleep(breathMs);
    // Much code, and much memory: only where it is wanted.
    const { createTeams } = await import('./channels/teams/teams.ts');
    const { appId, appSecret, ...places } = config.teams;
    const { tenantId, authorityHost } = config.azure;
    const teams = createTeams({
      appId,
      tenantId,
      ...places,
      credential: createCredential({ tenantId, clientId: appId, clientSecret: appSecret, authorityHost }),
      conversations: {
        remember: (id, url) => rememberService(db, 'teams', id, url),
        recall: (id) => recallService(db, 'teams', id),
      },
      desk,
      firstTime,
      telemetry,
      log,
    });
    floor.channels.set('teams', teams.channel);
    teams.mount(server);
  }
}

/** Event hubs that are read, by name. */
export async function openStreams(floor: Watchfloor, { azure, file }: Config): Promise<Record<string, Lane>> {
  if (floor.replica.id === 0) await freeStreams(floor.db);
  const { endpoint, key } = azure.eventHubs;
  const opened: Record<string, Lane> = {};
  for (const { source, ...hub } of file.feeds.streams) {
    const feed = `${hub.namespace}/${hub.eventHub}/${hub.consumerGroup}`;
    const options = {
      ...hub,
      endpoint,
      // A connection string is good for its own namespace; elsewhere the Azure identity reads.
      credential: key?.namespace === hub.namespace ? key : createCredential(azure),
      owner: String(floor.replica.id),
      checkpoints: createStreamCheckpoints(floor.db, feed),
      since: new Date(Date.now() - file.lookbackDays * 86_400_000),
    };
    opened[`stream ${feed}`] = await openStream(floor, {
      source,
      feed,
      listen: (hearer) => listenToEventHub(options, hearer),
    });
  }
  return opened;
}
