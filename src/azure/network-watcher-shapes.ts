import { z } from 'zod';
import { listOf, text } from './network-answer.ts';

/** What is read of Network Watcher's answers. */

export const watcherShape = z.object({ id: z.string(), location: z.string() });

export const flowLogShape = z.object({
  name: text,
  properties: z.object({
    targetResourceId: text,
    enabled: z.boolean().catch(false),
    flowAnalyticsConfiguration: z
      .object({ networkWatcherFlowAnalyticsConfiguration: z.object({ enabled: z.boolean() }) })
      .transform((it) => it.networkWatcherFlowAnalyticsConfiguration.enabled)
      .catch(false),
  }),
});

export const verdictShape = z.object({ access: z.enum(['Allow', 'Deny']), ruleName: text });
export const nextHopShape = z.object({ nextHopType: text, nextHopIpAddress: text, routeTableId: text });

export const topologyShape = z.object({
  resources: listOf(
    z.object({
      id: z.string(),
      name: text,
      associations: listOf(z.object({ resourceId: z.string() })),
    }),
  ),
});

export const troubleshootShape = z.object({
  code: text,
  endTime: text,
  results: listOf(
    z.object({
      summary: text,
      detail: text,
      recommendedActions: listOf(z.object({ actionText: text })),
    }),
  ),
});
