import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import restify, { type Server } from 'restify';
import type { ChatUser, Desk, Reply } from '../../../src/channels/channel.ts';
import { createTeams, type Teams } from '../../../src/channels/teams/teams.ts';
import type { ReplyView } from '../../../src/channels/views.ts';
import { createRefusals } from '../../../src/edge/refusals.ts';
import { createSenderOf } from '../../../src/edge/sender.ts';
import { createLog } from '../../../src/log.ts';
import { closeServer } from '../../../src/sandbox/close-server.ts';
import { createEntra } from '../../../src/sandbox/entra.ts';
import { Faults } from '../../../src/sandbox/faults.ts';
import { TENANT_ID } from '../../../src/sandbox/people.ts';
import { createTeams as createTeamsStandIn, type TeamsStandIn } from '../../../src/sandbox/teams/teams.ts';
import type { ActivityToken } from '../../../src/sandbox/teams/token.ts';

export const APP_ID = 'e8d3b6a2-4c19-4f75-9a60-7b1c5d2e8f34';
export const SOC = '19:soc@thread.tacv2';
const audience = 'https://api.botframework.com';

/** What the desk was asked, in order. */
export type Asked = { what: keyof Desk; user: ChatUser; with: unknown[] };

/** Contoso's Teams and our side of it, on loopback. */
export interface Company {
  teams: Teams;
  standIn: TeamsStandIn;
  faults: Faults;
  asked: Asked[];
  /** What the desk answers next; each test sets what it needs. */
  desk: Desk;
  remembered: Map<string, string>;
  serviceUrl: string;
  /** Does in Teams what a person does; the name is that of a sandbox control. */
  act(control: string, body: object): Promise<Acted>;
  /** Sends an activity as Teams does, or with some part made wrong. */
  send(activity: unknown, wrong?: Partial<ActivityToken>, headers?: Record<string, string>): Promise<Answer>;
  /** A message of Olivia's in #SOC alerts; parts can be replaced. */
  message(change?: object): Record<string, unknown>;
  messages(conversation?: string): ReturnType<TeamsStandIn['state']>['conversations'][number]['messages'];
  clock: { now: number };
  /** Half a minute passes, and with it every short limit of Teams on how often one may write. */
  rest(): void;
  stop(): Promise<void>;
}

export interface Acted {
  status: number;
  body: { statusCode?: number; type?: string; value?: unknown; task?: { type: string; value: unknown } };
}

export interface Answer {
  status: number;
  text: string;
}

export async function createCompany(): Promise<Company> {
  const clock = { now: Date.now() };
  const faults = new Faults(() => undefined);
  const entra = await createEntra({ tenantId: TENANT_ID, clients: [] });
  const sandbox = restify.createServer();
  sandbox.use(restify.plugins.queryParser({ mapParams: false }));
  sandbox.use(restify.plugins.bodyParser({ mapParams: false }));
  const product = restify.createServer();
  const standIn = await createTeamsStandIn({
    origin: () => originOf(sandbox),
    productUrl: () => originOf(product),
    appId: APP_ID,
    entra,
    faults,
    changed: () => undefined,
    now: () => clock.now,
  });
  standIn.mount(sandbox);
  await listen(sandbox);
  const serviceUrl = `${originOf(sandbox)}/teams/`;

  const asked: Asked[] = [];
  const desk: Desk = { ...silentDesk };
  const remembered = new Map<string, string>();
  const seen = new Set<string>();
  const log = createLog(process.env.LOG_LEVEL ?? 'silent');
  const teams = createTeams({
    appId: APP_ID,
    tenantId: TENANT_ID,
    serviceUrl,
    openIdMetadataUrl: `${serviceUrl}openid`,
    credential: {
      getToken: async () => ({
        token: await entra.issue(audience, { appid: APP_ID }),
        expiresOnTimestamp: Date.now() + 3_600_000,
      }),
    },
    desk: recording(desk, asked),
    conversations: {
      remember: async (id, url) => void remembered.set(id, url),
      recall: async (id) => remembered.get(id),
    },
    firstTime: async (key) => seen.size < seen.add(key).size,
    refuse: createRefusals({ senderOf: createSenderOf([]), count: () => {}, log }).refuse,
    log,
    now: () => clock.now,
  });
  teams.mount(product);
  await listen(product);

  const message = (change: object = {}) => ({
    type: 'message',
    id: String(clock.now),
    timestamp: new Date(clock.now).toISOString(),
    channelId: 'msteams',
    serviceUrl,
    from: { id: '29:1olivia', name: 'Olivia Marsh', aadObjectId: '00000001-5a1e-4c0d-9b7a-3f6e2d81c0a1' },
    recipient: { id: `28:${APP_ID}`, name: 'Watchfloor' },
    conversation: { id: SOC, conversationType: 'channel', tenantId: TENANT_ID },
    channelData: { tenant: { id: TENANT_ID } },
    text: `list ${randomUUID()}`,
    ...change,
  });

  return {
    teams,
    standIn,
    faults,
    asked,
    desk,
    remembered,
    serviceUrl,
    message,
    clock,
    rest: () => {
      clock.now += 31_000;
    },
    async act(control, body) {
      const response = await fetch(`${originOf(sandbox)}/api/teams/${control}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      const answer: Acted = JSON.parse(await response.text());
      return { ...answer, body: answer.body ?? {} };
    },
    async send(activity, wrong = {}, headers = {}) {
      const response = await fetch(`${originOf(product)}/api/messages`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${await standIn.signToken(wrong)}`,
          ...headers,
        },
        body: typeof activity === 'string' ? activity : JSON.stringify(activity),
      });
      return { status: response.status, text: await response.text() };
    },
    messages: (conversation = SOC) =>
      standIn.state().conversations.find(({ id }) => id === conversation)?.messages ?? [],
    stop: async () => {
      await Promise.all([closeServer(product.server), closeServer(sandbox.server)]);
    },
  };
}

