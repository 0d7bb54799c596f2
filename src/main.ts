import { setTimeout as sleep } from 'node:timers/promises';
import type { Server } from 'restify';
import product from '../package.json' with { type: 'json' };
import { showBacklog } from './backlog-gauges.ts';
import type { Channel } from './channels/channel.ts';
import type { Config } from './config.ts';
import { mountOperations } from './edge/operations.ts';
import { createRefusals, type Refusals } from './edge/refusals.ts';
import { createSenderOf } from './edge/sender.ts';
import { createServer, listen, shut } from './edge/server.ts';
import { mountWebhooks } from './edge/webhooks.ts';
import { acceptPush, openAcceptance, reread } from './flow/accept.ts';
import { openHandingPapers } from './flow/after/hand-over.ts';
import { openReminding } from './flow/after/remind.ts';
import { openAsking } from './flow/asking.ts';
import { openSealing } from './flow/checkpoint.ts';
import { openCourtesy } from './flow/courtesy.ts';
import { openDelivery } from './flow/deliver.ts';
import { openHandingOverStats } from './flow/digest/hand-over.ts';
import { dutiesAtOnce, openDuties } from './flow/duties/duties.ts';
import { dutiesOf } from './flow/duties/list.ts';
import { openEnriching, turnsAtOnce } from './flow/enrichment/lane.ts';
import { openWeighing } from './flow/enrichment/weigh.ts';
import { openPaging } from './flow/escalation/paging.ts';
import { openWatching } from './flow/escalation/watch.ts';
import { openInbox, openMail } from './flow/inbox.ts';
import { takeIn } from './flow/intake.ts';
import { type Lane, type Look, startLane } from './flow/lane.ts';
import { noSignIns } from './flow/no-sign-ins.ts';
import { raiseDeadJob } from './flow/notice.ts';
import { openNotices } from './flow/notices/send.ts';
import { noRotasAtHand } from './flow/on-call/at-hand.ts';
import { poll } from './flow/poll.ts';
import { noLogs } from './flow/queries/at-hand.ts';
import { openHandingOver } from './flow/queries/hand-over.ts';
import { openRunning } from './flow/queries/run.ts';
import { openAnswering } from './flow/queries/show.ts';
import { openRecorder } from './flow/record.ts';
import { openAdvancing } from './flow/runs/advance.ts';
import { openRuling } from './flow/runs/rules-lane.ts';
import { openShowingRuns } from './flow/runs/show.ts';
import { openQuiet } from './flow/silences/at-hand.ts';
import { openHoldingRules } from './flow/silences/hold-rules.ts';
import { openSilencing } from './flow/silences/lane.ts';
import { tidy } from './flow/tidy.ts';
import { watchOthers } from './flow/watch-others.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import { findUnwritten } from './flow/write-back.ts';
import type { SourceName } from './incident/alert.ts';
import type { Log } from './log.ts';
import { openSecrets } from './open-secrets.ts';
import { createHeartbeat } from './paging/heartbeat.ts';
import { createPager } from './paging/pager.ts';
import { nobodyOnCall } from './people/on-call.ts';
import type { People } from './people/people.ts';
import type { Source } from './sources/source.ts';
import { readBacklog } from './store/backlog.ts';
import { answers, openDatabase } from './store/database.ts';
import { dropOthers } from './store/enrichments.ts';
import { registerFeed } from './store/feeds.ts';
import { createQueues, work, workDead } from './store/jobs.ts';
import { couldChangeRecord } from './store/privileges.ts';
import { createTelemetry } from './telemetry.ts';
import { startTracing } from './trace.ts';

/** The running product. `stop` drains: requests end, lanes finish their step, jobs in hand are done. */
export interface Running {
  port: number;
  stop(): Promise<void>;
}

const breathMs = 30;
/** Conversations that can be sent to at the same time; each at its own pace. */
const conversationsAtOnce = 8;
/** Alerts whose sources are written to at the same time: Azure lets a principal do about ten writes a second. */
const writesAtOnce = 4;
/** Direct chats that are opened or posted into at the same time; each is a conversation of its own. */
const questionsAtOnce = 4;
/** Where each person asks Azure in their own name; what one name may have at a time the settings say. */
const queriesAtOnce = 16;
/** Messages of queries that are posted or edited at the same time. */
const answersAtOnce = 8;
/** Runs that are gone on with at the same time: each waits for a far side. */
const runsAtOnce = 8;
const rulesAtOnce = 4;
/** Incidents of which a paging service is told at the same time. */
const pagesAtOnce = 4;
/** A roster is kept for five minutes, and is read anew then. */
const rosterMs = 60_000;
/** As `/readyz` has it. */
const longestLookMs = 30_000;
/** Incidents that come out of their silence at the same time. */
const silencesAtOnce = 4;
/** Each may be some megabytes. */
const filesAtOnce = 2;

