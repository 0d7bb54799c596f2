import { setTimeout as sleep } from 'node:timers/promises';
import type { TokenCredential } from '@azure/core-auth';
import type { Server } from 'restify';
import { createCredential } from './azure/credential.ts';
import { listenToEventHub } from './azure/event-hubs.ts';
import { createGraph } from './azure/graph.ts';
import { logsScopeOf } from './azure/log-analytics-calls.ts';
import { createAuthority } from './azure/sign-in.ts';
import { commands } from './commands/index.ts';
import { type Config, readConnection } from './config.ts';
import type { Refusals } from './edge/refusals.ts';
import { mountSignInPages } from './edge/sign-in-pages.ts';
import { Refused } from './errors.ts';
import { openDesk } from './flow/act.ts';
import { confirmAnswer } from './flow/answer.ts';
import { keepDelegation, openDelegations, openRefreshTokens } from './flow/delegation.ts';
import { openScheduledHunts } from './flow/hunts/schedule.ts';
import { type Lane, startLane } from './flow/lane.ts';
import { offerCode } from './flow/link.ts';
import { openSignIns } from './flow/open-sign-ins.ts';
import { openStream } from './flow/stream.ts';
import type { Watchfloor } from './flow/watchfloor.ts';
import { openGuardInTime } from './kql/guard-in-time.ts';
import { createPeople, type People } from './people/people.ts';
import { type IfGone, keepPublicKey, openKeyFile } from './record/key-file.ts';
import { keyIdOf, type Signer } from './record/signature.ts';
import { sources as plugIns } from './sources/index.ts';
import { recallService, rememberService } from './store/cards.ts';
import { readLink, readLinkedUsers } from './store/links.ts';
import { isFirstTime, isSeen } from './store/seen-requests.ts';
import { createStreamCheckpoints, freeStreams } from './store/stream-checkpoints.ts';

/** Between two large loads whoever waits at a door that is open already is let in. */
const breathMs = 30;
/** After so long what a start brings has had its turn. */
const quietMs = 15_000;

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
  sources.set('hunt', plugIns.hunt());
  sources.set('drill', plugIns.drill());
  sources.set('proof', plugIns.proof());
}

/** Logs as far as workspaces are named, with what keeps watch over what is asked of them. */
export async function openLogs(floor: Watchfloor, config: Config): Promise<void> {
  const { azure, file } = config;
  const { workspaces } = file.logs;
  const [first] = workspaces;
  if (!first) return;
  await sleep(breathMs);
  const [{ createLogAnalytics }, { openGuard }] = await Promise.all([
    import('./azure/log-analytics.ts'),
    import('./kql/open-guard.ts'),
  ]);
  const bot = createCredential(azure);
  const credentialFor = await openDelegated(floor, config);
  const logs = createLogAnalytics({
    endpoint: azure.logAnalytics,
    resourceManager: azure.resourceManager,
    workspaces,
    credentialOf: (as) => (as === 'bot' ? bot : credentialFor(as.person)),
    callFarSide: floor.telemetry.callFarSide,
    now: () => floor.now().getTime(),
  });
  const guard = openGuardInTime(() => openGuard(), quietMs);
  floor.atHand = { ...floor.atHand, logs, guard };
  // Whoever asks first need not wait for it.
  const readAhead = () => void logs.schema({ kind: 'workspaces', names: [first.name] }).catch(() => {});
  setTimeout(readAhead, quietMs).unref();
}

/** Signs in to ask logs as a person who let us; where the settings have the bot ask, as nobody. */
async function openDelegated(
  floor: Watchfloor,
  { azure, tokenKey, file }: Config,
): Promise<(personId: string) => Promise<TokenCredential>> {
  const { clientSecret } = azure;
  if (file.logs.as !== 'person' || !clientSecret || !tokenKey) {
    return async () => {
      throw new Refused('The settings have changed meanwhile: ask again.');
    };
  }
  const { createDelegated } = await import('./azure/delegated.ts');
  const tokens = openRefreshTokens(floor, () => tokenKey.open());
  floor.atHand = { ...floor.atHand, delegations: openDelegations(floor, tokens) };
  const now = () => floor.now().getTime();
  return createDelegated({ ...azure, clientSecret, scope: logsScopeOf(azure.logAnalytics), tokens, now });
}

/** People have the guard to themselves for so long after a start. */
const huntsRestMs = 20_000;

