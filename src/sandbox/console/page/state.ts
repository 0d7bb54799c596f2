import type { KnownBlock, PlainTextElement } from '@slack/types';
import type { FarSide, Fault } from '../../faults.ts';
import type { SandboxPerson } from '../../people.ts';
import type { ChartBlock } from '../slack/chart.ts';

/** What `GET /api/state` answers. */
export interface SandboxState {
  people: SandboxPerson[];
  samples: Sample[];
  azure: { alerts: DefenderAlert[]; incidents: SentinelIncident[] };
  slack: SlackState;
  teams: TeamsState;
  faults: Record<FarSide, Fault>;
}

export interface Sample {
  id: string;
  title: string;
  source: string;
  severity: string;
  kind: string;
}

export interface Conversation<Message> {
  id: string;
  name: string;
  kind: 'channel' | 'direct';
  messages: Message[];
}

export interface SlackState {
  conversations: Conversation<SlackMessage>[];
  ephemerals: SlackEphemeral[];
  views: SlackView[];
  homes?: SlackHome[];
  /** What Slack would show or log when something went wrong, latest last. */
  notes?: string[];
}

export interface SlackMessage {
  ts: string;
  thread_ts?: string;
  /** `thread_broadcast` of a reply that the room sees as well. */
  subtype?: string;
  user: string;
  username?: string;
  text: string;
  blocks?: SlackBlock[];
  attachments?: SlackAttachment[];
  files?: SlackFile[];
  edited?: unknown;
  reply_count?: number;
}

/** Somebody's Home tab of the app. */
export interface SlackHome {
  id: string;
  user: string;
  view: { blocks: SlackBlock[] };
}

export type SlackBlock = KnownBlock | ChartBlock;

export interface SlackFile {
  id: string;
  name: string;
  title: string;
  /** In bytes. */
  size: number;
}

export interface SlackAttachment {
  color?: string;
  fallback?: string;
  title?: string;
  title_link?: string;
  pretext?: string;
  text?: string;
  blocks?: SlackBlock[];
}

export interface SlackEphemeral {
  user: string;
  channel: string;
  ts: string;
  thread_ts?: string;
  text: string;
  blocks?: SlackBlock[];
  attachments?: SlackAttachment[];
}

export interface SlackView {
  id: string;
  user: string;
  view: {
    title: PlainTextElement;
    submit?: PlainTextElement;
    close?: PlainTextElement;
    blocks: KnownBlock[];
  };
  errors?: Record<string, string>;
}

export interface TeamsState {
  conversations: Conversation<TeamsMessage>[];
  dialogs: TeamsDialog[];
  toasts: TeamsToast[];
}

export type AdaptiveCardJson = Record<string, unknown>;

export interface TeamsMessage {
  id: string;
  root?: string;
  from: { id: string; name: string };
  at?: string;
  text?: string;
  textFormat?: string;
  attachments?: TeamsAttachment[];
  edited?: unknown;
  personal?: Record<string, AdaptiveCardJson>;
}

export interface TeamsAttachment {
  contentType: string;
  content: AdaptiveCardJson;
  /** Of a file. */
  name?: string;
  contentUrl?: string;
}

export interface TeamsDialog {
  person: string;
  conversation: string;
  activity: string;
  title: string;
  card: AdaptiveCardJson;
}

export interface TeamsToast {
  person: string;
  text: string;
  at: string | number;
  error?: boolean;
}

/** Resource Manager's shape, the properties that the portal view shows. */
export interface SentinelIncident {
  name: string;
  properties: {
    title: string;
    severity: string;
    status: string;
    incidentNumber?: number;
    owner?: { assignedTo?: string | null; email?: string | null; userPrincipalName?: string | null };
    classification?: string;
    classificationReason?: string;
    labels?: { labelName: string }[];
    createdTimeUtc?: string;
  };
  comments?: { name: string; properties: { message: string; author?: { name?: string | null } } }[];
}

export interface DefenderAlert {
  name: string;
  properties: {
    alertDisplayName: string;
    severity: string;
    status: string;
    compromisedEntity?: string;
    timeGeneratedUtc?: string;
  };
}
