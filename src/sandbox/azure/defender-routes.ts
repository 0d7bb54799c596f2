import type { ArmCall, ArmRoute } from './arm.ts';
import { badRequest, notFound } from './arm-error.ts';
import type { DefenderAlerts } from './defender.ts';
import { type AlertStatus, asOf, type DefenderAlert } from './defender-alert.ts';
import { nextLink, readToken } from './paging.ts';

const PAGE_SIZE = 100;
const both = ['2021-11-01', '2022-01-01'];
const newest = ['2022-01-01'];

const statusAfter = {
  dismiss: 'Dismissed',
  resolve: 'Resolved',
  activate: 'Active',
  inProgress: 'InProgress',
} as const satisfies Record<string, AlertStatus>;

/** `Microsoft.Security/alerts`: list, get and change of status, for a subscription and for a resource group. */
export function defenderRoutes(alerts: DefenderAlerts, changed: () => void): ArmRoute[] {
  const subscription = '/subscriptions/{subscription}';
  const group = `${subscription}/resourceGroups/{group}`;
  const provider = '/providers/Microsoft.Security';
  const scopes = [
    { path: subscription, inGroup: () => undefined },
    { path: group, inGroup: (call: ArmCall) => call.param('group') },
  ];
  return scopes.flatMap(({ path, inGroup }): ArmRoute[] => {
    const named = `${path}${provider}/locations/{location}/alerts/{name}`;
    const find = (call: ArmCall): DefenderAlert => {
      const alert = alerts.find(call.param('name'));
      const where = {
        subscription: call.param('subscription'),
        group: inGroup(call),
        location: call.param('location'),
      };
      if (!alert || !isWithin(where, alert)) throw notFound(`The alert '${call.url.pathname}'`);
      return alert;
    };
    const list = (call: ArmCall, location: string | undefined) => {
      const where = { subscription: call.param('subscription'), group: inGroup(call), location };
      const page = alerts.page((alert) => isWithin(where, alert), readPlace(call.url), PAGE_SIZE);
      return {
        status: 200,
        body: {
          value: page.alerts.map((alert) => asOf(call.apiVersion, alert)),
          ...(page.next !== undefined && { nextLink: nextLink(call.url, page.next) }),
        },
      };
    };
    return [
      {
        method: 'GET',
        path: `${path}${provider}/alerts`,
        apiVersions: both,
        answer: (call) => list(call, undefined),
      },
      {
        method: 'GET',
        path: `${path}${provider}/locations/{location}/alerts`,
        apiVersions: both,
        answer: (call) => list(call, call.param('location')),
      },
      {
        method: 'GET',
        path: named,
        apiVersions: both,
        answer: (call) => ({ status: 200, body: asOf(call.apiVersion, find(call)) }),
      },
      ...Object.entries(statusAfter).map(
        ([verb, status]): ArmRoute => ({
          method: 'POST',
          path: `${named}/${verb}`,
          apiVersions: verb === 'inProgress' ? newest : both,
          answer(call) {
            alerts.setStatus(find(call).name, status);
            changed();
            return { status: 204 };
          },
        }),
      ),
    ];
  });
}

interface Scope {
  subscription: string;
  group: string | undefined;
  location: string | undefined;
}

/** Resource ids are compared without regard to case: Defender itself mixes it. */
function isWithin(scope: Scope, alert: DefenderAlert): boolean {
  const id = alert.id.toLowerCase();
  const { subscription, group, location } = scope;
  return (
    id.startsWith(`/subscriptions/${subscription.toLowerCase()}/`) &&
    (group === undefined || id.includes(`/resourcegroups/${group.toLowerCase()}/`)) &&
    (location === undefined || id.includes(`/locations/${location.toLowerCase()}/`))
  );
}

function readPlace(url: URL): number | undefined {
  const token = readToken(url);
  if (token === undefined) return undefined;
  if (typeof token !== 'number')
    throw badRequest('The $skipToken is not one of this list. Follow nextLink as it is.');
  return token;
}
