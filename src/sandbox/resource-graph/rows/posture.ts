import { subscriptions } from '../../azure/estate.ts';
import { type GraphRow, rowOf } from '../row.ts';
import { type Assessed, assessed } from './posture/assessed.ts';
import { attackPathRows } from './posture/attack-paths.ts';
import { type CheckName, checks } from './posture/checks.ts';
import { standardRows } from './posture/standards.ts';

/** What Defender for Cloud thinks of Contoso. */
export const postureRows = (now: Date): GraphRow[] => [
  ...assessed.flatMap((one) => one.checks.map((check) => assessment(one, check, now))),
  ...scores.map(score),
  ...attackPathRows(),
  ...standardRows(),
];

const dayMs = 86_400_000;

function assessment({ id, open }: Assessed, check: CheckName, now: Date): GraphRow {
  const { key, title, severity } = checks[check];
  const found = open[check];
  const since = new Date(now.getTime() - (found?.days ?? 420) * dayMs).toISOString();
  return rowOf('securityresources', `${id}/providers/Microsoft.Security/assessments/${key}`, {
    // Extensions of a resource say nowhere where they are.
    location: '',
    properties: {
      displayName: title,
      resourceDetails: { Source: 'Azure', Id: id, ResourceName: id.split('/').at(-1) },
      status: {
        code: found ? 'Unhealthy' : 'Healthy',
        ...(found ? { cause: 'OffByPolicy', description: '' } : {}),
        firstEvaluationDate: since,
        statusChangeDate: since,
      },
      metadata: { severity, assessmentType: 'BuiltIn', displayName: title, categories: ['Unknown'] },
      ...(found?.risk ? { risk: { level: found.risk, riskFactors: [], attackPathsReferences: [] } } : {}),
      links: {
        azurePortal: `portal.azure.com/#blade/Microsoft_Azure_Security/RecommendationsBlade/assessmentKey/${key}`,
      },
    },
  });
}

const scores = [
  { subscription: subscriptions.production, current: 24.4, max: 57 },
  { subscription: subscriptions.shared, current: 38.1, max: 58 },
];

function score({ subscription, current, max }: (typeof scores)[number]): GraphRow {
  const id = `/subscriptions/${subscription}/providers/Microsoft.Security/secureScores/ascScore`;
  return rowOf('securityresources', id, {
    resourceGroup: '',
    location: '',
    properties: {
      displayName: 'ASC score',
      environment: 'Azure',
      weight: max,
      score: { current, max, percentage: Number((current / max).toFixed(4)) },
    },
  });
}
