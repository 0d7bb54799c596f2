import { z } from 'zod';
import type { ArmCall, ArmRoute } from './arm.ts';
import { badRequest, notFound } from './arm-error.ts';
import { insights } from './estate.ts';

/** A rule by which Azure keeps quiet what comes, as somebody put it. */
export interface QuietRule {
  kind: 'suppression' | 'automation';
  id: string;
  properties: Record<string, unknown>;
}

/** `entities.host.hostname`: of the entities that alerts name. */
const scopeElement = z.looseObject({ field: z.string().regex(/^entities\.[a-z]+\.[a-z]+$/i) });
const suppression = z.object({
  properties: z.looseObject({
    alertType: z.string().min(1),
    reason: z.string().min(1),
    state: z.enum(['Enabled', 'Disabled', 'Expired']),
    expirationDateUtc: z.iso.datetime({ offset: true }).optional(),
    suppressionAlertsScope: z.object({ allOf: z.array(scopeElement).min(1) }).optional(),
  }),
});

const condition = z.object({
  conditionType: z.literal('Property'),
  conditionProperties: z.object({
    propertyName: z.enum([
      'IncidentTitle',
      'IncidentSeverity',
      'HostName',
      'IPAddress',
      'AccountName',
      'AccountUPNSuffix',
    ]),
    operator: z.enum(['Equals', 'Contains', 'StartsWith', 'EndsWith']),
    propertyValues: z.array(z.string()).min(1),
  }),
});
const automation = z.object({
  properties: z.looseObject({
    displayName: z.string().min(1).max(500),
    order: z.number().int().min(1).max(1_000),
    triggeringLogic: z.looseObject({
      isEnabled: z.boolean(),
      expirationTimeUtc: z.iso.datetime({ offset: true }).optional(),
      triggersOn: z.enum(['Incidents', 'Alerts']),
      triggersWhen: z.enum(['Created', 'Updated']),
      conditions: z.array(condition),
    }),
    actions: z.array(
      z.looseObject({ order: z.number(), actionType: z.enum(['ModifyProperties', 'RunPlaybook']) }),
    ),
  }),
});

/** `Microsoft.Security/alertsSuppressionRules` and `Microsoft.SecurityInsights/automationRules`. */
export function quietRuleRoutes(rules: Map<string, QuietRule>, changed: () => void): ArmRoute[] {
  const suppressed =
    '/subscriptions/{subscription}/providers/Microsoft.Security/alertsSuppressionRules/{rule}';
  return [
    ...routesOf('suppression', suppressed, ['2019-01-01-preview'], suppression),
    ...routesOf('automation', `${insights}/automationRules/{rule}`, ['2024-09-01', '2025-09-01'], automation),
  ];

  function routesOf(
    kind: QuietRule['kind'],
    path: string,
    apiVersions: string[],
    shape: z.ZodType<{ properties: Record<string, unknown> }>,
  ): ArmRoute[] {
    const idOf = ({ url }: ArmCall) => url.pathname;
    const keyOf = (call: ArmCall) => idOf(call).toLowerCase();
    return [
      {
        method: 'PUT',
        path,
        apiVersions,
        answer(call) {
          const read = shape.safeParse(call.body);
          if (!read.success)
            throw badRequest(`The rule is not valid: ${read.error.issues[0]?.path.join('.')}.`);
          const isKnown = rules.has(keyOf(call));
          const rule = { kind, id: idOf(call), properties: read.data.properties };
          rules.set(keyOf(call), rule);
          changed();
          return {
            status: isKnown || kind === 'suppression' ? 200 : 201,
            body: { ...rule, name: call.param('rule') },
          };
        },
      },
      {
        method: 'GET',
        path,
        apiVersions,
        answer(call) {
          const rule = rules.get(keyOf(call));
          if (!rule) throw notFound(`The rule '${call.param('rule')}'`);
          return { status: 200, body: rule };
        },
      },
      {
        method: 'DELETE',
        path,
        apiVersions,
        answer(call) {
          const isKnown = rules.delete(keyOf(call));
          changed();
          // Microsoft.Security says 204 in any case, and its client takes nothing else.
          return { status: isKnown && kind === 'automation' ? 200 : 204 };
        },
      },
    ];
  }
}
