import { createHmac } from 'node:crypto';
import { pino } from 'pino';
import restify, { type Server } from 'restify';
import type {
  ChatUser,
  Desk,
  FieldFaults,
  NextPage,
  Outcome,
  QueryOutcome,
  Ref,
  Reply,
  RunOutcome,
  Spot,
  WordsFormView,
} from '../../../src/channels/channel.ts';
import type { PageView } from '../../../src/channels/page-view.ts';
import type { QueryDialogView, QueryVerb } from '../../../src/channels/query-view.ts';
import type { RunDialogView, RunVerb } from '../../../src/channels/run-view.ts';
import { createSlack, type Slack } from '../../../src/channels/slack/slack.ts';
import type { ButtonVerb, CardView, DialogView, FormView, LogView } from '../../../src/channels/views.ts';
import { createRefusals } from '../../../src/edge/refusals.ts';
import { createSenderOf } from '../../../src/edge/sender.ts';
import { closeServer } from '../../../src/sandbox/close-server.ts';
import { Faults } from '../../../src/sandbox/faults.ts';
import { createSlack as createStandIn, type SlackStandIn } from '../../../src/sandbox/slack/slack.ts';
import { secretOf } from '../../../src/secrets/secret.ts';
import { pageView } from '../pages.ts';
import { runDialog } from './runs.ts';

export const BOT_TOKEN = 'xoxb-very-secret-token';
export const SIGNING_SECRET = 'a-signing-secret-nobody-may-see';
export const OLD_SECRET = 'the-signing-secret-of-last-week';
export const ROOM = 'C0SOC';

export interface Asked {
  user: ChatUser;
  what: string;
  verb?: ButtonVerb | QueryVerb | RunVerb;
  incident?: number;
  version?: number;
  fields?: Record<string, string>;
  text?: string;
  conversation?: string;
  card?: Ref | undefined;
  spot?: Spot | undefined;
  query?: string;
  argument?: string;
  run?: string;
  revision?: number;
  hunt?: string;
  list?: string | undefined;
}

/** The Slack stand-in, the product's Slack room in front of it, and a desk that answers as a test wants. */
export interface Stage extends AsyncDisposable {
  slack: Slack;
  standIn: SlackStandIn;
  faults: Faults;
  desk: Desk;
  asked: Asked[];
  /** Keys of requests that were carried out; outlives a process as the database does. */
  seen: Set<string>;
  /** Everything logged, as text. */
  logged: string[];
  url: string;
  clock: { ahead: number };
  control(path: string, body: object): Promise<{ status: number; body: unknown; [key: string]: unknown }>;
  /** The same, as the person waiting in front of Slack would see it. */
  messages(room?: string): ReturnType<SlackStandIn['state']>['conversations'][number]['messages'];
  sign(body: string, more?: { secret?: string; seconds?: number; type?: string }): Promise<Response>;
}

