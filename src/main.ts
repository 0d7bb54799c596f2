import type { Server } from 'restify';
import { createCredential } from './azure/credential.ts';
import { listenToEventHub } from './azure/event-hubs.ts';
import { createTokenCheck } from './azure/webhook-token.ts';
import { showBacklog } from './backlog-gauges.ts';
import type { Channel } from './channels/channel.ts';
import { commands } from './commands/index.ts';
import type { Config } from './config.ts';
import { acceptPush, openAcceptance, reread } from './flow/accept.ts';
import { openDesk } from './flow/act.ts';
import { openDelivery } from './flow/deliver.ts';
import { openInbox, openMail } from './flow/inbox.ts';
import { takeIn } from './flow/intake.ts';
import { type Lane, startLane } from './flow/lane.ts';
import { raiseDeadJob } from './flow/notice.ts';
import { poll } from './flow/poll.ts';
import { openStream } from './flow/stream.ts';
import { tidy } from './flow/tidy.ts';
import { watchOthers } from './flow/watch-others.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import { findUnwritten } from './flow/write-back.ts';
import type { SourceName } from './incident/alert.ts';
import type { Log } from './log.ts';
import { mountOperations } from './operations.ts';
import { createPeople } from './people/people.ts';
import { createServer, listen, shut } from './server.ts';
import { sources as plugIns } from './sources/index.ts';
import type { Source } from './sources/source.ts';
import { readBacklog } from './store/backlog.ts';
import { recallService, rememberService } from './store/cards.ts';
import { answers, openDatabase } from './store/database.ts';
import { registerFeed } from './store/feeds.ts';
import { createQueues, work, workDead } from './store/jobs.ts';
import { isFirstTime, isSeen } from './store/seen-requests.ts';
import { createStreamCheckpoints, freeStreams } from './store/stream-checkpoints.ts';
import { createTelemetry, type Telemetry } from './telemetry.ts';
import { startTracing } from './trace.ts';
import { mountWebhooks } from './webhooks.ts';

/** The running product. `stop` drains: requests end, lanes finish their step, jobs in hand are done. */
export interface Running {
  port: number;
  stop(): Promise<void>;
}

/** Conversations that can be sent to at the same time; each at its own pace. */
const conversationsAtOnce = 8;
/** Alerts whose sources are written to at the same time: Azure lets a principal do about ten writes a second. */
const writesAtOnce = 4;

/** Who is who: builds every part from the configuration and starts it. */
export async function startWatchfloor(config: Config, log: Log): Promise<Running> {
  const endTracing = config.otlpEndpoint
    ? await startTracing(config.otlpEndpoint, (reason) => log.warn({ reason }, 'traces not delivered'))
    : undefined;
  const database = await openDatabase({ url: config.databaseUrl, folder: config.dataFolder, log });
  const { db, boss, soleOwner, replica } = database;
  // After the database is open: the embedded one's start is one long stall.
  const telemetry = createTelemetry(log);
  showBacklog(telemetry.registry, () => readBacklog(db));
  const vendors = createVendors(config, telemetry);

  const inbox = openInbox();
  const lanes: Record<string, Lane> = {};
  const ringIntake = () => lanes.intake?.ring();
  const floor: Watchfloor = {
    db,
    boss,
    replica,
    log,
    telemetry,
    now: () => new Date(),
    sources: new Map([...vendors, ['watchfloor', plugIns.watchfloor()]]),
    channels: new Map<string, Channel>(),
    route: config.file.route,
    values: config.file.values,
    windowHours: config.file.windowHours,
    storm: config.file.storm,
    accept: openAcceptance({ db, inbox, telemetry, ringIntake }),
    inbox,
    ringIntake,
    ringDeliver: (inMs) => lanes.deliver?.ring(inMs),
    ringWriteBack: (inMs) => lanes.writeBack?.ring(inMs),
  };

  const server = createServer(log);
  let stopping = false;
  mountOperations(server, {
    registry: telemetry.registry,
    metricsToken: config.metricsToken,
    log,
    ready: {
      databaseAnswers: () => answers(db),
      // It listens only after that.
      isMigrated: () => true,
      isStopping: () => stopping,
      lanes: () => ({ intake: lanes.intake, deliver: lanes.deliver, 'write back': lanes.writeBack }),
    },
  });

  await openChannels(floor, config, server);
  const { secret, audience } = config.webhook;
  mountWebhooks(server, {
    secret,
    checkToken: audience ? createTokenCheck({ ...config.azure, audience }) : undefined,
    receivers: new Map([...vendors.keys()].map((name) => [name, (body) => acceptPush(floor, name, body)])),
    log,
  });

  await createQueues(boss, db, soleOwner);
  await work(boss, 'reread', (job) => reread(floor, job));
  await work(boss, 'tidy', () => tidy(db, config.file.keep, log));
  await workDead(boss, (job) => raiseDeadJob(floor, job));

  const mail = openMail(floor);
  lanes.intake = startLane('intake', log, () => takeIn(floor, mail));
  lanes.deliver = startLane('deliver', log, openDelivery(floor), conversationsAtOnce);
  lanes.writeBack = startLane('write back', log, (room) => findUnwritten(floor, room), writesAtOnce);
  lanes.others = startLane('watch others', log, watchOthers(floor));
  const pace = { seconds: config.pollSeconds, lookbackDays: config.file.lookbackDays };
  for (const source of vendors.values()) {
    for (const feed of source.feeds) {
      await registerFeed(db, source.name, feed);
      lanes[`poll ${feed}`] = startLane(`poll ${source.name}`, log, () => poll(floor, source, feed, pace));
    }
  }

  if (soleOwner) await freeStreams(db);
  Object.assign(lanes, await openStreams(floor, config));

  const port = await listen(server, config.port, config.host);
  log.info({ port, database: soleOwner ? 'embedded' : 'PostgreSQL' }, 'watchfloor is open');
  return {
    port,
    async stop() {
      stopping = true;
      await shut(server);
      await Promise.all(Object.values(lanes).map((lane) => lane.stop()));
      await database.close();
      telemetry.stop();
      await endTracing?.();
    },
  };
}

/** Slack and Teams as far as they are configured, at their doors and as destinations. */
async function openChannels(floor: Watchfloor, config: Config, server: Server): Promise<void> {
  const { db, telemetry, log } = floor;
  const desk = openDesk(floor, createPeople(config.file.people, config.azure.tenantId), commands);
  const firstTime = (key: string) => isFirstTime(db, key);
  if (config.slack) {
    const { createSlack } = await import('./channels/slack/slack.ts');
    const seen = { firstTime, isSeen: (key: string) => isSeen(db, key) };
    const slack = createSlack({ ...config.slack, ...seen, desk, telemetry, log });
    floor.channels.set('slack', slack.channel);
    slack.mount(server);
    await slack.start();
  }
  if (config.teams) {
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
async function openStreams(floor: Watchfloor, { azure, file }: Config): Promise<Record<string, Lane>> {
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

function createVendors({ azure, file }: Config, { callFarSide }: Telemetry): Map<SourceName, Source> {
  const endpoint = azure.resourceManager;
  const credential = createCredential(azure);
  const found = new Map<SourceName, Source>();
  if (file.feeds.defender.length > 0) {
    found.set(
      'defender',
      plugIns.defender({ subscriptions: file.feeds.defender, endpoint, credential, callFarSide }),
    );
  }
  if (file.feeds.sentinel.length > 0) {
    found.set(
      'sentinel',
      plugIns.sentinel({ workspaces: file.feeds.sentinel, endpoint, credential, callFarSide }),
    );
  }
  return found;
}