/** Saved queries, and the lane of those that run by themselves. */
export async function openHunts(
  floor: Watchfloor,
  { file }: Config,
  stopping: AbortSignal,
): Promise<Record<string, Lane>> {
  const { folders, scheduled } = file.hunts;
  if (folders.length === 0) return {};
  const { openHuntFolders } = await import('./kql/hunt-folder.ts');
  const { logs, guard } = floor.atHand;
  const { library, read, stop } = openHuntFolders(folders, logs && guard, huntsRestMs);
  stopping.addEventListener('abort', stop, { once: true });
  floor.atHand = { ...floor.atHand, hunts: library };
  void read.then(() => {
    const refused = library.refused();
    floor.log.info({ hunts: library.all().length, refused: refused.length }, 'hunts are loaded');
    for (const one of refused.slice(0, 20)) floor.log.warn(one, 'not a hunt');
  });
  if (!logs || scheduled.length === 0) return {};
  const look = await openScheduledHunts(floor, scheduled, { loaded: read, stopping });
  return { hunts: startLane('hunts', floor.log, floor.courtesy.polite(look)) };
}

/** Who works here, and who a chat user is. */
export function openPeople(floor: Watchfloor, { azure, file }: Config): People {
  return createPeople({
    known: file.people,
    groups: file.groups,
    tenantId: azure.tenantId,
    directory: file.directory === 'entra' ? openDirectory(floor, azure) : undefined,
    links: {
      personOf: (team, user) => readLink(floor.db, team, user),
      slackIdsOf: (person) => readLinkedUsers(floor.db, person),
    },
    now: () => floor.now().getTime(),
  });
}

function openDirectory({ telemetry }: Watchfloor, azure: Config['azure']) {
  const { callFarSide } = telemetry;
  return createGraph({ endpoint: azure.graph, credential: createCredential(azure), callFarSide });
}

/** Pages on which people prove who they are, where browsers reach us and Entra knows us. */
export function openSignIn(
  floor: Watchfloor,
  people: People,
  config: Config,
  server: Server,
  refusals: Refusals,
): void {
  const { publicUrl, azure, tokenKey } = config;
  const { clientId, clientSecret } = azure;
  if (!publicUrl || !clientId || !clientSecret) return;
  const redirectUri = `${publicUrl}/sign-in/callback`;
  const signIns = openSignIns(floor, {
    publicUrl,
    authority: createAuthority({ ...azure, clientSecret, redirectUri }),
    people,
    handlers: {
      link: offerCode(floor),
      answer: (purpose) => confirmAnswer(floor, people, purpose),
      logs: keepDelegation(floor, tokenKey && (() => tokenKey.open())),
    },
    logsScope: logsScopeOf(azure.logAnalytics),
  });
  floor.signIns = signIns;
  mountSignInPages(server, { signIns, publicUrl, refusals, log: floor.log });
}

/** Slack and Teams as far as they are configured, at their doors and as destinations. */
export async function openChannels(
  floor: Watchfloor,
  people: People,
  config: Config,
  server: Server,
  { refuse }: Refusals,
): Promise<void> {
  const { db, telemetry, log } = floor;
  const desk = openDesk(floor, people, commands);
  const firstTime = (key: string) => isFirstTime(db, key);
  if (config.slack) {
    await sleep(breathMs);
    const { createSlack } = await import('./channels/slack/slack.ts');
    const seen = { firstTime, isSeen: (key: string) => isSeen(db, key) };
    const slack = createSlack({ ...config.slack, ...seen, desk, refuse, telemetry, log });
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
      refuse,
      telemetry,
      log,
    });
    floor.channels.set('teams', teams.channel);
    teams.mount(server);
  }
}

/** The key that signs checkpoints: looked up for each one, so that it may be rotated while we run. */
export function openSigning({ audit, azure }: Config): (ifGone: IfGone) => Promise<Signer> {
  const { key, keyFile } = audit;
  if (!key) return (ifGone) => openKeyFile(keyFile, ifGone);
  return async () => {
    const { openVaultSigner } = await import('./azure/key-vault-signer.ts');
    const signer = await openVaultSigner({
      key,
      credential: createCredential(azure),
      configured: azure.keyVault,
    });
    const keyId = await keyIdOf(signer.publicKey);
    keepPublicKey(keyFile, keyId, signer.publicKey);
    return { keyId, ...signer };
  };
}

/** Event hubs that are read, by name. */
export async function openStreams(floor: Watchfloor, { azure, file }: Config): Promise<Record<string, Lane>> {
  if (floor.replica.id === 0) await freeStreams(floor.db);
  const { endpoint, key } = azure.eventHubs;
  const keyed = readConnection(key);
  // Read anew for each link: the key may be replaced while it runs.
  const policy = {
    get name() {
      return readConnection(key)?.name ?? '';
    },
    get key() {
      return readConnection(key)?.key ?? '';
    },
  };
  const opened: Record<string, Lane> = {};
  for (const { source, ...hub } of file.feeds.streams) {
    const feed = `${hub.namespace}/${hub.eventHub}/${hub.consumerGroup}`;
    const options = {
      ...hub,
      endpoint,
      // A connection string is good for its own namespace; elsewhere the Azure identity reads.
      credential: keyed?.namespace === hub.namespace ? policy : createCredential(azure),
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
