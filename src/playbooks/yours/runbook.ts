import { z } from 'zod';
import { lastSegment } from '../../azure/resource-id.ts';
import { FarSideError, Refused } from '../../errors.ts';
import { subjectName } from '../../incident/enrichment.ts';
import { safeParse } from '../../safe-parse.ts';
import type { Order } from '../playbook.ts';
import { followJob, jobVersion as version } from './job.ts';
import { pathOf, refuse, unreadable } from './resource.ts';
import type { YourHands, YourPlaybook, YourWork } from './your-playbook.ts';

/**
 * A runbook of Azure Automation. Its job has the run's id, and Azure makes no second job of one id: asking twice is asking
 * once. https://learn.microsoft.com/rest/api/automation/job/create
 */
export function runbookWork({ resource: id, parameters: ours }: YourPlaybook, { arm }: YourHands): YourWork {
  const account = pathOf(id).replace(/\/runbooks\/[^/]+$/i, '');

  async function read(signal: AbortSignal): Promise<Runbook> {
    const { data } = safeParse(
      runbookShape,
      await arm.get(`${pathOf(id)}?${version}`, { signal }).catch(refuse(id)),
    );
    if (!data) throw unreadable(id);
    return data.properties;
  }

  async function begin(order: Order, signal: AbortSignal): Promise<unknown> {
    const { parameters } = await read(signal);
    const properties = { runbook: { name: lastSegment(id) }, parameters: sayTo(parameters, order) };
    return arm.write('PUT', `${account}/jobs/${order.run}?${version}`, { properties }, { signal }).then(
      ({ body }) => body,
      (error: unknown) => {
        if (!(error instanceof FarSideError) || error.reason !== 'conflict') refuse(id)(error);
        return job(order.run, signal);
      },
    );
  }

  const job = (run: string, signal: AbortSignal) => arm.get(`${account}/jobs/${run}?${version}`, { signal });

  async function findJob(run: string, signal: AbortSignal): Promise<unknown> {
    try {
      return await job(run, signal);
    } catch (error) {
      if (error instanceof FarSideError && error.reason === 'not-found') return undefined;
      return refuse(id)(error);
    }
  }

  return {
    api: 'Azure Automation 2023-11-01: PUT …/automationAccounts/{account}/jobs/{run}',
    permission: 'Automation Operator, on the Automation account',
    async look(order, { signal }) {
      const { state, runbookType, parameters } = await read(signal);
      const name = lastSegment(id);
      if (state === 'New') throw new Refused(`${name} has never been published. Publish it in Azure.`);
      if (/^python/i.test(runbookType))
        throw new Refused(
          `${name} is written in Python, whose parameters have no names. Call it from a PowerShell runbook.`,
        );
      const said = Object.keys(sayTo(parameters, order)).map((one) => one.toLowerCase());
      const missing = Object.entries(parameters).filter(
        ([key, { isMandatory }]) => isMandatory && !said.includes(key.toLowerCase()),
      );
      if (missing.length > 0)
        throw new Refused(
          `${name} wants ${missing.map(([key]) => key).join(', ')}, which nobody says. Add it to the parameters of this playbook in the settings, or say it.`,
        );
      const unheard = ours.filter(
        (one) => !Object.keys(parameters).some((key) => key.toLowerCase() === one.name.toLowerCase()),
      );
      return {
        facts: [
          { label: 'Runbook', value: state === 'Edit' ? 'published, and being changed' : 'published' },
          { label: 'Language', value: runbookType },
          { label: 'Is told', value: said.join(', ') || 'nothing' },
        ],
        warning:
          unheard.length > 0
            ? `It has no parameter ${unheard.map((one) => one.label).join(', ')}: that is not passed on.`
            : '',
        memory: null,
      };
    },
    async act(order, { signal }) {
      const found = (await findJob(order.run, signal)) ?? (await begin(order, signal));
      return followJob(arm, { runbook: id, account, run: order.run }, found, signal);
    },
  };
}

/**
 * What the runbook is told, of what it has parameters for: `Target`, `Run`, `Note`, `Minutes`, and those of the settings.
 * Each as JSON, as Microsoft's own cmdlets do it: Automation reads a text that looks like JSON for what it looks like.
 */
function sayTo(
  wanted: Runbook['parameters'],
  { name, target, parameters, minutes, note }: Order,
): Record<string, string> {
  const all: Record<string, string> = {
    ...parameters,
    target: subjectName(target),
    ...('resourceId' in target && { resourceid: target.resourceId }),
    run: name,
    note,
    ...(minutes !== undefined && { minutes: String(minutes) }),
  };
  const known = new Map(Object.entries(all).map(([key, value]) => [key.toLowerCase(), value]));
  return Object.fromEntries(
    Object.keys(wanted).flatMap((key) => {
      const value = known.get(key.toLowerCase());
      return value ? [[key, JSON.stringify(value)]] : [];
    }),
  );
}

const text = z
  .string()
  .nullish()
  .transform((said) => said ?? '');
const runbookShape = z.object({
  properties: z.object({
    state: text,
    runbookType: text,
    parameters: z
      .record(z.string(), z.object({ isMandatory: z.boolean().nullish() }))
      .nullish()
      .transform((all) => all ?? {}),
  }),
});
type Runbook = z.output<typeof runbookShape>['properties'];