/**
 * Who is who: builds every part from the configuration and starts it. The doors where alerts come in open first, for
 * the clients of Azure and Teams are much code: what is accepted meanwhile waits for the lanes.
 */
export async function startWatchfloor(config: Config, log: Log): Promise<Running> {
  let rotated = (_name: string): void => {};
  const endRotation = await openSecrets(config.secrets, config.azure, log, (name) => rotated(name));
  const endTracing = config.otlpEndpoint
    ? await startTracing(config.otlpEndpoint, (reason) => log.warn({ reason }, 'traces not delivered'))
    : undefined;
  const database = await openDatabase({
    url: config.databaseUrl?.open()[0],
    ownerUrl: config.databaseOwnerUrl?.open()[0],
    folder: config.dataFolder,
    log,
  });
  const { db, boss, soleOwner, replica } = database;
  // After the database is open: the embedded one's start is one long stall.
  const telemetry = createTelemetry(log);
  showBacklog(telemetry.registry, () => readBacklog(db));

  const now = () => new Date();
  const recorder = openRecorder({ db, log, now });
  const inbox = openInbox();
  const lanes: Record<string, Lane> = {};
  const ringIntake = () => lanes.intake?.ring();
  const floor: Watchfloor = {
    db,
    boss,
    replica,
    log,
    telemetry,
    now,
    sources: new Map<SourceName, Source>(),
    channels: new Map<string, Channel>(),
    route: config.file.route,
    clearance: config.file.clearance,
    worth: { rules: config.file.values, weights: config.file.enrichment.weights },
    windowHours: config.file.windowHours,
    storm: config.file.storm,
    quiet: openQuiet(config.file.quiet),
    limits: config.file.limits,
    courtesy: openCourtesy(),
    recorder,
    signIns: noSignIns,
    questions: config.file.questions,
    atHand: { ...noLogs, policy: config.file.logs },
    enrichers: new Map(),
    plays: { open: new Map(), all: new Map(), policy: config.file.playbooks },
    handovers: config.file.handovers,
    onCall: nobodyOnCall,
    digests: config.file.digests,
    rotas: noRotasAtHand,
    after: {
      clocks: config.file.clocks,
      audiences: config.file.audiences,
      template: config.file.reviews.template,
      ring: (inMs) => {
        lanes.reminders?.ring(inMs);
        lanes.papers?.ring(inMs);
      },
    },
    escalation: config.file.escalation,
    ...openPager(config, telemetry, now),
    accept: openAcceptance({ db, inbox, telemetry, ringIntake }),
    inbox,
    ringIntake,
    ringDeliver: (inMs) => lanes.deliver?.ring(inMs),
    ringWriteBack: (inMs) => lanes.writeBack?.ring(inMs),
    ringQuestions: (inMs) => lanes.questions?.ring(inMs),
    ringWeigh: (inMs) => lanes.weigh?.ring(inMs),
    ringEnrich: (inMs) => lanes.enrich?.ring(inMs),
    ringSilences: (inMs) => {
      lanes.silences?.ring(inMs);
      lanes.silenceRules?.ring(inMs);
    },
    ringRuns: (inMs) => {
      lanes.runs?.ring(inMs);
      lanes.runMessages?.ring(inMs);
    },
    ringEscalation: (inMs) => {
      lanes.escalate?.ring(inMs);
      lanes.paging?.ring(inMs);
    },
    ringNotices: (inMs) => lanes.notices?.ring(inMs),
    ringPreparation: () => {
      lanes.drills?.ring();
      lanes.proofs?.ring();
    },
    ringQueries: (inMs) => lanes.queries?.ring(inMs),
    ringAnswers: (inMs) => {
      lanes.answers?.ring(inMs);
      lanes.files?.ring(inMs);
      lanes.statFiles?.ring(inMs);
    },
  };

  rotated = (name) =>
    void floor.recorder.note({
      at: floor.now().toISOString(),
      by: { kind: 'bot', id: 'watchfloor', name: 'Watchfloor' },
      type: 'secret-rotated',
      data: { name },
    });

  /** Without these nothing moves. */
  const needed = () => ({
    intake: lanes.intake,
    deliver: lanes.deliver,
    'write back': lanes.writeBack,
    questions: lanes.questions,
    queries: lanes.queries,
    answers: lanes.answers,
    runs: lanes.runs,
    'run messages': lanes.runMessages,
    notices: lanes.notices,
    duties: lanes.duties,
    escalate: lanes.escalate,
  });
  floor.lanesThatStand = () =>
    Object.entries(needed()).flatMap(([name, lane]) =>
      lane && Date.now() - lane.lookedAt() < longestLookMs ? [] : [name],
    );

  const refusals = createRefusals({
    senderOf: createSenderOf(config.trustProxy),
    count: (edge, status, reason, sender) => floor.recorder.count(edge, status, reason, sender),
    log,
  });
  const server = createServer(log, refusals);
  let stopping = false;
  mountOperations(server, {
    registry: telemetry.registry,
    metricsToken: config.metricsToken,
    refuse: refusals.refuse,
    ready: {
      databaseAnswers: () => answers(db),
      // It listens only after that.
      isMigrated: () => true,
      isStopping: () => stopping,
      lanes: needed,
    },
  });
  await openWebhooks(floor, config, server, refusals);
  const port = await listen(server, config.port, config.host);

  // Whoever has waited at the door is let in before the next half second of loading.
  await sleep(breathMs);
  const { openChannels, openHunts, openLogs, openPeople, openSignIn, openSigning, openSources, openStreams } =
    await import('./vendors.ts');
  openSources(floor, config);
  await openLogs(floor, config);
  const { openEnrichers } = await import('./open-enrichers.ts');
  await openEnrichers(floor, config);
  await dropOthers(db, [...floor.enrichers.keys()]);
  const { openPlaybooks } = await import('./open-playbooks.ts');
  await openPlaybooks(floor, config);
  const people = openPeople(floor, config);
  openSignIn(floor, people, config, server, refusals);
  const { openRotas } = await import('./open-on-call.ts');
  openRotas(floor, people, config, server, refusals);
  await openChannels(floor, people, config, server, refusals);
  await startJobs(floor, config);
  const ending = new AbortController();
  startLanes(floor, lanes, people, ending.signal);
  const { openPreparation } = await import('./open-preparation.ts');
  Object.assign(lanes, await openPreparation(floor, config));
  const duties = await openDuties(floor, dutiesOf(floor, people), ending.signal);
  lanes.duties = startLane('duties', log, duties, dutiesAtOnce);
  await startPolls(floor, lanes, config);
  Object.assign(lanes, await openHunts(floor, config, ending.signal));
  Object.assign(lanes, await openStreams(floor, config));
  const sealing = { db, log, now, recorder, openSigner: openSigning(config), file: config.audit.checkpoints };
  lanes.checkpoints = startLane('checkpoints', log, floor.courtesy.polite(openSealing(sealing)));
  await tellStart(floor);
  log.info({ port, database: soleOwner ? 'embedded' : 'PostgreSQL' }, 'watchfloor is open');
  return {
    port,
    async stop() {
      stopping = true;
      ending.abort();
      await shut(server);
      await Promise.all(Object.values(lanes).map((lane) => lane.stop()));
      await floor.atHand.guard.close();
      await recorder.stop();
      await database.close();
      telemetry.stop();
      endRotation();
      await endTracing?.();
    },
  };
}

