import { createCredential } from './azure/credential.ts';
import { createTokenCheck } from './azure/webhook-token.ts';
import type { Channel } from './channels/channel.ts';
import { createSlack } from './channels/slack/slack.ts';
import { createTeams } from './channels/teams/teams.ts';
import { commands } from './commands/index.ts';
import type { Config } from './config.ts';
import { acceptPush, reread } from './flow/accept.ts';
import { openDesk } from './flow/act.ts';
import { findDelivery } from './flow/deliver.ts';
import { takeIn } from './flow/intake.ts';
import { type Lane, startLane } from './flow/lane.ts';
import { raiseDeadJob } from './flow/notice.ts';
import { poll } from './flow/poll.ts';
import { tidy } from './flow/tidy.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import { sweepUnwritten, writeBack } from './flow/write-back.ts';
import type { SourceName } from './incident/alert.ts';
import type { Log } from './log.ts';
import { createPeople } from './people/people.ts';
import { createServer, listen, shut } from './server.ts';
import { sources as plugIns } from './sources/index.ts';
import type { Source } from './sources/source.ts';
import { freeConversations, recallService, rememberService } from './store/cards.ts';
import { answers, openDatabase } from './store/database.ts';
import { endAllTurns, registerFeed } from './store/feeds.ts';
import { createQueues, work, workDead } from './store/jobs.ts';
import { isFirstTime, isSeen } from './store/seen-requests.ts';
import { mountWebhooks } from './webhooks.ts';

/** The running product. `stop` drains: requests end, lanes finish their step, jobs in hand are done. */
export interface Running {
  port: number;
  stop(): Promise<void>;
}

/** Conversations that can be sent to at the same time; each at its own pace. */
const conversationsAtOnce = 8;

/** Who is who: builds every part from the configuration and starts it. */
export async function startWatchfloor(config: Config, log: Log): Promise<Running> {
  const database = await openDatabase({ url: config.databaseUrl, folder: config.dataFolder, log });
  const { db, boss, soleOwner } = database;
  const vendors = createVendors(config);

  const floor: Watchfloor = {
    db,
    boss,
    log,
    now: () => new Date(),
    sources: new Map([...vendors, ['watchfloor', plugIns.watchfloor()]]),
    channels: new Map<string, Channel>(),
    route: config.file.route,
    values: config.file.values,
    windowHours: config.file.windowHours,
    ringIntake: () => {},
    ringDeliver: () => {},
  };

  const people = createPeople(config.file.people, config.azure.tenantId);
  const desk = openDesk(floor, people, commands);
  const firstTime = (key: string) => isFirstTime(db, key);
  const server = createServer(log, () => answers(db));

  if (config.slack) {
    const slack = createSlack({ ...config.slack, desk, firstTime, isSeen: (key) => isSeen(db, key), log });
    floor.channels.set('slack', slack.channel);
    slack.mount(server);
    await slack.start();
  }
  if (config.teams) {
    const { appId, appSecret, serviceUrl, openIdMetadataUrl } = config.teams;
    const { tenantId, authorityHost } = config.azure;
    const teams = createTeams({
      appId,
      tenantId,
      credential: createCredential({ tenantId, clientId: appId, clientSecret: appSecret, authorityHost }),
      serviceUrl,
      openIdMetadataUrl,
      desk,
      conversations: {
        remember: (id, url) => rememberService(db, 'teams', id, url),
        recall: (id) => recallService(db, 'teams', id),
      },
      firstTime,
      log,
    });
    floor.channels.set('teams', teams.channel);
    teams.mount(server);
  }
  const { secret, audience } = config.webhook;
  mountWebhooks(server, {
    secret,
    checkToken: audience ? createTokenCheck({ ...config.azure, audience }) : undefined,
    receivers: new Map(
      [...vendors].map(([name, source]) => [name, (body, key) => acceptPush(floor, source, body, key)]),
    ),
    log,
  });

  await createQueues(boss, db, soleOwner);
  if (soleOwner) await Promise.all([freeConversations(db), endAllTurns(db)]);
  await work(boss, 'write-back', (job) => writeBack(floor, job));
  await work(boss, 'reread', (job) => reread(floor, job));
  await work(boss, 'tidy', () => tidy(db));
  await workDead(boss, (job) => raiseDeadJob(floor, job));

  const intake = startLane('intake', log, () => takeIn(floor));
  const delivery = startLane('deliver', log, () => findDelivery(floor), conversationsAtOnce);
  floor.ringIntake = intake.ring;
  floor.ringDeliver = delivery.ring;
  const lanes: Lane[] = [intake, delivery];
  lanes.push(startLane('sweep', log, () => sweepUnwritten(floor)));
  const pace = { seconds: config.pollSeconds, lookbackDays: config.file.lookbackDays };
  for (const source of vendors.values()) {
    for (const feed of source.feeds) {
      await registerFeed(db, source.name, feed);
      lanes.push(startLane(`poll ${source.name}`, log, () => poll(floor, source, feed, pace)));
    }
  }

  const port = await listen(server, config.port, config.host);
  log.info({ port, database: soleOwner ? 'embedded' : 'PostgreSQL' }, 'watchfloor is open');
  return {
    port,
    async stop() {
      await shut(server);
      await Promise.all(lanes.map((lane) => lane.stop()));
      await database.close();
    },
  };
}

function createVendors({ azure, file }: Config): Map<SourceName, Source> {
  const endpoint = azure.resourceManager;
  const credential = createCredential(azure);
  const found = new Map<SourceName, Source>();
  if (file.feeds.defender.length > 0) {
    found.set('defender', plugIns.defender({ subscriptions: file.feeds.defender, endpoint, credential }));
  }
  if (file.feeds.sentinel.length > 0) {
    found.set('sentinel', plugIns.sentinel({ workspaces: file.feeds.sentinel, endpoint, credential }));
  }
  return found;
}
