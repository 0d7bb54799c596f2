import { z } from 'zod';
import { safe } from '../../azure/failure.ts';
import { lastSegment } from '../../azure/resource-id.ts';
import type { Writer } from '../../azure/writer.ts';
import { safeParse } from '../../safe-parse.ts';
import type { Output, Step } from '../playbook.ts';
import { linkTo, pathOf, refuse, unreadable } from './resource.ts';
import { type Trigger, triggerOf, words } from './trigger.ts';

/** Logic Apps of the Consumption plan, and how their runs are getting on. https://learn.microsoft.com/rest/api/logic */
export interface Workflows {
  /** Throws `Refused` where there is none of this id, or it cannot be looked at. */
  read(id: string, signal: AbortSignal): Promise<Workflow>;
  /** Newest first, at most 50; of all where `filter` is absent. */
  runs(id: string, filter: string | undefined, signal: AbortSignal): Promise<WorkflowRun[]>;
  run(id: string, name: string, signal: AbortSignal): Promise<WorkflowRun>;
  /** How far a run is, in words, with what went wrong in it. */
  follow(
    id: string,
    run: WorkflowRun,
    left: { memory?: unknown; handle: unknown },
    signal: AbortSignal,
  ): Promise<Step>;
}

export interface Workflow {
  name: string;
  isEnabled: boolean;
  trigger: Trigger | undefined;
  /** Whether it can be called at an address with a signature. */
  takesSignatures: boolean;
}

export type WorkflowRun = z.output<typeof runShape>;

const version = 'api-version=2019-05-01';

export function createWorkflows(arm: Writer): Workflows {
  return {
    async read(id, signal) {
      const { data } = safeParse(
        workflowShape,
        await arm.get(`${pathOf(id)}?${version}`, { signal }).catch(refuse(id)),
      );
      if (!data) throw unreadable(id);
      const { state, definition, accessControl } = data.properties;
      return {
        name: lastSegment(id),
        isEnabled: state === 'Enabled',
        trigger: triggerOf(definition),
        takesSignatures: accessControl?.triggers?.sasAuthenticationPolicy?.state !== 'Disabled',
      };
    },
    async runs(id, filter, signal) {
      const where = filter ? `&$filter=${encodeURIComponent(filter)}` : '';
      const path = `${pathOf(id)}/runs?${version}&$top=50${where}`;
      const { data } = safeParse(runsShape, await arm.get(path, { signal }).catch(refuse(id)));
      if (!data) throw unreadable(id);
      return data.value;
    },
    async run(id, name, signal) {
      const path = `${pathOf(id)}/runs/${encodeURIComponent(name)}?${version}`;
      const { data } = safeParse(runShape, await arm.get(path, { signal }).catch(refuse(id)));
      if (!data) throw unreadable(id);
      return data;
    },
    async follow(id, { name, properties: { status, error } }, { memory, handle }, signal) {
      const app = lastSegment(id);
      switch (status) {
        case 'Succeeded':
          return { state: 'done', says: `${app} has done it.`, outputs: [linkTo(id)], memory };
        case 'Failed':
        case 'Cancelled':
        case 'TimedOut':
        case 'Faulted':
        case 'Aborted':
        case 'Ignored':
        case 'Skipped': {
          const outputs = [...(await stepsOf(id, name, signal)), linkTo(id)];
          const why = error?.message ? ` ${safe(error.message)}` : '';
          return {
            state: 'failed',
            says: `${app} ${ends[status]}${why} Look at its run ${name} in Azure.`,
            outputs,
          };
        }
        default:
          return { state: 'under-way', says: `${app} is at work (${status}).`, handle };
      }
    },
  };

  /** A run that failed may have done half of what it was to do. */
  async function stepsOf(id: string, run: string, signal: AbortSignal): Promise<Output[]> {
    const path = `${pathOf(id)}/runs/${encodeURIComponent(run)}/actions?${version}`;
    const { data } = safeParse(stepsShape, await arm.get(path, { signal }));
    const steps = data?.value ?? [];
    const named = (wanted: string[]) => steps.filter(({ properties }) => wanted.includes(properties.status));
    const failed = named(['Failed', 'TimedOut', 'Cancelled', 'Aborted'])
      .map(
        ({ name, properties: { error, code, status } }) =>
          `${words(name)}: ${safe(error?.message || code || status)}`,
      )
      .join('\n');
    const done = named(['Succeeded'])
      .map(({ name }) => words(name))
      .join('\n');
    return [
      ...(failed ? [{ label: 'Steps that failed', text: failed }] : []),
      ...(done ? [{ label: 'Steps that were done', text: done }] : []),
    ];
  }
}

const ends = {
  Failed: 'failed.',
  Cancelled: 'was cancelled.',
  TimedOut: 'did not end in time.',
  Faulted: 'failed.',
  Aborted: 'was aborted.',
  Ignored: 'was not run.',
  Skipped: 'was not run.',
};

/** The last run, as one reads it before beginning another. */
export function lastRunFact([newest]: readonly WorkflowRun[]): { label: string; value: string } {
  const { status, startTime } = newest?.properties ?? { status: '', startTime: '' };
  return {
    label: 'Last run',
    value: newest ? `${status}, began ${startTime.slice(0, 16).replace('T', ' ')} UTC` : 'none',
  };
}

const text = z.string().catch('');
const errorShape = z.object({ message: text }).nullish().catch(undefined);
const workflowShape = z.object({
  properties: z.object({
    state: text,
    definition: z.unknown(),
    accessControl: z
      .object({
        triggers: z.object({ sasAuthenticationPolicy: z.object({ state: z.string() }).nullish() }).nullish(),
      })
      .nullish()
      .catch(undefined),
  }),
});
const runShape = z.object({
  name: z.string(),
  properties: z.object({
    status: z.string(),
    startTime: text,
    error: errorShape,
    trigger: z
      .object({ outputsLink: z.object({ uri: z.string() }).nullish().catch(undefined) })
      .nullish()
      .catch(undefined),
  }),
});
const runsShape = z.object({ value: z.array(runShape) });
const stepsShape = z.object({
  value: z.array(
    z.object({ name: z.string(), properties: z.object({ status: text, code: text, error: errorShape }) }),
  ),
});
