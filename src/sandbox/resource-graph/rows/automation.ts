import { account, runbooks } from '../../automation/estate.ts';
import { definitionOf, logicApps } from '../../logic-apps/estate.ts';
import { type GraphRow, rowOf } from '../row.ts';

/** What Contoso has that runs by itself: Logic Apps and runbooks. */
export const automationRows = (): GraphRow[] => [
  ...logicApps.map((app) =>
    rowOf('resources', app.id, {
      properties: { provisioningState: 'Succeeded', state: app.state, definition: definitionOf(app) },
    }),
  ),
  rowOf('resources', account, {
    properties: { sku: { name: 'Basic' }, state: 'Ok', publicNetworkAccess: true },
  }),
  ...runbooks.map(({ name, type, state }) =>
    rowOf('resources', `${account}/runbooks/${name}`, {
      properties: { runbookType: type, state, jobCount: 0 },
    }),
  ),
];
