import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { newerVersion } from './arm-error.ts';
import { insights } from './estate.ts';
import { type AdditionalData, type Author, type Incident, type IncidentWrite, incident } from './incident.ts';
import { IncidentComments, incidentComment } from './incident-comments.ts';
import { type IncidentEntity, incidentEntity } from './incident-entity.ts';
import { armTime } from './times.ts';

export interface IncidentRecord {
  incident: Incident;
  comments: IncidentComments;
  alerts: IncidentEntity[];
  entities: IncidentEntity[];
}

/** What Sentinel itself says of an incident that its engine makes; nobody can write it. */
export interface Origin {
  name: string;
  alerts: IncidentEntity[];
  entities: IncidentEntity[];
  relatedAnalyticRuleIds: string[];
  providerName: string;
  additionalData: Pick<AdditionalData, 'alertProductNames' | 'tactics' | 'techniques'>;
}

/** What `save` gives. The counters are part of it, so that no number and no time of a write is given twice. */
export const savedIncidents = z.object({
  lastWrite: z.number(),
  lastNumber: z.number(),
  records: z.array(
    z.object({
      incident,
      comments: z.array(incidentComment),
      alerts: z.array(incidentEntity),
      entities: z.array(incidentEntity),
    }),
  ),
});
export type SavedIncidents = z.infer<typeof savedIncidents>;

/** The incidents of one Sentinel workspace. */
export class Incidents {
  readonly #records = new Map<string, IncidentRecord>();
  readonly #now: () => Date;
  #lastWrite = 0;
  #lastNumber = 4_700;

  constructor(now: () => Date) {
    this.#now = now;
  }

  find(name: string): IncidentRecord | undefined {
    return this.#records.get(name.toLowerCase());
  }

  all(): IncidentRecord[] {
    return [...this.#records.values()];
  }

  save(): SavedIncidents {
    const records = this.all().map((record) => ({ ...record, comments: record.comments.all() }));
    return { lastWrite: this.#lastWrite, lastNumber: this.#lastNumber, records };
  }

  /** Holds what was saved, and nothing else. */
  restore({ lastWrite, lastNumber, records }: SavedIncidents): void {
    this.#lastWrite = lastWrite;
    this.#lastNumber = lastNumber;
    this.#records.clear();
    for (const { comments, ...record } of records) {
      const { id, name } = record.incident;
      this.#records.set(name.toLowerCase(), { ...record, comments: new IncidentComments(id, comments) });
    }
  }

  create(write: IncidentWrite, author: Author, origin: Origin): IncidentRecord {
    const at = this.#nextWrite();
    const number = ++this.#lastNumber;
    const id = `${insights}/Incidents/${origin.name}`;
    const record: IncidentRecord = {
      comments: new IncidentComments(id),
      alerts: origin.alerts,
      entities: origin.entities,
      incident: {
        id,
        name: origin.name,
        etag: newEtag(),
        type: 'Microsoft.SecurityInsights/Incidents',
        systemData: {
          createdAt: at,
          createdBy: author.userPrincipalName ?? author.name,
          createdByType: author.type,
          ...modified(at, author),
        },
        properties: {
          ...written(write),
          createdTimeUtc: at,
          lastModifiedTimeUtc: at,
          incidentNumber: number,
          additionalData: {
            ...origin.additionalData,
            alertsCount: origin.alerts.length,
            bookmarksCount: 0,
            commentsCount: 0,
            providerIncidentUrl: `https://security.microsoft.com/incident2/${number}/overview`,
          },
          relatedAnalyticRuleIds: origin.relatedAnalyticRuleIds,
          incidentUrl: `https://portal.azure.com/#asset/Microsoft_Azure_Security_Insights/Incident${id}`,
          providerName: origin.providerName,
          providerIncidentId: String(number),
        },
      },
    };
    this.#records.set(origin.name.toLowerCase(), record);
    return record;
  }

  /** Replaces all that is writable: what the write omits is gone. Throws a 409 where `etag` is not the present one. */
  replace(record: IncidentRecord, write: IncidentWrite, etag: unknown, author: Author): Incident {
    if (etag !== record.incident.etag) throw newerVersion(record.incident.id);
    const { incident } = record;
    const { createdTimeUtc, incidentNumber, additionalData, relatedAnalyticRuleIds, incidentUrl } =
      incident.properties;
    const { lastModifiedTimeUtc, providerName, providerIncidentId } = incident.properties;
    record.incident = {
      ...incident,
      properties: {
        ...written(write),
        createdTimeUtc,
        lastModifiedTimeUtc,
        incidentNumber,
        additionalData,
        relatedAnalyticRuleIds,
        incidentUrl,
        providerName,
        providerIncidentId,
      },
    };
    return this.touch(record, author);
  }

  /** A new version of the incident, because it or its comments changed. */
  touch(record: IncidentRecord, author: Author): Incident {
    const at = this.#nextWrite();
    const { incident, comments } = record;
    const additionalData = { ...incident.properties.additionalData, commentsCount: comments.count };
    record.incident = {
      ...incident,
      etag: newEtag(),
      systemData: { ...incident.systemData, ...modified(at, author) },
      properties: { ...incident.properties, lastModifiedTimeUtc: at, additionalData },
    };
    return record.incident;
  }

  /** No two writes of a workspace share a time, so that a watermark tells them apart. */
  #nextWrite(): string {
    this.#lastWrite = Math.max(this.#now().getTime(), this.#lastWrite + 1);
    return armTime(new Date(this.#lastWrite));
  }
}

const newEtag = (): string => `"${randomUUID()}"`;

function modified(at: string, author: Author) {
  return {
    lastModifiedAt: at,
    lastModifiedBy: author.userPrincipalName ?? author.name,
    lastModifiedByType: author.type,
  };
}

function written(write: IncidentWrite) {
  const { objectId = null, email = null, assignedTo = null, userPrincipalName = null } = write.owner ?? {};
  return { ...write, owner: { objectId, email, assignedTo, userPrincipalName } };
}
