import { randomUUID } from 'node:crypto';
import type { Request, Response, Server } from 'restify';
import { z } from 'zod';
import { people } from '../people.ts';
import { type Appeared, appearGiven, appearSample, type Cloud } from './appear.ts';
import { ArmError, badRequest, notFound } from './arm-error.ts';
import { alertStatuses } from './defender-alert.ts';
import { type Author, readIncidentWrite } from './incident.ts';
import type { IncidentRecord } from './incidents.ts';
import { exportedAlert, triggeredIncident } from './push-bodies.ts';
import type { Sample } from './samples.ts';
import { storm } from './storm.ts';
import { armTime } from './times.ts';

export interface ControlOptions {
  cloud: Cloud;
  samples: Map<string, Sample>;
  changed: () => void;
  /** Sends what the vendor would send to the product's webhook of that source. */
  push: ((source: string, body: unknown) => Promise<void>) | undefined;
  /** Exports Defender alerts to the event hub. */
  stream: ((bodies: unknown[]) => void) | undefined;
  state: () => unknown;
  listSamples: () => unknown;
}

const way = { push: z.boolean().default(false), stream: z.boolean().default(false) };
const alertToAdd = z.union([
  z.object({ sample: z.string(), ...way }),
  z.object({ source: z.enum(['defender', 'sentinel']), body: z.unknown(), ...way }),
]);
const stormToMake = z.object({
  count: z.number().int().min(1).max(10_000),
  repeats: z.number().min(0).max(1).default(0),
  stream: z.boolean().default(false),
});
const statusToSet = z.object({ status: z.enum(alertStatuses) });
const incidentChange = z.object({ as: z.string().optional(), properties: z.record(z.string(), z.unknown()) });
const commentToMake = z.object({ as: z.string(), message: z.string() });

/** What a person does in Azure's portal, and what befalls Contoso; docs/sandbox.md lists the calls. */
export function mountAzureControls(plain: Server, options: ControlOptions): void {
  const { cloud, samples, changed } = options;
  const findIncident = (request: Request): IncidentRecord => {
    const record = cloud.incidents.find(String(request.params.name));
    if (!record) throw notFound(`The incident '${request.params.name}'`);
    return record;
  };

  plain.get(
    '/api/samples',
    control(() => options.listSamples()),
  );
  plain.get(
    '/api/azure',
    control(() => options.state()),
  );

  plain.post(
    '/api/alerts',
    control(async (request) => {
      const asked = read(alertToAdd, request);
      const appeared = 'sample' in asked ? addSample(asked.sample) : appearGiven(cloud, asked);
      changed();
      if (asked.stream && appeared.source === 'defender') options.stream?.([exportedAlert(appeared.alert)]);
      if (asked.push) await push(appeared);
      return { id: nameOf(appeared) };
    }),
  );

  plain.post(
    '/api/storm',
    control((request) => {
      const { count, repeats, stream } = read(stormToMake, request);
      const alerts = [...storm(count, repeats, cloud.now())];
      for (const alert of alerts) cloud.defender.add(alert);
      changed();
      if (stream) options.stream?.(alerts.map(exportedAlert));
      return { created: count };
    }),
  );

  plain.patch(
    '/api/azure/alerts/:name',
    control((request) => {
      const alert = cloud.defender.setStatus(String(request.params.name), read(statusToSet, request).status);
      if (!alert) throw notFound(`The alert '${request.params.name}'`);
      changed();
      return alert;
    }),
  );

  plain.patch(
    '/api/azure/incidents/:name',
    control((request) => {
      const { as, properties } = read(incidentChange, request);
      const record = findIncident(request);
      const { incident } = record;
      const { classification, classificationReason, classificationComment, ...open } = incident.properties;
      // Reopening in the portal takes the classification away.
      const reopens = properties.status !== undefined && properties.status !== 'Closed';
      const before = reopens ? open : incident.properties;
      const write = readIncidentWrite({ ...before, ...properties });
      const after = cloud.incidents.replace(record, write, incident.etag, authorAs(as));
      changed();
      return after;
    }),
  );

  plain.post(
    '/api/azure/incidents/:name/comments',
    control((request) => {
      const { as, message } = read(commentToMake, request);
      const record = findIncident(request);
      const author = authorAs(as);
      const body = { properties: { message } };
      const { comment } = record.comments.put(randomUUID(), body, armTime(cloud.now()), author);
      cloud.incidents.touch(record, author);
      changed();
      return comment;
    }),
  );

  function addSample(id: string): Appeared {
    const sample = samples.get(id);
    if (!sample) throw notFound(`The sample '${id}'`);
    return appearSample(cloud, samples, sample);
  }

  async function push(appeared: Appeared): Promise<void> {
    const body =
      appeared.source === 'defender' ? exportedAlert(appeared.alert) : triggeredIncident(appeared.record);
    try {
      await options.push?.(appeared.source, body);
    } catch (failure) {
      const why = failure instanceof Error ? failure.message : String(failure);
      throw badRequest(`The alert is in Azure as ${nameOf(appeared)}, but it could not be pushed: ${why}`);
    }
  }
}

function nameOf(appeared: Appeared): string {
  return appeared.source === 'defender' ? appeared.alert.name : appeared.record.incident.name;
}

function authorAs(id: string | undefined): Author {
  if (id === undefined) {
    return {
      type: 'User',
      objectId: '',
      name: 'Someone in the portal',
      email: null,
      userPrincipalName: null,
    };
  }
  const person = people.find((one) => one.id === id);
  if (!person) throw notFound(`The person '${id}'`);
  return {
    type: 'User',
    objectId: person.oid,
    name: person.name,
    email: person.upn,
    userPrincipalName: person.upn,
  };
}

function read<T>(schema: z.ZodType<T>, request: Request): T {
  const parsed = schema.safeParse(request.body);
  if (!parsed.success) throw badRequest(z.prettifyError(parsed.error));
  return parsed.data;
}

/** Answers with what `answer` gives, or with `{"error"}` and 400 or 404. */
function control(answer: (request: Request) => unknown) {
  return async (request: Request, response: Response): Promise<void> => {
    try {
      response.send(200, await answer(request));
    } catch (failure) {
      if (!(failure instanceof ArmError)) throw failure;
      response.send(failure.status === 404 ? 404 : 400, { error: failure.message });
    }
  };
}
