import { z } from 'zod';
import type { ResourceGraph } from '../../azure/resource-graph.ts';
import { safeParse } from '../../safe-parse.ts';
import { triggerOf } from './trigger.ts';
import type { YourKind } from './your-playbook.ts';

/** What a team has in Azure and could let be run from here. Names are untrusted. */
export interface Found {
  name: string;
  kind: YourKind;
  /** For `resource` of an entry under `playbooks.yours`. */
  resource: string;
  /** Enabled, or published. */
  isReady: boolean;
}

/** Logic Apps that can be called or that Sentinel runs, and runbooks, of all subscriptions that we may read. Throws `FarSideError`. */
export async function discover(resources: ResourceGraph, signal: AbortSignal): Promise<Found[]> {
  const rows = await resources.rows(query, { signal });
  return rows.flatMap((row) => {
    const { data } = safeParse(rowShape, row);
    const kind = data && kindOf(data);
    return kind
      ? [
          {
            name: data.name,
            kind,
            resource: data.id,
            isReady: ['Enabled', 'Published', 'Edit'].includes(data.state),
          },
        ]
      : [];
  });
}

const query = `resources
| where type in~ ('microsoft.logic/workflows', 'microsoft.automation/automationaccounts/runbooks')
| project id, name, type, state = tostring(properties.state), definition = properties.definition
| order by name asc`;

function kindOf({ type, definition }: z.output<typeof rowShape>): YourKind | undefined {
  if (type.toLowerCase() !== 'microsoft.logic/workflows') return 'runbook';
  switch (triggerOf(definition)?.kind) {
    case 'request':
      return 'logic-app';
    case 'sentinel':
      return 'sentinel';
    case 'other':
    case undefined:
      return undefined;
  }
}

const rowShape = z.object({
  id: z.string(),
  name: z.string(),
  type: z.string(),
  state: z.string().catch(''),
  definition: z.unknown(),
});
