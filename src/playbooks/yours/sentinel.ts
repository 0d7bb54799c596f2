import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import { FarSideError, isInDoubt, Refused } from '../../errors.ts';
import { subjectName } from '../../incident/enrichment.ts';
import { safeParse } from '../../safe-parse.ts';
import type { Order, Step } from '../playbook.ts';
import { linkTo, pathOf, refuse } from './resource.ts';
import { createWorkflows, lastRunFact, type WorkflowRun } from './workflow.ts';
import type { YourHands, YourPlaybook, YourWork } from './your-playbook.ts';

/**
 * A playbook of Microsoft Sentinel: a Logic App that Sentinel runs on an incident. Sentinel takes the request and does not
 * say which run comes of it, so the run is found by its beginning and by the incident that its trigger was given.
 *
 * How sure that is: a run of the same playbook on the same incident that somebody else began after the look is taken for
 * ours, and then not begun again. Where the Logic App hides what its trigger was given (secure outputs), the first run
 * that began since is taken for ours, whatever its incident. That Sentinel was asked twice for one run takes a crash
 * between its answer and our writing it down, and a run that shows itself later than a minute.
 * https://learn.microsoft.com/rest/api/securityinsights/incidents/run-playbook
 */
export function sentinelWork({ resource: id }: YourPlaybook, { arm, signed, tenant }: YourHands): YourWork {
  const workflows = createWorkflows(arm);

  async function find(
    since: string,
    incident: string,
    signal: AbortSignal,
  ): Promise<WorkflowRun | undefined> {
    const from = new Date(Date.parse(since) - skewMs).toISOString();
    const found = await workflows.runs(id, `startTime ge ${from}`, signal);
    for (const run of found.reverse()) {
      const given = await incidentOf(run, signal);
      if (given === undefined || given.toLowerCase() === incident.toLowerCase()) return run;
    }
    return undefined;
  }

  /** What the trigger was given; `undefined` where it does not tell. */
  async function incidentOf({ properties }: WorkflowRun, signal: AbortSignal): Promise<string | undefined> {
    const link = properties.trigger?.outputsLink?.uri;
    if (!link) return undefined;
    return safeParse(triggerOutputs, await signed.get(link, signal)).data?.body.object.id;
  }

  async function ask(incident: string, signal: AbortSignal): Promise<void> {
    const path = `${pathOf(incident)}/runPlaybook?api-version=2025-07-01-preview`;
    try {
      await arm.write('POST', path, { logicAppsResourceId: id, tenantId: tenant }, { signal });
    } catch (error) {
      if (error instanceof FarSideError && isInDoubt(error)) return;
      if (error instanceof FarSideError && ['rejected', 'not-found'].includes(error.reason))
        throw new Refused(
          `Sentinel does not run ${lastSegment(id)}: ${error.message} Is it let to run playbooks of that resource group (Sentinel → Settings → Playbook permissions)?`,
        );
      refuse(id)(error);
    }
  }

  return {
    api: 'Microsoft Sentinel 2025-07-01-preview: POST …/incidents/{id}/runPlaybook',
    permission:
      'Microsoft Sentinel Responder on the workspace; Microsoft Sentinel Playbook Operator and Reader on the Logic App',
    async look(order, { signal, now }) {
      const incident = incidentIn(order);
      const { name, isEnabled, trigger } = await workflows.read(id, signal);
      if (!isEnabled) throw new Refused(`${name} is disabled. Enable it in Azure, or do this another way.`);
      if (trigger?.kind !== 'sentinel')
        throw new Refused(
          `${name} does not begin with the trigger "Microsoft Sentinel incident", so Sentinel cannot run it.`,
        );
      const answer = await arm
        .get(`${pathOf(incident)}?api-version=2025-09-01`, { signal })
        .catch((error: unknown) => {
          if (!(error instanceof FarSideError) || error.reason !== 'not-found') throw error;
          throw new Refused(`Sentinel does not know ${subjectName(order.target)} any more.`);
        });
      const { data } = safeParse(incidentShape, answer);
      return {
        facts: [
          {
            label: 'Sentinel incident',
            value: `${data?.properties.incidentNumber ?? lastSegment(incident)}`,
          },
          { label: 'Logic App', value: 'enabled' },
          lastRunFact(await workflows.runs(id, undefined, signal)),
        ],
        warning: '',
        memory: { since: now.toISOString() },
      };
    },
    async act(order, { signal, now }) {
      const incident = incidentIn(order);
      const handle = handleShape.parse(order.handle);
      const since = handle?.intent ?? safeParse(remembered, order.memory).data?.since ?? now.toISOString();
      // A run that is taken back begins after this one ended.
      const memory = { since: now.toISOString() };
      if (handle?.run) {
        const run = await workflows.run(id, handle.run, signal);
        return workflows.follow(id, run, { handle, memory }, signal);
      }
      const run = await find(since, incident, signal);
      if (run) return workflows.follow(id, run, { handle: { run: run.name }, memory }, signal);
      const step = next(handle, now);
      if (step) return step;
      await ask(incident, signal);
      return underWay('Sentinel has been asked to run it.', { ...handle, asked: true });
    },
  };

  /** What to do where no run is to be seen; `undefined`: Sentinel is to be asked now. */
  function next(handle: Handle | null | undefined, now: Date): Step | undefined {
    const intent = now.toISOString();
    // Written down before anything is asked, so that a crash after it is known for one.
    if (!handle?.intent) return { ...underWay('Sentinel is about to be asked.', { intent }), againMs: 0 };
    const age = now.getTime() - Date.parse(handle.intent);
    if (handle.asked && age >= appearsWithinMs)
      return {
        state: 'failed',
        says: 'Sentinel took the request, and no run was seen for five minutes. Look at the history of the Logic App before you try again.',
        outputs: [linkTo(id)],
      };
    if (handle.asked) return underWay('Sentinel has been asked; the run is not to be seen yet.', handle);
    if (age < freshMs) return undefined;
    // Whoever wrote it down may have asked and died before saying so.
    if (age < doubtMs) return underWay('It is looked whether Sentinel was asked already.', handle);
    return { ...underWay('Sentinel is about to be asked.', { intent }), againMs: 0 };
  }
}

/** Clocks of two houses. */
const skewMs = 5_000;
/** For so long it is sure that nobody has asked since it was written down that somebody will. */
const freshMs = 5_000;
/** Runs show themselves within seconds. */
const doubtMs = 60_000;
const appearsWithinMs = 5 * 60_000;

function incidentIn({ addresses = [], target }: Order): string {
  const found = addresses.find((one) => sentinelIncident.test(one));
  if (found) return found;
  throw new Refused(
    `${subjectName(target)} has no incident at Sentinel, and playbooks of Sentinel run on those alone.`,
  );
}

const underWay = (says: string, handle: Handle) => ({ state: 'under-way' as const, says, handle });

const sentinelIncident = /\/providers\/Microsoft\.SecurityInsights\/incidents\/[^/]+$/i;
const remembered = z.object({ since: z.string() });
/** `intent`: since when Sentinel was to be asked; `asked`: it was; `run`: what came of it. */
const handleShape = z
  .object({ intent: z.string().optional(), asked: z.boolean().optional(), run: z.string().optional() })
  .nullish();
type Handle = NonNullable<z.output<typeof handleShape>>;
const triggerOutputs = z.object({ body: z.object({ object: z.object({ id: z.string() }) }) });
const incidentShape = z.object({ properties: z.object({ incidentNumber: z.number() }) });
