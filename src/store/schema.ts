import type { ColumnType, Generated } from 'kysely';
import type { FarSideReason } from '../errors.ts';
import type { Alert, Severity, SourceName, Status } from '../incident/alert.ts';
import type { Actor, Incident } from '../incident/incident.ts';
import type { Stance } from '../incident/stance.ts';

/** Written as text, because the driver would turn a JavaScript array into a PostgreSQL array. */
type Json<T> = ColumnType<T, string, string>;

export interface Schema {
  raw_alerts: {
    id: Generated<number>;
    source: SourceName;
    via: 'poll' | 'push' | 'part';
    body: string;
    digest: string;
    observed_at: Date | null;
    received_at: Generated<Date>;
    taken_at: Date | null;
    refused: string | null;
    dropped_at: Date | null;
    trace: string | null;
  };
  incidents: {
    id: number;
    version: number;
    revision: number;
    status: Status;
    severity: Severity;
    priority: number;
    owner_id: string | null;
    state: Json<Incident>;
    correlation_key: string | null;
    last_activity_at: ColumnType<Date, string, string>;
    opened_at: ColumnType<Date, string, string>;
    updated_at: Generated<Date>;
  };
  incident_events: {
    incident_id: number;
    version: number;
    at: ColumnType<Date, string, never>;
    actor: Json<Actor>;
    type: string;
    data: Json<Record<string, unknown>>;
    hash: string;
  };
  alerts: {
    source: SourceName;
    source_id: string;
    incident_id: number;
    body: Json<Alert>;
    digest: string;
    open: boolean;
    stance: Json<Stance>;
    wanted_version: Generated<number>;
    written_version: Generated<number>;
    behind: ColumnType<boolean, never, never>;
    writing_since: Date | null;
    written_at: Date | null;
    write_failure: FarSideReason | null;
    tried: Json<Stance> | null;
    write_attempts: Generated<number>;
    write_after: Generated<Date>;
    leased_by: number | null;
    behind_since: Date | null;
    observed_at: Date | null;
    trace: string | null;
  };
  conversations: {
    channel: string;
    id: string;
    service_url: string | null;
    rest_until: Generated<Date>;
    leased_by: number | null;
  };
  summaries: {
    id: Generated<string>;
    channel: string;
    conversation: string;
    ref: Json<{ conversation: string; message: string }> | null;
    opened_at: Generated<Date>;
    joined_at: Generated<Date>;
    priority: number;
    posting_since: Date | null;
    attempts: Generated<number>;
    left_count: Generated<number>;
    shown_left: Generated<number>;
    behind: ColumnType<boolean, never, never>;
    try_after: Generated<Date>;
  };
  cards: {
    id: Generated<string>;
    incident_id: number;
    channel: string;
    conversation: string;
    part: 'card' | 'log';
    ref: Json<{ conversation: string; message: string }> | null;
    message_id: string | null;
    card_ref: Json<{ conversation: string; message: string }> | null;
    priority: number;
    wanted_revision: number;
    shown_revision: Generated<number>;
    refused_revision: Generated<number>;
    behind: ColumnType<boolean, never, never>;
    posting_since: Date | null;
    posted_at: Date | null;
    summary_id: string | null;
    alone: Generated<boolean>;
    try_after: Generated<Date>;
    attempts: Generated<number>;
    failure: string | null;
    behind_since: Date | null;
    trace: string | null;
  };
  feeds: {
    source: SourceName;
    feed: string;
    watermark: string | null;
    rest_until: Generated<Date>;
    leased_by: number | null;
    failure: string | null;
    failing_since: Date | null;
    told: Generated<boolean>;
  };
  seen_requests: { key: string; at: Generated<Date> };
}
