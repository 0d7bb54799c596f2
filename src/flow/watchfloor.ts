import type { PgBoss } from 'pg-boss';
import type { Channel } from '../channels/channel.ts';
import type { RoomClearance } from '../channels/clearance.ts';
import type { DigestPolicy } from '../channels/digest-settings.ts';
import type { Enricher } from '../enrichers/enricher.ts';
import type { SourceName } from '../incident/alert.ts';
import type { QuestionPolicy } from '../incident/consequence.ts';
import type { EscalationPolicy } from '../incident/limits.ts';
import type { Worth } from '../incident/priority.ts';
import type { Route } from '../incident/route.ts';
import type { Log } from '../log.ts';
import type { Heartbeat } from '../paging/heartbeat.ts';
import type { Pager } from '../paging/pager.ts';
import type { HandoverPolicy } from '../people/handover-settings.ts';
import type { OnCall } from '../people/on-call.ts';
import type { Source } from '../sources/source.ts';
import type { Db } from '../store/database.ts';
import type { Incoming, RawAlert } from '../store/raw-alerts.ts';
import type { Replica } from '../store/replica.ts';
import type { Telemetry } from '../telemetry.ts';
import type { AfterAtHand } from './after/at-hand.ts';
import type { Courtesy } from './courtesy.ts';
import type { RotasAtHand } from './on-call/at-hand.ts';
import type { PreparationAtHand } from './preparation/at-hand.ts';
import type { LogsAtHand } from './queries/at-hand.ts';
import type { Recorder } from './recorder.ts';
import type { PlaysAtHand } from './runs/at-hand.ts';
import type { SignIns } from './sign-in.ts';
import type { QuietAtHand } from './silences/at-hand.ts';
import type { StormLimits } from './storm.ts';

/** What this process accepted and has not taken in yet, in its order. The database has it all, so it may be forgotten. */
export interface Inbox {
  put(raws: RawAlert[]): void;
  take(limit: number): RawAlert[];
}

/** What every story works with. */
export interface Watchfloor {
  db: Db;
  boss: PgBoss;
  replica: Replica;
  log: Log;
  telemetry: Telemetry;
  now: () => Date;
  sources: Map<SourceName, Source>;
  channels: Map<string, Channel>;
  route: Route;
  /** What rooms are shown that are not shown the whole, or are said to be. */
  clearance: RoomClearance[];
  /** What is worth how much. */
  worth: Worth;
  /** Alike alerts within this many hours of each other join one incident. */
  windowHours: number;
  storm: StormLimits;
  quiet: QuietAtHand;
  courtesy: Courtesy;
  /** How often one person may ask for something, by buttons, dialogs, words and searches. */
  limits: { personPerMinute: number; deniedPerMinute: number };
  recorder: Recorder;
  signIns: SignIns;
  questions: QuestionPolicy;
  atHand: LogsAtHand;
  /** Who is asked about entities, by name, the most telling first; empty where nobody is. */
  enrichers: Map<string, Enricher>;
  /** Resources and machines of a name, or the one of an id, at most a few; absent where Azure is not asked. */
  findResources?: (said: string) => Promise<{ name: string; resourceId: string }[]>;
  plays: PlaysAtHand;
  handovers: HandoverPolicy;
  /** Legal clocks, whom else to tell, and how a review is written. */
  after: AfterAtHand;
  onCall: OnCall;
  /** When which numbers are told where, and whose midnight ends a day. */
  digests: DigestPolicy;
  /** What `onCall` is computed from. */
  rotas: RotasAtHand;
  /** What is practised, proven and looked after by itself; absent where nothing is. */
  preparation?: PreparationAtHand;
  /** What the settings say of limits; what runs already goes on as it began. */
  escalation: EscalationPolicy;
  /** Calls people out of bed; absent where no such service is set up. */
  pager?: Pager;
  /** Is told each minute that all is well; absent where nobody is. */
  heartbeat?: Heartbeat;
  /** Lanes of this process that have not looked for too long, by name. */
  lanesThatStand?: () => string[];
  /** Makes what came in durable and hands it to intake. Returns what is new. */
  accept: (incoming: Incoming[]) => Promise<RawAlert[]>;
  inbox: Inbox;
  /** There may be raw alerts to take in. */
  ringIntake: () => void;
  /** There may be cards that are behind, or may be sent in so many milliseconds. */
  ringDeliver: (inMs?: number) => void;
  /** There may be sources that do not hold what people decided. */
  ringWriteBack: (inMs?: number) => void;
  /** There may be questions to ask, or to show as settled. */
  ringQuestions: (inMs?: number) => void;
  /** There may be incidents whose subjects nobody has looked at, or of which more is known than they show. */
  ringWeigh: (inMs?: number) => void;
  /** There may be somebody to ask about a subject. */
  ringEnrich: (inMs?: number) => void;
  /** There may be incidents whose silence is over, or silences that Azure does not hold yet. */
  ringSilences: (inMs?: number) => void;
  /** There may be something to be done about a run, or messages of runs that are behind. */
  ringRuns: (inMs?: number) => void;
  /** There may be incidents of which a limit is near, or pages to send. */
  ringEscalation: (inMs?: number) => void;
  /** There may be notices to send, or to show as they are now. */
  ringNotices: (inMs?: number) => void;
  /** There may be something to be done about a drill or a proof. */
  ringPreparation?: () => void;
  /** There may be queries to run. */
  ringQueries: (inMs?: number) => void;
  /** There may be queries whose message is behind, or files to hand over. */
  ringAnswers: (inMs?: number) => void;
}
