import type { Severity, Status } from '../incident/alert.ts';
import type { Format, Line } from './line.ts';

/** https://schema.ocsf.io/1.3.0 */
const version = '1.3.0';

/** Open Cybersecurity Schema Framework, one JSON event a line. What has no place in its class is under `unmapped`. */
export function ocsf(productVersion: string): Format {
  return {
    contentType: 'application/x-ndjson',
    header: '',
    draw(line) {
      const { class_uid, activity_id, ...own } = classify(line);
      const event = {
        class_uid,
        category_uid: Math.floor(class_uid / 1_000),
        activity_id,
        type_uid: class_uid * 100 + activity_id,
        time: Date.parse(line.at),
        severity_id: line.severity ? severities[line.severity] : 1,
        message: line.incident === null ? line.type : `INC-${line.incident} ${line.type}`,
        metadata: {
          version,
          uid: line.id,
          event_code: line.type,
          log_name: 'record',
          product: { name: 'Watchfloor', vendor_name: 'Watchfloor', version: productVersion },
        },
        ...own,
        unmapped: { data: line.data, hash: line.hash, actor_kind: line.actor.kind },
      };
      return `${JSON.stringify(event)}\n`;
    },
  };
}

interface Classified extends Record<string, unknown> {
  class_uid: number;
  activity_id: number;
}

const severities: Record<Severity, number> = { informational: 1, low: 2, medium: 3, high: 4 };
const statuses: Record<Status, number> = { new: 1, active: 2, closed: 5 };
const other = 99;
const [success, failure] = [1, 2];

/** The class that says most of it, with what that class requires. */
function classify(line: Line): Classified {
  const { type, incident, actor } = line;
  switch (type) {
    case 'linked':
    case 'unlinked':
      return {
        class_uid: classes.accountChange,
        activity_id: other,
        activity_name: type === 'linked' ? 'Link' : 'Unlink',
        user: userOf(line),
        actor: { user: userOf(line) },
        status_id: success,
      };
    case 'signed-in':
    case 'sign-in-failed':
      return {
        class_uid: classes.authentication,
        activity_id: 1,
        user: userOf(line),
        service: { name: 'Watchfloor' },
        status_id: type === 'signed-in' ? success : failure,
      };
    case 'requests-refused':
      return {
        class_uid: classes.apiActivity,
        activity_id: other,
        activity_name: 'Refuse',
        actor: { app_name: actor.id },
        api: { operation: String(line.data.edge ?? 'request') },
        src_endpoint: { name: actor.id },
        status_id: failure,
        status_detail: String(line.data.reason ?? ''),
        count: Number(line.data.count ?? 1),
      };
    case 'started':
      return {
        class_uid: classes.applicationLifecycle,
        activity_id: 3,
        app: { name: 'Watchfloor', vendor_name: 'Watchfloor', version: String(line.data.version ?? '') },
        status_id: success,
      };
    case 'denied':
    case 'viewed':
    case 'archived':
    case 'secret-rotated':
    case 'automation-stopped':
    case 'automation-started':
      return {
        class_uid: classes.entityManagement,
        ...managed(type),
        entity: entityOf(line),
        actor: { user: userOf(line) },
        status_id: type === 'denied' ? failure : success,
      };
    default:
      return incident === null ? besides(line) : incidentFinding(line, incident);
  }
}

const classes = {
  incidentFinding: 2005,
  accountChange: 3001,
  authentication: 3002,
  entityManagement: 3004,
  applicationLifecycle: 6002,
  apiActivity: 6003,
};

function managed(
  type: 'denied' | 'viewed' | 'archived' | 'secret-rotated' | 'automation-stopped' | 'automation-started',
) {
  switch (type) {
    case 'denied':
      return { activity_id: other, activity_name: 'Deny' };
    case 'viewed':
      return { activity_id: 2 };
    case 'archived':
      return { activity_id: other, activity_name: 'Archive' };
    case 'secret-rotated':
      return { activity_id: 3 };
    // https://schema.ocsf.io/1.3.0/classes/entity_management: 9 enables, 10 disables.
    case 'automation-stopped':
      return { activity_id: 10 };
    case 'automation-started':
      return { activity_id: 9 };
  }
}

function incidentFinding(line: Line, incident: number): Classified {
  const { type, status } = line;
  const activity_id = type === 'opened' ? 1 : type === 'closed' || type === 'merged' ? 3 : 2;
  const name = `INC-${incident}`;
  return {
    class_uid: classes.incidentFinding,
    activity_id,
    status_id: status ? statuses[status] : 0,
    finding_info_list: [{ uid: name, title: name }],
    assignee_group: { name: 'Watchfloor' },
    actor: { user: userOf(line) },
    ...(typeof line.data.text === 'string' && { comment: line.data.text }),
  };
}

/** A type that came after this was written. */
function besides(line: Line): Classified {
  return {
    class_uid: classes.entityManagement,
    activity_id: other,
    activity_name: line.type,
    entity: entityOf(line),
    actor: { user: userOf(line) },
  };
}

function entityOf({ incident, type, data }: Line): { name: string; type: string } {
  if (incident !== null) return { name: `INC-${incident}`, type: 'incident' };
  return { name: String(data.name ?? data.secret ?? data.deed ?? type), type: 'record' };
}

function userOf({ actor }: Line): { uid: string; name: string; type_id: number } {
  // 1 is a user, 3 the system itself, 0 unknown.
  const type_id = actor.kind === 'bot' ? 3 : actor.kind === 'sender' ? 0 : 1;
  return { uid: actor.id, name: actor.name || actor.id, type_id };
}
