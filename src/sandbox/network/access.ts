import { z } from 'zod';
import type { ArmCall, ArmRoute } from '../azure/arm.ts';
import { ArmError, badRequest, notFound } from '../azure/arm-error.ts';
import { azureMachines } from '../azure/network-estate.ts';
import { type Machine, resource } from '../logs/samples/estate.ts';
import { parse } from './flow.ts';
import { type AccessRequest, keyOf, type NetworkState, pathOf } from './state.ts';
import { LOCATION } from './versions.ts';

const policyId = resource(
  'production',
  'rg-payments',
  `Microsoft.Security/locations/${LOCATION}/jitNetworkAccessPolicies`,
  'default',
);
/** Whom the policy opens, and at most for how long. */
const machines = azureMachines.filter(({ name }) => name === 'vm-pay-web-02' || name === 'vm-report-01');
const mostHours = 3;
const port = 22;
const apiVersions = ['2020-01-01'];

/** Just-in-time access of Defender for Cloud: a request opens a port in the machine's group until its time is over. */
export function accessRoutes(state: NetworkState): ArmRoute[] {
  const inGroup =
    '/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Security/locations/{location}/jitNetworkAccessPolicies/{name}';
  return [
    {
      method: 'GET',
      path: '/subscriptions/{subscription}/providers/Microsoft.Security/jitNetworkAccessPolicies',
      apiVersions,
      answer: ({ param }) => {
        const isHere = policyId.split('/')[2] === param('subscription').toLowerCase();
        return { status: 200, body: { value: isHere ? [show(state)] : [] } };
      },
    },
    {
      method: 'GET',
      path: inGroup,
      apiVersions,
      answer(call) {
        known(call);
        return { status: 200, body: show(state) };
      },
    },
    {
      method: 'POST',
      path: `${inGroup}/initiate`,
      apiVersions,
      answer(call) {
        known(call, '/initiate');
        state.mayDo(call, 'Microsoft.Security/locations/jitNetworkAccessPolicies/initiate/action');
        const { virtualMachines, justification } = parse(shape, call.body);
        const requests = virtualMachines.flatMap(({ id, ports }) => {
          const machine = machines.find((each) => keyOf(each.id) === keyOf(id));
          if (!machine) throw badRequest(`${id} is not in the policy 'default'.`);
          return ports.map((each) =>
            open(state, machine, each, { justification, requestor: call.caller.appId }),
          );
        });
        state.changes.push({ method: 'POST', path: call.url.pathname });
        return { status: 202, body: toRequest(requests) };
      },
    },
  ];
}

function known({ url }: ArmCall, end = ''): void {
  if (pathOf(url, end) !== keyOf(policyId)) throw notFound(`The Resource '${pathOf(url, end)}'`);
}

function open(
  state: NetworkState,
  machine: Machine,
  said: z.output<typeof portShape>,
  by: Pick<AccessRequest, 'justification' | 'requestor'>,
): AccessRequest {
  const until = Date.parse(said.endTimeUtc);
  if (said.number !== port) throw badRequest(`Port ${said.number} of ${machine.name} is not in the policy.`);
  if (until <= Date.now() || until > Date.now() + mostHours * 3_600_000)
    throw badRequest(
      `endTimeUtc ${said.endTimeUtc} is not within the ${mostHours} hours that the policy allows.`,
    );
  const group = state.groupBefore(machine);
  if (!group)
    throw new ArmError(409, 'Conflict', `${machine.name} has no network security group to open a port in.`);
  const taken = new Set(
    group.rules.filter((rule) => rule.direction === 'Inbound').map((rule) => rule.priority),
  );
  const priority = Array.from({ length: 3_997 }, (_, n) => n + 100).find((each) => !taken.has(each)) ?? 4_096;
  group.rules.push({
    name: `SecurityCenter-JITRule_${said.number}_${state.accessRequests.length + 1}`,
    priority,
    direction: 'Inbound',
    access: 'Allow',
    protocol: '*',
    sourceAddressPrefix: said.allowedSourceAddressPrefix,
    sourcePortRange: '*',
    destinationAddressPrefix: machine.ip,
    destinationPortRange: String(said.number),
    until,
  });
  const request: AccessRequest = {
    policy: policyId,
    machine: machine.id,
    port: said.number,
    from: said.allowedSourceAddressPrefix,
    startTimeUtc: new Date().toISOString(),
    endTimeUtc: said.endTimeUtc,
    ...by,
  };
  state.accessRequests.push(request);
  return request;
}

const show = (state: NetworkState) => ({
  kind: 'Basic',
  id: policyId,
  name: 'default',
  type: 'Microsoft.Security/locations/jitNetworkAccessPolicies',
  location: LOCATION,
  properties: {
    provisioningState: 'Succeeded',
    virtualMachines: machines.map(({ id }) => ({
      id,
      ports: [
        {
          number: port,
          protocol: '*',
          allowedSourceAddressPrefix: '*',
          maxRequestAccessDuration: `PT${mostHours}H`,
        },
      ],
    })),
    requests: state.accessRequests.map((each) => toRequest([each])),
  },
});

function toRequest(all: AccessRequest[]) {
  const [first] = all;
  return {
    virtualMachines: all.map(({ machine, port: number, from, endTimeUtc }) => {
      const isOver = Date.parse(endTimeUtc) <= Date.now();
      const status = {
        status: isOver ? 'Revoked' : 'Initiated',
        statusReason: isOver ? 'Expired' : 'UserRequested',
      };
      return { id: machine, ports: [{ number, allowedSourceAddressPrefix: from, endTimeUtc, ...status }] };
    }),
    startTimeUtc: first?.startTimeUtc,
    requestor: first?.requestor,
    ...(first?.justification ? { justification: first.justification } : {}),
  };
}

const portShape = z.object({
  number: z.int().min(0).max(65_535),
  endTimeUtc: z.iso.datetime(),
  // Absent, it is the address of whoever asks, which would be ours.
  allowedSourceAddressPrefix: z.string(),
});
/** https://learn.microsoft.com/rest/api/defenderforcloud/jit-network-access-policies/initiate */
const shape = z.object({
  virtualMachines: z.array(z.object({ id: z.string(), ports: z.array(portShape).min(1) })).min(1),
  justification: z.string().optional(),
});