const unexpected = async () => {
  throw new Error('The test did not say what the desk answers.');
};
export const silentDesk: Desk = {
  press: unexpected,
  open: unexpected,
  submit: unexpected,
  say: unexpected,
  suggest: async () => [],
  pressQuery: unexpected,
  openQuery: unexpected,
  submitQuery: unexpected,
  pressRun: unexpected,
  openRun: unexpected,
  submitRun: unexpected,
  runHunt: unexpected,
  openForm: unexpected,
  submitForm: unexpected,
  file: unexpected,
  answer: unexpected,
  home: unexpected,
  peopleChanged: () => {},
};

/** An answer to words that everybody there may read. */
export const openly = (view: ReplyView): Reply => ({ view, private: false });

function recording(desk: Desk, asked: Asked[]): Desk {
  const note = (what: keyof Desk, user: ChatUser, rest: unknown[]) => asked.push({ what, user, with: rest });
  return {
    press(user, ...rest) {
      note('press', user, rest);
      return desk.press(user, ...rest);
    },
    open(user, ...rest) {
      note('open', user, rest);
      return desk.open(user, ...rest);
    },
    submit(user, ...rest) {
      note('submit', user, rest);
      return desk.submit(user, ...rest);
    },
    say(user, ...rest) {
      note('say', user, rest);
      return desk.say(user, ...rest);
    },
    suggest(user, ...rest) {
      note('suggest', user, rest);
      return desk.suggest(user, ...rest);
    },
    pressQuery(user, ...rest) {
      note('pressQuery', user, rest);
      return desk.pressQuery(user, ...rest);
    },
    openQuery(user, ...rest) {
      note('openQuery', user, rest);
      return desk.openQuery(user, ...rest);
    },
    submitQuery(user, ...rest) {
      note('submitQuery', user, rest);
      return desk.submitQuery(user, ...rest);
    },
    pressRun(user, ...rest) {
      note('pressRun', user, rest);
      return desk.pressRun(user, ...rest);
    },
    openRun(user, ...rest) {
      note('openRun', user, rest);
      return desk.openRun(user, ...rest);
    },
    submitRun(user, ...rest) {
      note('submitRun', user, rest);
      return desk.submitRun(user, ...rest);
    },
    runHunt(user, ...rest) {
      note('runHunt', user, rest);
      return desk.runHunt(user, ...rest);
    },
    openForm(user, ...rest) {
      note('openForm', user, rest);
      return desk.openForm(user, ...rest);
    },
    submitForm(user, ...rest) {
      note('submitForm', user, rest);
      return desk.submitForm(user, ...rest);
    },
    file(user, ...rest) {
      note('file', user, rest);
      return desk.file(user, ...rest);
    },
    answer(user, ...rest) {
      note('answer', user, rest);
      return desk.answer(user, ...rest);
    },
    home(user) {
      note('home', user, []);
      return desk.home(user);
    },
    peopleChanged: () => desk.peopleChanged(),
  };
}

function originOf(server: Server): string {
  const { port }: AddressInfo = server.address();
  return `http://127.0.0.1:${port}`;
}

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
}
