import { z } from 'zod';
import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError, badRequest } from '../azure/arm-error.ts';
import { armTime } from '../azure/times.ts';
import { Guard } from '../resources/guard.ts';
import { account, type Runbook, runbooks } from './estate.ts';

interface Job {
  name: string;
  runbook: Runbook;
  parameters: Record<string, string>;
  beganAt: number;
}

const apiVersions = ['2022-08-08', '2023-11-01', '2024-10-23'];
const one =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Automation/automationAccounts/{account}';
const write = z.object({
  properties: z.object({
    runbook: z.object({ name: z.string() }),
    parameters: z.record(z.string(), z.string()).nullish(),
    runOn: z.string().nullish(),
  }),
});

/** When a job goes on to its next state, in milliseconds since it was made. */
const states = [
  { status: 'New', until: 500 },
  { status: 'Activating', until: 1_500 },
  { status: 'Running', until: 4_000 },
] as const;

/** Stand-in for the jobs of `Microsoft.Automation`; all is in memory. */
export class AutomationJobs {
  readonly guard = new Guard();
  readonly #jobs = new Map<string, Job>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  all(): { name: string; runbook: string; parameters: Record<string, string> }[] {
    return [...this.#jobs.values()].map(({ name, runbook, parameters }) => ({
      name,
      runbook: runbook.name,
      parameters,
    }));
  }

  routes(): ArmRoute[] {
    const route = (
      method: ArmRoute['method'],
      path: string,
      action: string,
      answer: (call: ArmCall) => ReturnType<ArmRoute['answer']>,
    ): ArmRoute => ({
      method,
      path: `${one}/${path}`,
      apiVersions,
      answer: (call) => {
        this.guard.stand(call, `Microsoft.Automation/automationAccounts/${action}`);
        known(call);
        return answer(call);
      },
    });
    return [
      route('GET', 'runbooks/{runbook}', 'runbooks/read', (call) => {
        const found = runbooks.find(({ name }) => isSame(name, call.param('runbook')));
        if (!found) throw new ArmError(404, 'NotFound', 'The runbook was not found.');
        return { status: 200, body: showRunbook(found) };
      }),
      route('PUT', 'jobs/{job}', 'jobs/write', (call) => ({
        status: 201,
        body: this.#show(this.#make(call)),
      })),
      route('GET', 'jobs/{job}', 'jobs/read', (call) => ({
        status: 200,
        body: this.#show(this.#find(call)),
      })),
      route('GET', 'jobs/{job}/output', 'jobs/output/read', (call) => ({
        status: 200,
        // Text, and no JSON: restify sends it as it is.
        headers: { 'content-type': 'text/plain' },
        body: this.#said(this.#find(call)).join('\r\n'),
      })),
      route('GET', 'jobs/{job}/streams', 'jobs/streams/read', (call) => ({
        status: 200,
        body: { value: this.#streams(this.#find(call), call.url) },
      })),
    ];
  }

  #make(call: ArmCall): Job {
    const name = call.param('job').toLowerCase();
    const asked = write.safeParse(call.body);
    if (!z.guid().safeParse(name).success) throw badRequest(`The job id '${name}' is not a GUID.`);
    if (!asked.success) throw badRequest(z.prettifyError(asked.error));
    if (this.#jobs.has(name))
      throw new ArmError(409, 'Conflict', `Job with specified id already exists. Job id: ${name}`);
    const { runbook: wanted, parameters } = asked.data.properties;
    const runbook = runbooks.find((each) => isSame(each.name, wanted.name));
    if (!runbook || runbook.state === 'New')
      throw badRequest(`The runbook '${wanted.name}' has not been published or does not exist.`);
    const job = { name, runbook, parameters: read(parameters ?? {}), beganAt: this.#now() };
    this.#jobs.set(name, job);
    return job;
  }

  #find(call: ArmCall): Job {
    const found = this.#jobs.get(call.param('job').toLowerCase());
    if (found) return found;
    throw new ArmError(404, 'NotFound', `The job '${call.param('job')}' was not found.`);
  }

  #status({ beganAt, runbook, parameters }: Job): string {
    const age = this.#now() - beganAt;
    const now = states.find(({ until }) => age < until);
    if (now) return now.status;
    return exceptionOf(runbook, parameters) ? 'Failed' : 'Completed';
  }

  #said(job: Job): string[] {
    const { runbook, parameters } = job;
    if (['New', 'Activating'].includes(this.#status(job)) || missing(runbook, parameters)) return [];
    return runbook.says.map((line) =>
      line.replace(/\{(\w+)\}/g, (_whole, key: string) => parameters[key] ?? ''),
    );
  }

  #streams(job: Job, url: URL) {
    const filter = url.searchParams.get('$filter');
    const type = filter === null ? undefined : /^properties\/streamType eq '(\w+)'$/.exec(filter)?.[1];
    if (filter !== null && !type) throw badRequest(`The filter '${filter}' is not supported.`);
    const failure = this.#status(job) === 'Failed' ? exceptionOf(job.runbook, job.parameters) : undefined;
    const all = [
      ...this.#said(job).map((summary) => ({ streamType: 'Output', summary })),
      ...(failure ? [{ streamType: 'Error', summary: failure }] : []),
    ];
    return all
      .filter(({ streamType }) => !type || streamType === type)
      .map((stream, at) => ({
        id: `${account}/jobs/${job.name}/streams/${job.name}_${at}`,
        properties: {
          jobStreamId: `${job.name}_${at}`,
          time: armTime(new Date(job.beganAt + 2_000 + at)),
          ...stream,
        },
      }));
  }

  #show(job: Job) {
    const status = this.#status(job);
    const exception = status === 'Failed' ? exceptionOf(job.runbook, job.parameters) : null;
    return {
      id: `${account}/jobs/${job.name}`,
      name: job.name,
      type: 'Microsoft.Automation/AutomationAccounts/Jobs',
      properties: {
        jobId: job.name,
        runbook: { name: job.runbook.name },
        provisioningState: status === 'New' ? 'Processing' : 'Succeeded',
        creationTime: armTime(new Date(job.beganAt)),
        status,
        statusDetails: 'None',
        exception: exception ?? null,
        parameters: job.parameters,
        runOn: '',
      },
    };
  }
}

