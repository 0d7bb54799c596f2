import { App, type ViewSubmitAction } from '@slack/bolt';
import type { Server } from 'restify';
import type { Refusals } from '../../edge/refusals.ts';
import { describe } from '../../errors.ts';
import type { Log } from '../../log.ts';
import type { Secret } from '../../secrets/secret.ts';
import type { Telemetry } from '../../telemetry.ts';
import type { Channel, Desk } from '../channel.ts';
import { clientOptions, createApi } from './api.ts';
import { createChannel } from './channel.ts';
import { createDirect } from './direct.ts';
import { openForm } from './form.ts';
import { isAtHome, openHome, pressAtHome } from './home.ts';
import { createWhoAmI } from './identity.ts';
import { createIllustrate } from './illustrate.ts';
import { watchMembership } from './membership.ts';
import { press, type Rooms } from './press.ts';
import { pressQuery, runHunt } from './press-query.ts';
import { pressRun } from './press-run.ts';
import { pressWords } from './press-words.ts';
import { answerQuestion } from './question.ts';
import { createReceiver } from './receiver.ts';
import { slackLogger } from './slack-logger.ts';
import { submit } from './submit.ts';
import { suggest } from './suggest.ts';
import { createTell } from './tell.ts';
import { createKeepFile, createSendFile } from './upload.ts';
import { createUsers } from './users.ts';
import { command, mention } from './words.ts';

export interface SlackOptions {
  /** `xoxb-…` */
  botToken: Secret;
  signingSecret: Secret;
  /** `https://slack.com/api/` */
  apiUrl: string;
  desk: Desk;
  /** Durable: false when this key was seen in the last quarter of an hour; seen from now on. */
  firstTime(key: string): Promise<boolean>;
  /** Whether `firstTime` was asked about this key in the last quarter of an hour; changes nothing. */
  isSeen(key: string): Promise<boolean>;
  refuse: Refusals['refuse'];
  log: Log;
  telemetry?: Pick<Telemetry, 'callFarSide' | 'timeToAnswer'>;
  /** Milliseconds since 1970. */
  now?: () => number;
}

export interface Slack {
  channel: Channel;
  /** `POST /slack/events` for events, commands and everything pressed. No body parser may stand before it. */
  mount(server: Server): void;
  /** Asks Slack who we are. A Slack that is down is asked again when first needed. */
  start(): Promise<void>;
}

export function createSlack(options: SlackOptions): Slack {
  const { botToken, apiUrl, desk, log, telemetry, now = Date.now } = options;
  const api = createApi({ botToken, apiUrl, log, callFarSide: telemetry?.callFarSide });
  const whoAmI = createWhoAmI(api);
  const users = createUsers(api, whoAmI, now);
  const direct = createDirect(api);
  const uploads = { api, apiUrl, callFarSide: telemetry?.callFarSide };
  const sendFile = createSendFile(uploads);
  const illustrate = createIllustrate(createKeepFile(uploads), log);
  const rooms: Rooms = { api, desk, users, direct, illustrate, tell: createTell(api, apiUrl, log), log };
  const door = createReceiver({
    ...options,
    now,
    identity: whoAmI.known,
    answered: (seconds) => telemetry?.timeToAnswer('slack', seconds),
  });
  const bolt = new App({
    receiver: door,
    authorize: async () => ({
      botToken: botToken.open()[0],
      botId: whoAmI.known()?.botId,
      botUserId: whoAmI.known()?.botUserId,
    }),
    // The default remembers every conversation in memory.
    convoStore: false,
    clientOptions: clientOptions(apiUrl),
    logger: slackLogger(log),
  });

  // Few listeners: Bolt tries each of them on every request.
  bolt.action(/^incident:/, ({ body, ack, context }) => press(rooms, body, ack, context));
  bolt.action(/^question:/, ({ body, ack, context }) => answerQuestion(rooms, body, ack, context));
  bolt.action(/^query:/, ({ body, ack, context }) => pressQuery(rooms, body, ack, context));
  bolt.action(/^run:/, ({ body, ack, context }) => pressRun(rooms, body, ack, context));
  bolt.action(/^say:/, ({ body, ack, context }) =>
    isAtHome(body) ? pressAtHome(rooms, body, ack) : pressWords(rooms, body, ack, context),
  );
  bolt.action(/^form:/, ({ body, ack, context }) => openForm(rooms, body, ack, context));
  bolt.action(/^hunt:/, ({ body, ack, context }) => runHunt(rooms, body, ack, context));
  bolt.view<ViewSubmitAction>(/^(incident|query|run|words)$/, ({ body, ack, context }) =>
    submit(rooms, body, ack, context),
  );
  bolt.options(/^(person|hunt)$/, ({ body, ack }) => suggest(rooms, body, ack));
  bolt.command('/soc', ({ body, ack, context }) => command(rooms, body, ack, context));
  bolt.event('app_mention', ({ event }) => mention(rooms, event, whoAmI));
  bolt.event('message', ({ event }) => mention(rooms, event, whoAmI));
  bolt.event('app_home_opened', ({ event }) => openHome(rooms, event));
  watchMembership(bolt, users, desk);

  return {
    channel: createChannel({ api, whoAmI, direct, sendFile }),
    mount(server) {
      server.post('/slack/events', async (request, response) => {
        await door.handle(request, response);
      });
    },
    async start() {
      try {
        await whoAmI.ask();
      } catch (error) {
        log.warn({ error: describe(error) }, 'Slack does not say who we are; asked again when needed');
      }
    },
  };
}
