import { z } from 'zod';
import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError, badRequest, notFound } from '../azure/arm-error.ts';
import { insights } from '../azure/estate.ts';
import { triggeredIncident } from '../azure/push-bodies.ts';
import { armTime } from '../azure/times.ts';
import { TENANT_ID } from '../people.ts';
import { definitionOf, type LogicApp, nameOf } from './estate.ts';
import type { LogicApps, Run } from './runs.ts';

const apiVersions = ['2016-06-01', '2019-05-01'];
const one =
  '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Logic/workflows/{workflow}';
const usualTop = 30;

/** `Microsoft.Logic/workflows`, and Sentinel's way to run one on an incident. */
export function logicAppRoutes(apps: LogicApps): ArmRoute[] {
  const find = (call: ArmCall): LogicApp => {
    const [subscription, group, workflow] = ['subscription', 'group', 'workflow'].map(call.param);
    const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Logic/workflows/${workflow}`;
    const app = apps.find(id);
    if (app) return app;
    throw new ArmError(
      404,
      'ResourceNotFound',
      `The Resource 'Microsoft.Logic/workflows/${workflow}' was not found.`,
    );
  };
  const findRun = (call: ArmCall): Run => {
    const run = apps.runsOf(find(call)).find(({ name }) => name === call.param('run'));
    if (run) return run;
    throw new ArmError(
      404,
      'WorkflowRunNotFound',
      `The workflow run '${call.param('run')}' could not be found.`,
    );
  };
  const route = (
    method: ArmRoute['method'],
    path: string,
    action: string,
    answer: (call: ArmCall) => unknown,
  ): ArmRoute => ({
    method,
    path,
    apiVersions,
    answer(call) {
      apps.guard.stand(call, `Microsoft.Logic/workflows/${action}`);
      return { status: 200, body: answer(call) };
    },
  });

  return [
    route('GET', one, 'read', (call) => showApp(find(call))),
    route('GET', `${one}/runs`, 'runs/read', (call) => ({
      value: select(apps.runsOf(find(call)), apps, call.url).map((run) => showRun(apps, run, call.url)),
    })),
    route('GET', `${one}/runs/{run}`, 'runs/read', (call) => showRun(apps, findRun(call), call.url)),
    route('GET', `${one}/runs/{run}/actions`, 'runs/actions/read', (call) => ({
      value: showSteps(apps, findRun(call)),
    })),
    route('POST', `${one}/triggers/{trigger}/listCallbackUrl`, 'triggers/listCallbackUrl/action', (call) => {
      const app = find(call);
      const name = call.param('trigger');
      if (app.trigger.name !== name)
        throw new ArmError(
          404,
          'WorkflowTriggerNotFound',
          `The workflow trigger '${name}' could not be found.`,
        );
      const path = `/workflows/${nameOf(app)}/triggers/${name}/paths/invoke`;
      const [basePath, sig] = [`${call.url.origin}${path}`, apps.sign(path)];
      const queries = { 'api-version': '2016-10-01', sp: `/triggers/${name}/run`, sv: '1.0', sig };
      return { value: `${basePath}?${new URLSearchParams(queries)}`, method: 'POST', basePath, queries };
    }),
    {
      method: 'POST',
      path: `${insights}/incidents/{incident}/runPlaybook`,
      apiVersions: ['2025-07-01-preview'],
      answer: (call) => {
        apps.guard.stand(call, 'Microsoft.SecurityInsights/incidents/runPlaybook/action');
        const record = apps.incident(call.param('incident'));
        if (!record) throw notFound(`The incident '${call.param('incident')}'`);
        const asked = request.safeParse(call.body);
        if (!asked.success) throw badRequest(z.prettifyError(asked.error));
        const app = apps.find(asked.data.logicAppsResourceId);
        if (asked.data.tenantId !== TENANT_ID || !app)
          throw badRequest(`The playbook '${asked.data.logicAppsResourceId}' was not found.`);
        apps.guard.stand(call, 'Microsoft.Logic/workflows/triggers/listCallbackUrl/action');
        if (app.trigger.kind !== 'Sentinel')
          throw badRequest(
            `The playbook '${nameOf(app)}' does not have the Microsoft Sentinel incident trigger.`,
          );
        if (app.state === 'Disabled') throw badRequest(`The playbook '${nameOf(app)}' is disabled.`);
        apps.begin(app, { headers: {}, body: triggeredIncident(record) });
        return { status: 204 };
      },
    },
  ];
}

const request = z.strictObject({ logicAppsResourceId: z.string(), tenantId: z.guid() });

function showApp(app: LogicApp) {
  return {
    id: app.id,
    name: nameOf(app),
    type: 'Microsoft.Logic/workflows',
    location: 'westeurope',
    properties: {
      provisioningState: 'Succeeded',
      state: app.state,
      definition: definitionOf(app),
      ...(app.sas && { accessControl: { triggers: { sasAuthenticationPolicy: { state: app.sas } } } }),
    },
  };
}

function showRun(apps: LogicApps, run: Run, { origin }: URL) {
  const { status, endedAt } = apps.stand(run);
  const failing = run.app.steps.find(({ fails }) => fails)?.fails;
  const path = `/workflows/${nameOf(run.app)}/runs/${run.name}/contents/TriggerOutputs`;
  return {
    id: `${run.app.id}/runs/${run.name}`,
    name: run.name,
    type: 'Microsoft.Logic/workflows/runs',
    properties: {
      startTime: armTime(new Date(run.beganAt)),
      ...(endedAt && { endTime: endedAt }),
      status,
      ...(status === 'Failed' && {
        code: failing?.code ?? 'ActionFailed',
        error: { code: 'ActionFailed', message: 'An action failed. No dependent actions succeeded.' },
      }),
      correlation: { clientTrackingId: run.trackingId },
      trigger: {
        name: run.app.trigger.name,
        ...(!run.app.isSecure && {
          outputsLink: {
            uri: `${origin}${path}?${new URLSearchParams({ 'api-version': '2016-06-01', sig: apps.sign(path) })}`,
          },
        }),
        status: 'Succeeded',
      },
      outputs: {},
    },
  };
}

function showSteps(apps: LogicApps, run: Run) {
  const { over, status } = apps.stand(run);
  const isBad = status !== 'Running' && status !== 'Succeeded';
  const stateOf = (at: number): string => {
    if (at >= over) return status === 'Running' ? 'Waiting' : 'Skipped';
    return isBad && at === over - 1 ? status : 'Succeeded';
  };
  return run.app.steps.map(({ name, fails }, at) => {
    const step = stateOf(at);
    return {
      id: `${run.app.id}/runs/${run.name}/actions/${name}`,
      name,
      type: 'Microsoft.Logic/workflows/runs/actions',
      properties: {
        status: step,
        code:
          step === 'Failed'
            ? (fails?.code ?? 'InternalServerError')
            : step === 'Succeeded'
              ? 'OK'
              : 'ActionSkipped',
        ...(step === 'Failed' && fails && { error: fails }),
      },
    };
  });
}

/** https://learn.microsoft.com/rest/api/logic/workflow-runs/list: by status, start and client tracking id. */
function select(all: Run[], apps: LogicApps, { searchParams }: URL): Run[] {
  const clauses = searchParams.get('$filter')?.split(' and ') ?? [];
  const tests = clauses.map((clause) => {
    const [, key = '', sign = '', value = ''] = clausePattern.exec(clause.trim()) ?? [];
    if (/^startTime$/i.test(key) && (sign === 'ge' || sign === 'gt') && Date.parse(value))
      return ({ beganAt }: Run) => beganAt >= Date.parse(value);
    const text = /^'(.*)'$/.exec(value)?.[1];
    if (/^clientTrackingId$/i.test(key) && sign === 'eq' && text !== undefined)
      return ({ trackingId }: Run) => trackingId === text;
    if (/^status$/i.test(key) && sign === 'eq' && text !== undefined)
      return (run: Run) => apps.stand(run).status === text;
    throw new ArmError(400, 'InvalidFilter', `The filter '${clause}' is not supported.`);
  });
  const top = Number(searchParams.get('$top') ?? usualTop);
  return all.filter((run) => tests.every((test) => test(run))).slice(0, top);
}

const clausePattern = /^(\w+) (eq|ge|gt) (\S+)$/;