function known(call: ArmCall): void {
  const id = account.split('/');
  const place: [string, string | undefined][] = [
    [call.param('subscription'), id[2]],
    [call.param('group'), id[4]],
    [call.param('account'), id[8]],
  ];
  if (place.every(([given, own]) => isSame(given, own ?? ''))) return;
  throw new ArmError(
    404,
    'ResourceNotFound',
    `The Automation account '${call.param('account')}' was not found.`,
  );
}

const isSame = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** A text that is JSON is read as such; any other is itself. */
function read(parameters: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).map(([key, value]) => {
      try {
        const said: unknown = JSON.parse(value);
        return [key, typeof said === 'string' ? said : `a ${typeof said}`];
      } catch {
        return [key, value];
      }
    }),
  );
}

const missing = (runbook: Runbook, parameters: Record<string, string>): string | undefined =>
  Object.entries(runbook.parameters).find(
    ([key, { isMandatory }]) => isMandatory && !(key in parameters),
  )?.[0];

/** PowerShell refuses parameters that a script does not have, and wants those that it must have. */
function exceptionOf(runbook: Runbook, parameters: Record<string, string>): string | undefined {
  const stranger = Object.keys(parameters).find((key) => !(key in runbook.parameters));
  if (stranger) return `A parameter cannot be found that matches parameter name '${stranger}'.`;
  const wanted = missing(runbook, parameters);
  if (wanted) return `Cannot process command because of one or more missing mandatory parameters: ${wanted}.`;
  return runbook.exception;
}

function showRunbook({ name, type, state, parameters }: Runbook) {
  return {
    id: `${account}/runbooks/${name}`,
    name,
    type: 'Microsoft.Automation/AutomationAccounts/Runbooks',
    location: 'westeurope',
    properties: {
      runbookType: type,
      state,
      provisioningState: 'Succeeded',
      parameters: Object.fromEntries(
        Object.entries(parameters).map(([key, one], position) => [
          key,
          { ...one, position, defaultValue: null },
        ]),
      ),
    },
  };
}
