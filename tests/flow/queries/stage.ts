import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import type { Channel, ChatUser, FileView, Ref, Spot } from '../../../src/channels/channel.ts';
import type { QueryView } from '../../../src/channels/query-view.ts';
import { commands } from '../../../src/commands/index.ts';
import { FarSideError } from '../../../src/errors.ts';
import { openAcceptance } from '../../../src/flow/accept.ts';
import { openDesk } from '../../../src/flow/act.ts';
import { openCourtesy } from '../../../src/flow/courtesy.ts';
import { openInbox } from '../../../src/flow/inbox.ts';
import type { Look } from '../../../src/flow/lane.ts';
import { noRotasAtHand } from '../../../src/flow/on-call/at-hand.ts';
import { noLogs } from '../../../src/flow/queries/at-hand.ts';
import { openHandingOver } from '../../../src/flow/queries/hand-over.ts';
import { openRunning } from '../../../src/flow/queries/run.ts';
import { openAnswering } from '../../../src/flow/queries/show.ts';
import type { RecordEntry } from '../../../src/flow/recorder.ts';
import { openQuiet } from '../../../src/flow/silences/at-hand.ts';
import type { Watchfloor } from '../../../src/flow/watchfloor.ts';
import { usualQuestions } from '../../../src/incident/consequence.ts';
import { usualQuiet } from '../../../src/incident/quiet-settings.ts';
import { usualWeights } from '../../../src/incident/worth.ts';
import type { Guard } from '../../../src/kql/guard.ts';
import type { LogAnswer, LogRequest, LogSchema } from '../../../src/kql/logs.ts';
import { usualEscalation } from '../../../src/people/escalation-settings.ts';
import { usualHandovers } from '../../../src/people/handover-settings.ts';
import { nobodyOnCall } from '../../../src/people/on-call.ts';
import type { KnownPerson } from '../../../src/people/roster.ts';
import type { Database } from '../../../src/store/database.ts';
import { createTelemetry } from '../../../src/telemetry.ts';
import { company, peopleOf } from '../../people/company.ts';
import { noPlays, usualAfter } from '../../support/at-hand.ts';

const log = pino({ level: 'silent' });

/** A chat platform that takes everything and remembers it; a step may be made to fail. */
export interface Room extends Channel {
  messages: { spot: Spot; mark: string; views: QueryView[]; isDeleted: boolean }[];
  files: { spot: Spot; userId: string; file: FileView }[];
  fail: { post?: Error; postAfter?: Error; update?: Error };
}

/** Logs that answer when a test says so, or at once with what it put there. */
export interface StandInLogs {
  asked: LogRequest[];
  /** What comes next; the last is repeated. A function may wait for its signal. */
  answers: ((request: LogRequest) => Promise<LogAnswer>)[];
  isSchemaGone: boolean;
}

export interface QueryStage {
  floor: Watchfloor;
  desk: ReturnType<typeof openDesk>;
  room: Room;
  logs: StandInLogs;
  noted: RecordEntry[];
  clock: { now: number };
  stopping: AbortController;
  /** Looks once for what is to run, and lets it go on; `settled` when all of it has ended. */
  start(): Promise<{ settled: Promise<unknown>; count: number }>;
  /** Runs, shows and hands over until nothing is left to do. */
  run(): Promise<void>;
  show(): Promise<void>;
}

export const schema: LogSchema = {
  tables: ['SigninLogs', 'SecurityEvent', 'EmailEvents', 'AzureActivity', 'StorageBlobLogs'].map((name) => ({
    name,
    columns: [],
    plan: 'analytics' as const,
  })),
  functions: [],
};