export async function setStage({ seen = new Set<string>() } = {}): Promise<Stage> {
  const far = restify.createServer({ name: 'far' });
  far.use(restify.plugins.queryParser({ mapParams: false }));
  far.use(restify.plugins.bodyParser({ mapParams: false }));
  const product = restify.createServer({ name: 'product' });
  const faults = new Faults(() => {});
  const standIn = createStandIn({
    origin: () => originOf(far),
    productUrl: () => originOf(product),
    signingSecret: SIGNING_SECRET,
    botToken: BOT_TOKEN,
    faults,
    changed: () => {},
  });
  standIn.mount(far);
  await listen(far);

  const asked: Asked[] = [];
  const logged: string[] = [];
  const clock = { ahead: 0 };
  const desk = createDesk(asked);
  const log = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
  const slack = createSlack({
    botToken: secretOf('SLACK_BOT_TOKEN', BOT_TOKEN),
    signingSecret: secretOf('SLACK_SIGNING_SECRET', `${SIGNING_SECRET},${OLD_SECRET}`, true),
    apiUrl: `${originOf(far)}/slack/api/`,
    desk,
    isSeen: async (key) => seen.has(key),
    firstTime: async (key) => !seen.has(key) && seen.add(key).size > 0,
    refuse: createRefusals({ senderOf: createSenderOf([]), count: () => {}, log }).refuse,
    log,
    now: () => Date.now() + clock.ahead,
  });
  slack.mount(product);
  await listen(product);
  const url = `${originOf(product)}/slack/events`;

  return {
    slack,
    standIn,
    faults,
    desk,
    asked,
    seen,
    logged,
    url,
    clock,
    async control(path, body) {
      const answer = await fetch(`${originOf(far)}/api/slack/${path}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      return answer.json();
    },
    messages: (room = ROOM) => standIn.state().conversations.find((one) => one.id === room)?.messages ?? [],
    sign(body, { secret = SIGNING_SECRET, seconds = Math.floor(Date.now() / 1000), type } = {}) {
      const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
      return fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': type ?? 'application/json',
          'x-slack-request-timestamp': String(seconds),
          'x-slack-signature': `v0=${signature}`,
        },
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([closeServer(product.server), closeServer(far.server)]);
    },
  };
}

/** Says yes to everything and remembers what it was asked; a test puts its own answer in place. */
export function createDesk(asked: Asked[]): Desk {
  return {
    async press(user, verb, incident, version): Promise<Outcome> {
      asked.push({ what: 'press', user, verb, incident, version });
      return { card: cardView({ version: version + 1 }), told: '', changed: true };
    },
    async open(user, verb, incident, version): Promise<DialogView> {
      asked.push({ what: 'open', user, verb, incident, version });
      return closeDialog(incident, version);
    },
    async submit(user, verb, incident, version, fields): Promise<Outcome | FieldFaults | NextPage> {
      asked.push({ what: 'submit', user, verb, incident, version, fields });
      return { card: cardView({ version: version + 1 }), told: 'Closed INC-1042.', changed: true };
    },
    async say(user, text, conversation, card, spot): Promise<Reply> {
      asked.push({ what: 'say', user, text, conversation, card, spot });
      return { view: { kind: 'text', text: `You said ${text}` }, private: false };
    },
    async suggest(user, query, list) {
      asked.push({ what: 'suggest', user, text: query, list });
      if (list === 'hunts') return [{ value: 'hunt-spray', label: 'Password spray' }];
      return [{ value: 'oid-olivia', label: 'Olivia Marsh', description: 'On call' }];
    },
    async pressQuery(user, verb, query, argument): Promise<QueryOutcome> {
      asked.push({ what: 'pressQuery', user, verb, query, argument });
      return { told: '', view: undefined };
    },
    async openQuery(user, verb, query): Promise<QueryDialogView> {
      asked.push({ what: 'openQuery', user, verb, query });
      return queryDialog(query, verb);
    },
    async submitQuery(user, verb, query, fields): Promise<QueryOutcome | FieldFaults> {
      asked.push({ what: 'submitQuery', user, verb, query, fields });
      return { told: 'Pinned to INC-1042.', view: undefined };
    },
    async pressRun(user, verb, run, revision): Promise<RunOutcome> {
      asked.push({ what: 'pressRun', user, verb, run, revision });
      return { told: '', view: undefined };
    },
    async openRun(user, verb, run, revision): Promise<RunDialogView> {
      asked.push({ what: 'openRun', user, verb, run, revision });
      return runDialog(run, revision, verb);
    },
    async submitRun(user, verb, run, revision, fields): Promise<RunOutcome | FieldFaults> {
      asked.push({ what: 'submitRun', user, verb, run, revision, fields });
      return { told: 'RUN-7 is refused.', view: undefined };
    },
    async runHunt(user, hunt, conversation, card, spot): Promise<Reply> {
      asked.push({ what: 'runHunt', user, hunt, conversation, card, spot });
      return { view: { kind: 'none' }, private: false };
    },
    async openForm(user, words, conversation): Promise<WordsFormView> {
      asked.push({ what: 'openForm', user, text: words, conversation });
      return { ...queryForm, words };
    },
    async submitForm(user, words, fields, conversation, spot): Promise<Reply | FieldFaults> {
      asked.push({ what: 'submitForm', user, text: words, fields, conversation, spot });
      return { view: { kind: 'text', text: `Done: ${words}` }, private: false };
    },
    async file() {
      throw new Error('Slack asks nobody before it shows a file.');
    },
    async answer() {
      throw new Error('The test did not say what the desk answers.');
    },
    async home(user): Promise<PageView> {
      asked.push({ what: 'home', user });
      return pageView({ title: 'Watchfloor for Olivia Marsh', refresh: 'dashboard' });
    },
    peopleChanged: () => {},
  };
}

export function cardView(more: Partial<CardView> = {}): CardView {
  return {
    incident: 42,
    name: 'INC-1042',
    version: 3,
    status: 'new',
    merged: false,
    existsOnly: false,
    severity: 'high',
    headline: 'HIGH · NEW · nobody has it',
    title: 'Reverse shell on vm-pay-web-01',
    url: 'https://portal.azure.com/#incident/1042',
    why: ['Crown jewel: payment front end', 'Tactic: Execution'],
    entities: [{ kind: 'host', name: 'vm-pay-web-01', chips: [] }],
    moreEntities: 2,
    precedent: undefined,
    deadlines: [],
    facts: [
      { label: 'Product', value: 'Microsoft Defender for Servers' },
      { label: 'First activity', at: '2026-11-21T09:14:00.000Z' },
    ],
    missing: undefined,
    lastChange: { text: 'Opened by Watchfloor', at: '2026-11-21T09:15:00.000Z' },
    sync: undefined,
    buttons: [
      { verb: 'take', label: 'Take it', primary: true, dialog: false },
      { verb: 'assign', label: 'Assign', primary: false, dialog: true },
      { verb: 'close', label: 'Close', primary: false, dialog: true },
    ],
    more: [
      { verb: 'comment', label: 'Comment', primary: false, dialog: true },
      { verb: 'severity', label: 'Severity', primary: false, dialog: true },
    ],
    fallback: 'High severity incident INC-1042: Reverse shell on vm-pay-web-01; nobody has it.',
    ...more,
  };
}

export const logView = (...texts: string[]): LogView => ({
  lines: texts.map((text, n) => ({ at: `2026-11-21T09:1${n % 10}:00.000Z`, text })),
  fallback: texts.at(-1) ?? 'Nothing yet.',
});

export const queryDialog = (query: string, verb: QueryVerb): QueryDialogView => ({
  query,
  verb,
  ...queryForm,
});

const queryForm: FormView = {
  title: 'Pin as evidence',
  about: 'SigninLogs | take 5',
  submit: 'Pin it',
  fields: [
    {
      kind: 'hunt',
      id: 'hunt',
      label: 'Hunt',
      required: false,
      suggested: [{ value: 'hunt-travel', label: 'Impossible travel', description: 'Accounts of INC-1042' }],
    },
    {
      kind: 'text',
      id: 'incident',
      label: 'Incident',
      required: true,
      maxLength: 20,
      placeholder: 'INC-1042',
    },
  ],
};

export const closeDialog = (incident: number, version: number): DialogView => ({
  incident,
  version,
  verb: 'close',
  title: 'Close INC-1042',
  about: 'INC-1042 Reverse shell on vm-pay-web-01',
  submit: 'Close it',
  fields: [
    {
      kind: 'choice',
      id: 'classification',
      label: 'Classification',
      required: true,
      choices: [
        { value: 'true-positive', label: 'True positive', description: 'An attack took place.' },
        { value: 'benign-positive', label: 'Benign positive', description: 'It happened, on purpose.' },
      ],
    },
    { kind: 'person', id: 'owner', label: 'Owner', required: false },
    {
      kind: 'text',
      id: 'comment',
      label: 'Comment',
      required: true,
      maxLength: 2000,
      placeholder: 'What was found',
    },
  ],
});

function listen(server: Server): Promise<void> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
}

const originOf = (server: Server): string => `http://127.0.0.1:${server.address().port}`;
