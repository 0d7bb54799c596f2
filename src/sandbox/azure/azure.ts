import { randomUUID } from 'node:crypto';
import type { Server } from 'restify';
import { z } from 'zod';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import type { Cloud } from './appear.ts';
import { type ArmRoute, mountArm } from './arm.ts';
import { mountAzureControls } from './controls.ts';
import { DefenderAlerts } from './defender.ts';
import { type DefenderAlert, defenderAlert } from './defender-alert.ts';
import { defenderRoutes } from './defender-routes.ts';
import { type HappenedSample, HappenedSamples, happenedSample } from './happened.ts';
import type { Incident } from './incident.ts';
import type { IncidentComment } from './incident-comments.ts';
import { incidentRoutes } from './incident-routes.ts';
import { type IncidentRecord, Incidents, savedIncidents } from './incidents.ts';
import { type QuietRule, quietRuleRoutes } from './quiet-rules.ts';
import { readSamples } from './samples.ts';
import { armTime } from './times.ts';

export interface AzureStandIn {
  /** Adds Resource Manager's routes to the TLS server. */
  mount(secure: Server): void;
  /** Adds the calls of docs/sandbox.md that concern Azure; the server needs restify's body parser. */
  mountControls(plain: Server): void;
  samples(): SampleSummary[];
  /** Samples that appeared, and when; the logs tell their stories. */
  happened(): HappenedSample[];
  state(): AzureState;
  /** The Sentinel incident of this name, with what hangs on it. */
  incident(name: string): IncidentRecord | undefined;
  /** Something in Azure comments on it. */
  comment(incident: IncidentRecord, by: string, message: string): void;
  /** All that Azure keeps, as JSON: alerts, and incidents with their comments, alerts and entities. */
  save(): unknown;
  /** Holds what `save` gave, and nothing else. Throws a ZodError, and changes nothing, where it is something else. */
  restore(saved: unknown): void;
}

export interface SampleSummary {
  id: string;
  title: string;
  source: 'defender' | 'sentinel';
  severity: string;
  kind: string;
}

export interface AzureState {
  /** Newest first. */
  alerts: DefenderAlert[];
  incidents: (Incident & { comments: IncidentComment[] })[];
  /** Suppression rules of Defender and automation rules of Sentinel, as somebody put them. */
  rules: QuietRule[];
}

interface AzureOptions {
  entra: Entra;
  faults: Faults;
  changed: () => void;
  push?: (source: string, body: unknown) => Promise<void>;
  stream?: (bodies: unknown[]) => void;
  /** What else Resource Manager knows. */
  routes?: ArmRoute[];
}

const savedAzure = z.object({
  alerts: z.array(defenderAlert),
  incidents: savedIncidents,
  happened: z.array(happenedSample).default([]),
});

/** Stand-in for Defender for Cloud and Sentinel, behind Resource Manager. All is in memory. */
export function createAzure(options: AzureOptions): AzureStandIn {
  const { entra, faults, changed, push, stream } = options;
  const now = () => new Date();
  const happened = new HappenedSamples();
  const cloud: Cloud = {
    defender: new DefenderAlerts(),
    incidents: new Incidents(now),
    now,
    happened: (sample, at) => happened.add(sample, at),
  };
  const samples = readSamples();
  const rules = new Map<string, QuietRule>();

  const listSamples = (): SampleSummary[] =>
    [...samples.values()].map(({ id, title, source, kind, body }) => ({
      id,
      title,
      source,
      severity: body.properties.severity,
      kind,
    }));

  const state = (): AzureState => ({
    alerts: cloud.defender.all(),
    incidents: cloud.incidents
      .all()
      .map(({ incident, comments }) => ({ ...incident, comments: comments.all() }))
      .reverse(),
    rules: [...rules.values()],
  });

  return {
    samples: listSamples,
    happened: () => happened.all(),
    state,
    incident: (name) => cloud.incidents.find(name),
    comment(record, name, message) {
      const author = {
        type: 'Application' as const,
        objectId: '',
        name,
        email: null,
        userPrincipalName: null,
      };
      record.comments.put(randomUUID(), { properties: { message } }, armTime(now()), author);
      cloud.incidents.touch(record, author);
      changed();
    },
    save: () =>
      ({
        alerts: cloud.defender.save(),
        incidents: cloud.incidents.save(),
        happened: happened.all(),
      }) satisfies z.infer<typeof savedAzure>,
    restore(saved) {
      const { alerts, incidents, happened: before } = savedAzure.parse(saved);
      cloud.defender.restore(alerts);
      cloud.incidents.restore(incidents);
      happened.restore(before);
    },
    mount(secure) {
      const routes = [
        ...defenderRoutes(cloud.defender, changed),
        ...incidentRoutes(cloud.incidents, now, changed),
        ...quietRuleRoutes(rules, changed),
        ...(options.routes ?? []),
      ];
      mountArm(secure, routes, { entra, faults });
    },
    mountControls(plain) {
      mountAzureControls(plain, { cloud, samples, changed, push, stream, state, listSamples });
    },
  };
}