/** Reads the first word of a text as its table; refuses `externaldata`; `StorageBlobLogs` is billed by what is scanned. */
const guard: Guard = {
  async check(text, rules) {
    const refused = (rule: string, message: string, start: number) => {
      return { kind: 'refused' as const, rule, message, at: { start, length: 1 } };
    };
    const external = text.indexOf('externaldata');
    if (external >= 0) return refused('external-data', 'A query may not fetch from elsewhere.', external);
    const [table = ''] = text.replace(/^let [^;]*;\s*/gm, '').match(/\w+/) ?? [];
    const whom = rules.closed[table];
    if (whom) return refused('closed-table', `${table} is for ${whom}.`, 0);
    if (rules.schema && !rules.schema.tables.some(({ name }) => name === table))
      return refused('unknown-table', `There is no table ${table}.`, 0);
    return {
      kind: 'allowed',
      bounded: `${text}\n| take ${rules.mostRows + 1}`,
      tables: [table],
      readsUnknown: false,
      columns: undefined,
      isSearch: table === 'StorageBlobLogs',
    };
  },
  close: async () => {},
};

export function rowsOf(count: number, changes: Partial<LogAnswer> = {}): LogAnswer {
  return {
    columns: [
      { name: 'UserPrincipalName', type: 'string' },
      { name: 'IPAddress', type: 'string' },
      { name: 'Tries', type: 'long' },
    ],
    rows: Array.from({ length: count }, (_, i) => [`user${i + 1}@contoso.com`, `203.0.113.${i + 1}`, i + 1]),
    partial: '',
    render: undefined,
    scannedGb: undefined,
    ...changes,
  };
}

/** Waits until the request is ended from outside. */
export function never({ signal }: LogRequest): Promise<LogAnswer> {
  return new Promise((_, reject) => {
    const end = () => reject(new FarSideError('azure', 'timeout', 'The call was ended.'));
    if (signal.aborted) end();
    signal.addEventListener('abort', end, { once: true });
  });
}

export const people = [
  { ...company.olivia, slack: 'U0OLIVIA' },
  { ...company.adam, slack: 'U0ADAM' },
  { ...company.lena, slack: 'U0LENA' },
] satisfies KnownPerson[];

export function userOf(name: 'olivia' | 'adam' | 'lena'): ChatUser {
  const { upn } = company[name];
  return {
    channel: 'slack',
    id: `U0${name.toUpperCase()}`,
    name,
    standing: 'member',
    teamId: 'T0CONTOSO',
    email: upn,
  };
}

/** In the room of the team, in a thread of its own. */
export const inRoom: Spot = { conversation: 'C0SOC', thread: '100.1' };

export function setStage(
  { db, boss, replica }: Pick<Database, 'db' | 'boss' | 'replica'>,
  changes: Partial<Watchfloor> & {
    atOnce?: number;
    logs?: StandInLogs;
    room?: Room;
    replicaId?: number;
  } = {},
): QueryStage {
  const { atOnce = 4, logs = openLogs(), room = openRoom(), replicaId, ...other } = changes;
  const clock = { now: Date.parse('2026-11-21T10:00:00.000Z') };
  const telemetry = createTelemetry(log);
  const inbox = openInbox();
  const noted: RecordEntry[] = [];
  const floor: Watchfloor = {
    db,
    boss,
    replica: replicaId === undefined ? replica : { ...replica, id: replicaId },
    log,
    telemetry,
    now: () => new Date(clock.now),
    sources: new Map(),
    channels: new Map([['slack', room]]),
    route: { name: 'everything', match: {}, priority: 0, to: [], continue: false, routes: [] },
    clearance: [],
    worth: { rules: [], weights: usualWeights },
    enrichers: new Map(),
    plays: noPlays,
    after: usualAfter,
    quiet: openQuiet(usualQuiet),
    ringSilences: () => {},
    onCall: nobodyOnCall,
    digests: { timeZone: 'UTC', plans: [] },
    rotas: noRotasAtHand,
    handovers: usualHandovers,
    escalation: { ...usualEscalation, enabled: false },
    ringRuns: () => {},
    ringWeigh: () => {},
    ringEnrich: () => {},
    windowHours: 24,
    storm: { waiting: 5, perMinute: 30 },
    limits: { personPerMinute: 10_000, deniedPerMinute: 10_000 },
    questions: usualQuestions,
    courtesy: openCourtesy(),
    recorder: { note: async (entry) => void noted.push(entry), count: () => {} },
    signIns: { begin: async () => '' },
    accept: openAcceptance({ db, inbox, ringIntake: () => {}, telemetry }),
    inbox,
    ringIntake: () => {},
    ringDeliver: () => {},
    ringWriteBack: () => {},
    ringQuestions: () => {},
    ringQueries: () => {},
    ringNotices: () => {},
    ringEscalation: () => {},
    ringAnswers: () => {},
    atHand: {
      ...noLogs,
      guard,
      logs: {
        async ask(request) {
          logs.asked.push(request);
          const answer = logs.answers.length > 1 ? logs.answers.shift() : logs.answers[0];
          return answer ? answer(request) : rowsOf(3);
        },
        async schema() {
          if (logs.isSchemaGone) throw new FarSideError('azure', 'unavailable', 'no answer');
          return schema;
        },
      },
      policy: {
        workspaces: [
          { name: 'soc', id: randomUUID() },
          { name: 'payments', id: randomUUID() },
        ],
        as: 'bot',
        atOnce,
        seconds: 30,
        rows: 100,
        days: 31,
      },
    },
    ...other,
  };
  const stopping = new AbortController();
  const desk = openDesk(floor, peopleOf(people), commands);
  const running = openRunning(floor, stopping.signal);
  const lanes = [running, openAnswering(floor), openHandingOver(floor)];
  return {
    floor,
    desk,
    room,
    logs,
    noted,
    clock,
    stopping,
    async start() {
      const found = await running(20);
      const tasks = typeof found === 'number' ? [] : found.tasks;
      return { settled: Promise.all(tasks.map((task) => task())), count: tasks.length };
    },
    async run() {
      let did = true;
      while (did) {
        did = false;
        for (const lane of lanes) did = (await drain(lane)) || did;
      }
    },
    async show() {
      await drain(openAnswering(floor));
    },
  };
}

