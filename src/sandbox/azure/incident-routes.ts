import { z } from 'zod';
import type { ArmCall, ArmRoute, Caller } from './arm.ts';
import { notFound } from './arm-error.ts';
import { insights } from './estate.ts';
import { type Author, readIncidentWrite } from './incident.ts';
import { queryIncidents } from './incident-query.ts';
import type { IncidentRecord, Incidents } from './incidents.ts';
import { armTime } from './times.ts';

const apiVersions = ['2024-09-01', '2025-09-01'];
const envelope = z
  .object({ etag: z.string().optional(), properties: z.unknown() })
  .catch({ properties: undefined });

/** `Microsoft.SecurityInsights/incidents` of the one workspace, their comments, alerts and entities. */
export function incidentRoutes(incidents: Incidents, now: () => Date, changed: () => void): ArmRoute[] {
  const one = `${insights}/incidents/{incident}`;
  const find = (call: ArmCall): IncidentRecord => {
    const record = incidents.find(call.param('incident'));
    if (!record) throw notFound(`The incident '${call.param('incident')}'`);
    return record;
  };
  const findComment = (call: ArmCall) => {
    const comment = find(call).comments.find(call.param('comment'));
    if (!comment) throw notFound(`The comment '${call.param('comment')}'`);
    return comment;
  };
  const route = (method: ArmRoute['method'], path: string, answer: ArmRoute['answer']): ArmRoute => ({
    method,
    path,
    apiVersions,
    answer,
  });

  return [
    route('GET', `${insights}/incidents`, ({ url }) => {
      const all = incidents.all().map(({ incident }) => incident);
      return { status: 200, body: queryIncidents(all, url) };
    }),
    route('GET', one, (call) => ({ status: 200, body: find(call).incident })),
    route('PUT', one, (call) => {
      const { etag, properties } = envelope.parse(call.body);
      const write = readIncidentWrite(properties);
      const author = authorOf(call.caller);
      const record = incidents.find(call.param('incident'));
      const incident = record
        ? incidents.replace(record, write, etag, author)
        : incidents.create(write, author, madeByHand(call.param('incident'))).incident;
      changed();
      return { status: record ? 200 : 201, body: incident };
    }),
    route('POST', `${one}/alerts`, (call) => ({ status: 200, body: { value: find(call).alerts } })),
    route('POST', `${one}/entities`, (call) => {
      const { entities } = find(call);
      const kinds = Map.groupBy(entities, ({ kind }) => kind);
      const metaData = [...kinds].map(([entityKind, { length }]) => ({ entityKind, count: length }));
      return { status: 200, body: { entities, metaData } };
    }),
    route('GET', `${one}/comments`, (call) => ({ status: 200, body: { value: find(call).comments.all() } })),
    route('GET', `${one}/comments/{comment}`, (call) => ({ status: 200, body: findComment(call) })),
    route('PUT', `${one}/comments/{comment}`, (call) => {
      const record = find(call);
      const author = authorOf(call.caller);
      const put = record.comments.put(call.param('comment'), call.body, armTime(now()), author);
      incidents.touch(record, author);
      changed();
      return { status: put.created ? 201 : 200, body: put.comment };
    }),
    route('DELETE', `${one}/comments/{comment}`, (call) => {
      const record = find(call);
      if (!record.comments.delete(call.param('comment'))) return { status: 204 };
      incidents.touch(record, authorOf(call.caller));
      changed();
      return { status: 200 };
    }),
  ];
}

function authorOf({ objectId, appId }: Caller): Author {
  return { type: 'Application', objectId, name: appId, email: null, userPrincipalName: null };
}

function madeByHand(name: string) {
  return {
    name,
    alerts: [],
    entities: [],
    relatedAnalyticRuleIds: [],
    providerName: 'Azure Sentinel',
    additionalData: { alertProductNames: [], tactics: [], techniques: [] },
  };
}