/** Whoever is to be told, as far as the environment names them. */
function openPager(
  { paging, heartbeatUrl }: Config,
  { callFarSide }: Watchfloor['telemetry'],
  now: () => Date,
): Pick<Watchfloor, 'pager' | 'heartbeat'> {
  return {
    ...(paging && { pager: createPager({ ...paging, now: () => now().getTime(), callFarSide }) }),
    ...(heartbeatUrl && { heartbeat: createHeartbeat({ url: heartbeatUrl, callFarSide }) }),
  };
}

/** Which version began to write here, and whether it could write over what is there. */
async function tellStart({ db, log, now, recorder, replica }: Watchfloor): Promise<void> {
  const by = { kind: 'bot', id: 'watchfloor', name: 'Watchfloor' } as const;
  const data = { version: product.version, replica: replica.id };
  await recorder.note({ at: now().toISOString(), by, type: 'started', data });
  if (await couldChangeRecord(db)) {
    const cure =
      'Set DATABASE_OWNER_URL to the owner of the tables, and DATABASE_URL to another user: docs/record.md.';
    log.warn({ cure }, 'the user of DATABASE_URL could change what is on record');
  }
}

async function openWebhooks(
  floor: Watchfloor,
  { azure, webhook, file }: Config,
  server: Server,
  { refuse }: Refusals,
): Promise<void> {
  const { secret, audience } = webhook;
  const watched: SourceName[] = [];
  if (file.feeds.defender.length > 0) watched.push('defender');
  if (file.feeds.sentinel.length > 0) watched.push('sentinel');
  const { createTokenCheck } = audience ? await import('./azure/webhook-token.ts') : {};
  mountWebhooks(server, {
    secret,
    checkToken: audience ? createTokenCheck?.({ ...azure, audience }) : undefined,
    receivers: new Map(watched.map((name) => [name, (body) => acceptPush(floor, name, body)])),
    refuse,
  });
}