/** Whether there was anything to do. */
async function drain(look: Look): Promise<boolean> {
  let did = false;
  for (;;) {
    const found = await look(20);
    if (typeof found === 'number' || found.tasks.length === 0) return did;
    did = true;
    await Promise.all(found.tasks.map((task) => task()));
  }
}

export function openLogs(): StandInLogs {
  return { asked: [], answers: [async () => rowsOf(3)], isSchemaGone: false };
}

export function openRoom(): Room {
  const messages: Room['messages'] = [];
  const files: Room['files'] = [];
  const fail: Room['fail'] = {};
  const take = (step: keyof Room['fail']) => {
    const error = fail[step];
    delete fail[step];
    if (error) throw error;
  };
  const unused = async (): Promise<never> => {
    throw new Error('Nobody draws cards or runs here.');
  };
  return {
    name: 'slack',
    pace: 0,
    messages,
    files,
    fail,
    post: unused,
    update: unused,
    postLog: unused,
    updateLog: unused,
    postSummary: unused,
    updateSummary: unused,
    postQuestion: unused,
    updateQuestion: unused,
    direct: async (userId) => `D0${userId.slice(2)}`,
    async postQuery(spot, view, mark) {
      take('post');
      messages.push({ spot, mark, views: [view], isDeleted: false });
      const message = String(messages.length);
      take('postAfter');
      return { conversation: spot.conversation, message };
    },
    async updateQuery({ message }: Ref, view) {
      take('update');
      const known = messages[Number(message) - 1];
      if (!known || known.isDeleted) throw new FarSideError('slack', 'not-found', 'message_not_found');
      known.views.push(view);
    },
    postRun: unused,
    updateRun: unused,
    postPage: unused,
    updatePage: unused,
    async sendFile(spot, userId, file) {
      files.push({ spot, userId, file });
    },
    async find(conversation, mark) {
      const at = messages.findIndex((one) => one.mark === mark && one.spot.conversation === conversation);
      return at < 0 ? undefined : { conversation, message: String(at + 1) };
    },
  };
}

/** The message as it is now. */
export function newest(room: Room): { spot: Spot; view: QueryView } {
  const last = room.messages.at(-1);
  const view = last?.views.at(-1);
  if (!last || !view) throw new Error('Nothing was posted.');
  return { spot: last.spot, view };
}
