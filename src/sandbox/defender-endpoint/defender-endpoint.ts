import type { Request, Response, Server } from 'restify';
import type { Entra } from '../entra.ts';
import type { Faults } from '../faults.ts';
import { fileProfiles } from './files.ts';
import { actionsAt, logonsAt, machinesAt } from './machines.ts';
import { askedIn, select } from './odata.ts';
import { openQuota } from './quota.ts';
import { authorise, bodyOf, EndpointRefusal } from './refusal.ts';
import { vulnerabilitiesOf } from './vulnerabilities.ts';

/** Calls a minute for one application, by the pages of the API. */
const usualQuota = 100;
const vulnerabilityQuota = 50;

interface Call {
  url: URL;
  /** The parameter of the path; empty where it has none of that name. */
  id: string;
  now: number;
}

/** Stand-in for the API of Defender for Endpoint on the TLS server: `/api/machines`, `/api/machineactions`, `/api/files`. */
export function mountDefenderEndpoint(
  secure: Server,
  { entra, faults, now = Date.now }: { entra: Entra; faults: Faults; now?: () => number },
): void {
  const route = (path: string, roles: string[], answer: (call: Call) => object, perMinute = usualQuota) => {
    const spend = openQuota(perMinute, now);
    secure.get(path, faults.before('azure'), async (request: Request, response: Response) => {
      try {
        spend(await authorise(request.headers.authorization, roles, entra));
        const url = new URL(request.url ?? '/', `https://${request.headers.host}`);
        response.send(200, answer({ url, id: String(request.params.id ?? ''), now: now() }));
      } catch (failure) {
        if (!(failure instanceof EndpointRefusal)) throw failure;
        if (failure.retryAfter !== undefined) response.header('Retry-After', String(failure.retryAfter));
        response.send(failure.status, bodyOf(failure));
      }
    });
  };
  const machine = ({ id, now }: Call) => {
    const found = machinesAt(now).find((one) => one.id === id);
    if (!found) throw new EndpointRefusal(404, 'ResourceNotFound', `Machine ${id} was not found`);
    return found;
  };
  const file = ({ id }: Call) => {
    if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(id)) {
      throw new EndpointRefusal(400, 'InvalidHashValue', `Hash value ${id} is invalid.`);
    }
    const found = fileProfiles.find(({ sha256, sha1 }) => [sha256, sha1].includes(id.toLowerCase()));
    if (!found) throw new EndpointRefusal(404, 'ResourceNotFound', `File ${id} was not found`);
    return found;
  };

  route('/api/machines', machineRoles, ({ url, now }) =>
    page(url, 'Machines', select(machinesAt(now), askedIn(url, machineFilters))),
  );
  route('/api/machines/:id', machineRoles, (call) => single(call.url, 'Machines/$entity', machine(call)));
  route('/api/machines/:id/logonusers', ['User.Read.All'], (call) =>
    page(call.url, 'Users', logonsAt(machine(call), call.now)),
  );
  route(
    '/api/machines/:id/vulnerabilities',
    ['Vulnerability.Read.All'],
    (call) =>
      page(
        call.url,
        'Collection(Analytics.Contracts.PublicAPI.PublicVulnerabilityDto)',
        vulnerabilitiesOf(machine(call)),
      ),
    vulnerabilityQuota,
  );
  route('/api/machineactions', machineRoles, ({ url, now }) =>
    page(url, 'MachineActions', select(actionsAt(now), askedIn(url, actionFilters))),
  );
  route('/api/files/:id', fileRoles, (call) =>
    single(call.url, 'Files/$entity', file(call).profile(call.now)),
  );
  route('/api/files/:id/stats', fileRoles, (call) =>
    single(call.url, 'microsoft.windowsDefenderATP.api.InOrgFileStats', file(call).here(call.now)),
  );
}

const machineRoles = ['Machine.Read.All', 'Machine.ReadWrite.All'];
const fileRoles = ['File.Read.All'];
/** https://learn.microsoft.com/defender-endpoint/api/get-machines */
const machineFilters = [
  'computerDnsName',
  'id',
  'version',
  'deviceValue',
  'aadDeviceId',
  'machineTags',
  'lastSeen',
  'exposureLevel',
  'onboardingStatus',
  'lastIpAddress',
  'healthStatus',
  'osPlatform',
  'riskScore',
  'rbacGroupId',
];
/** https://learn.microsoft.com/defender-endpoint/api/get-machineactions-collection */
const actionFilters = ['id', 'status', 'machineId', 'type', 'requestor', 'creationDateTimeUtc'];

const single = (url: URL, what: string, fields: object): object => ({
  '@odata.context': `${url.origin}/api/$metadata#${what}`,
  ...fields,
});
const page = (url: URL, what: string, value: object[]): object => single(url, what, { value });
