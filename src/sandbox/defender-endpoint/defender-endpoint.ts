import type { Server } from 'restify';
import { mountActions } from './action-routes.ts';
import { MachineActions } from './actions.ts';
import { fileProfiles } from './files.ts';
import { logonsAt, machineOf, machinesAt } from './machines.ts';
import { askedIn, select } from './odata.ts';
import { EndpointRefusal } from './refusal.ts';
import { type Call, type Gate, page, routesOf, single } from './route.ts';
import { vulnerabilitiesOf } from './vulnerabilities.ts';

/** Calls a minute for one application, where it is not the usual number. */
const vulnerabilityQuota = 50;

/** Stand-in for the API of Defender for Endpoint on the TLS server: `/api/machines`, `/api/machineactions`, `/api/files`. */
export function mountDefenderEndpoint(
  secure: Server,
  { actions = new MachineActions(), now = Date.now, ...gate }: Omit<Gate, 'now'> & MountOptions,
): void {
  const routes = routesOf(secure, { ...gate, now });
  const file = ({ id }: Call) => {
    if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/i.test(id)) {
      throw new EndpointRefusal(400, 'InvalidHashValue', `Hash value ${id} is invalid.`);
    }
    const found = fileProfiles.find(({ sha256, sha1 }) => [sha256, sha1].includes(id.toLowerCase()));
    if (!found) throw new EndpointRefusal(404, 'ResourceNotFound', `File ${id} was not found`);
    return found;
  };

  routes.get('/api/machines', machineRoles, ({ url, now }) =>
    page(url, 'Machines', select(machinesAt(now), askedIn(url, machineFilters))),
  );
  routes.get('/api/machines/:id', machineRoles, (call) =>
    single(call.url, 'Machines/$entity', machineOf(call.id, call.now)),
  );
  routes.get('/api/machines/:id/logonusers', ['User.Read.All'], (call) =>
    page(call.url, 'Users', logonsAt(machineOf(call.id, call.now), call.now)),
  );
  routes.get(
    '/api/machines/:id/vulnerabilities',
    ['Vulnerability.Read.All'],
    (call) =>
      page(
        call.url,
        'Collection(Analytics.Contracts.PublicAPI.PublicVulnerabilityDto)',
        vulnerabilitiesOf(machineOf(call.id, call.now)),
      ),
    vulnerabilityQuota,
  );
  mountActions(routes, actions);
  routes.get('/api/files/:id', fileRoles, (call) =>
    single(call.url, 'Files/$entity', file(call).profile(call.now)),
  );
  routes.get('/api/files/:id/stats', fileRoles, (call) =>
    single(call.url, 'microsoft.windowsDefenderATP.api.InOrgFileStats', file(call).here(call.now)),
  );
}

interface MountOptions {
  actions?: MachineActions;
  now?: () => number;
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
