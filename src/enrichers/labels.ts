import type { Enrichment, Subject } from '../incident/enrichment.ts';
import { nothingKnown } from '../incident/enrichment.ts';
import { type LogPlace, type LogRows, rowsOf, tablesOf } from './ask-logs.ts';
import type { EnrichContext, Enricher } from './enricher.ts';
import { describeLabels } from './labels/describe.ts';
import { dataText, isSite, loweredText, nowText, takenText } from './labels/queries.ts';
import { readCounts, readLowered } from './labels/read.ts';
import { typeOf } from './resource-type.ts';

export interface LabelOptions extends LogPlace {
  /** Labels, with those below them, that lie on what must not leave: `Highly Confidential`. */
  gravest: readonly string[];
}

const dayHours = 24;
/** What was lowered long ago is nobody's preparation. */
const recentHours = 14 * dayHours;
/** Labels stay; the longest that Sentinel keeps without being asked to. */
const longHours = 90 * dayHours;

const audit = 'MicrosoftPurviewInformationProtection';
const scans = 'PurviewDataSensitivityLogs';
const office = 'OfficeActivity';

/** Which sensitivity labels lie on what an incident names, who lowered one, and who took what is labelled. */
export function createLabels({ gravest, ...place }: LabelOptions): Enricher {
  const tell = (subject: Subject, { now, lowered }: { now?: LogRows; lowered?: LogRows }): Enrichment =>
    describeLabels(
      subject,
      {
        labels: readCounts(now?.rows ?? []),
        lowered: readLowered(lowered?.rows ?? []),
        partial: now?.partial || lowered?.partial || '',
      },
      gravest,
    );

  async function ofItems(subject: Subject, tables: string[], context: EnrichContext): Promise<Enrichment> {
    if (!tables.includes(audit)) return nothingKnown;
    const [now, lowered] = await Promise.all([
      rowsOf(place, nowText(subject), longHours, context),
      rowsOf(place, loweredText(subject), recentHours, context),
    ]);
    return tell(subject, { now, lowered });
  }

  async function ofAccount(subject: Subject, tables: string[], context: EnrichContext): Promise<Enrichment> {
    if (!tables.includes(audit)) return nothingKnown;
    const dayAgo = new Date(context.now.getTime() - dayHours * 3_600_000);
    const [lowered, now] = await Promise.all([
      rowsOf(place, loweredText(subject), recentHours, context),
      tables.includes(office)
        ? rowsOf(place, takenText(subject, dayAgo), longHours, context)
        : { rows: [], partial: '' },
    ]);
    return tell(subject, { now, lowered });
  }

  async function ofData(subject: Subject, tables: string[], context: EnrichContext): Promise<Enrichment> {
    if (!tables.includes(scans)) return nothingKnown;
    return tell(subject, { now: await rowsOf(place, dataText(subject), longHours, context) });
  }

  return {
    name: 'labels',
    title: 'Sensitivity labels',
    question: 'How sensitive is it, who lowered or removed its label, and who took what is labelled?',
    about: ['file', 'url', 'mailbox', 'account', 'resource'],
    concerns(subject) {
      if (subject.kind === 'url') return isSite(subject.url);
      if (subject.kind === 'account') return subject.upn !== '';
      return subject.kind !== 'resource' || holdsData.test(typeOf(subject.resourceId));
    },
    side: 'logs',
    calls: 3,
    api: `Log Analytics query API v1: ${audit}, ${scans}, ${office}`,
    permission: 'Log Analytics Reader on the workspace',
    lifetimeSeconds: 600,
    deadlineMs: 25_000,
    limits:
      'Sees what the connectors of Purview send to the workspace, up to an hour late; it names old labels by id where nothing else names them.',
    async enrich(subject, context) {
      const tables = await tablesOf(place, [audit, scans, office]);
      switch (subject.kind) {
        case 'file':
        case 'url':
        case 'mailbox':
          return ofItems(subject, tables, context);
        case 'account':
          return ofAccount(subject, tables, context);
        case 'resource':
          return ofData(subject, tables, context);
        case 'machine':
        case 'ip':
        case 'domain':
        case 'path':
        case 'incident':
          return nothingKnown;
      }
    },
  };
}

/** https://learn.microsoft.com/purview/data-map-data-sources */
const holdsData =
  /^microsoft\.(storage\/storageaccounts|sql\/|documentdb\/|dbforpostgresql\/|dbformysql\/|synapse\/workspaces)/;