async function startJobs(floor: Watchfloor, config: Config): Promise<void> {
  const { boss, db, log, replica } = floor;
  await createQueues(boss, db, replica.id === 0);
  await work(boss, 'reread', (job) => reread(floor, job));
  await work(boss, 'tidy', () => tidy(db, config.file.keep, log));
  await workDead(boss, (job) => raiseDeadJob(floor, job));
}

function startLanes(
  floor: Watchfloor,
  lanes: Record<string, Lane>,
  people: People,
  ending: AbortSignal,
): void {
  const { courtesy, replica } = floor;
  // Alone, whatever it does itself rings, and looking is for what a time brings. The embedded database takes a few
  // milliseconds of this very process for each look.
  const quietMs = replica.id === 0 ? 5_000 : 0;
  const lane = (name: string, look: Look, width = 1) => startLane(name, floor.log, look, width, quietMs);
  const mail = openMail(floor);
  const takingIn = courtesy.polite(() => takeIn(floor, mail));
  const delivery = courtesy.polite(openDelivery(floor));
  const writing = courtesy.polite((room) => findUnwritten(floor, room));
  lanes.intake = lane('intake', takingIn);
  lanes.deliver = lane('deliver', delivery, conversationsAtOnce);
  lanes.writeBack = lane('write back', writing, writesAtOnce);
  lanes.questions = lane('questions', courtesy.polite(openAsking(floor, people)), questionsAtOnce);
  // People wait for these, so nobody goes first.
  const { as, atOnce } = floor.atHand.policy;
  lanes.queries = lane('queries', openRunning(floor, ending), as === 'bot' ? atOnce : queriesAtOnce);
  lanes.answers = lane('answers', openAnswering(floor), answersAtOnce);
  lanes.files = lane('files', openHandingOver(floor), filesAtOnce);
  lanes.statFiles = lane('stat files', openHandingOverStats(floor), filesAtOnce);
  lanes.enrich = lane('enrich', courtesy.polite(openEnriching(floor, ending)), turnsAtOnce);
  lanes.weigh = lane('weigh', courtesy.polite(openWeighing(floor)));
  lanes.runs = lane('runs', openAdvancing(floor, people, ending), runsAtOnce);
  lanes.runMessages = lane('run messages', openShowingRuns(floor, people), answersAtOnce);
  lanes.notices = lane('notices', openNotices(floor, people), answersAtOnce);
  // It knows when the next one is due.
  lanes.escalate = startLane('escalate', floor.log, openWatching(floor, people));
  if (floor.pager) lanes.paging = startLane('paging', floor.log, openPaging(floor, floor.pager), pagesAtOnce);
  if (floor.plays.policy.rules.length > 0)
    lanes.rules = startLane('rules', floor.log, courtesy.polite(openRuling(floor)), rulesAtOnce);
  lanes.reminders = lane('reminders', courtesy.polite(openReminding(floor, people)));
  lanes.papers = lane('papers', openHandingPapers(floor), filesAtOnce);
  lanes.silences = lane('silences', courtesy.polite(openSilencing(floor)), silencesAtOnce);
  lanes.silenceRules = lane('silence rules', courtesy.polite(openHoldingRules(floor)), writesAtOnce);
  lanes.others = startLane('watch others', floor.log, watchOthers(floor));
  // Nobody presses anything at night, and whoever is to be called then has to be known.
  lanes.roster = startLane('roster', floor.log, async () => {
    await people.settled();
    return rosterMs;
  });
}

async function startPolls(floor: Watchfloor, lanes: Record<string, Lane>, config: Config): Promise<void> {
  const pace = { seconds: config.pollSeconds, lookbackDays: config.file.lookbackDays };
  for (const source of floor.sources.values()) {
    for (const feed of source.feeds) {
      await registerFeed(floor.db, source.name, feed);
      lanes[`poll ${feed}`] = startLane(`poll ${source.name}`, floor.log, () =>
        poll(floor, source, feed, pace),
      );
    }
  }
}
