import { kqlString } from '../../kql/escape.ts';
import type { Place } from '../azure/place.ts';
import { pathsThrough } from './attack-paths.ts';
import { failedStandards, failingControls } from './controls.ts';
import { assessments } from './recommendations.ts';
import { score } from './score.ts';

/** All that Defender for Cloud knows of a resource, in one query: each kind of row has columns that the others leave empty. */
export function postureOf(place: Place): string {
  const starts = place.ids.map(
    (id) => `id startswith ${kqlString(`${id}/providers/Microsoft.Security/assessments/`)}`,
  );
  return `securityresources
| where ((${assessments}) and (${starts.join(' or ')}))
    or (${pathsThrough(place)})
    or (${score} and ${standsIn(place)})
| project type, name, ${columns}
| extend key = tolower(name), ${rank}
| order by rank asc, name asc
| take ${mostRows}
| join kind=leftouter (
${failingControls(place)}
  ) on key
| project type, name, displayName, code, severity, risk, category, since, current, max, controls = iff(code =~ "Unhealthy", controls, dynamic(null))`;
}

/** What is open in a subscription, each recommendation once, its score, and the standards that it does not meet. */
export const postureOfSubscription = (place: Place): string => `securityresources
| where ${standsIn(place)}
| where ((${assessments}) and tostring(properties.status.code) =~ "Unhealthy")
    or (${score})
    or (${failedStandards})
| project type, name, ${columns}, failed = toint(properties.failedControls), passed = toint(properties.passedControls)
| summarize resources = count(), since = min(todatetime(since)) by type, name, displayName, code, severity, risk, category, current, max, failed, passed
| extend ${rank}
| order by rank asc, failed desc, resources desc
| take ${mostRows}`;

const standsIn = ({ subscription }: Place): string => `subscriptionId =~ ${kqlString(subscription)}`;

/** So many that the worst of anybody's are among them. */
const mostRows = 500;

// The level by risk is there with Defender CSPM only; the severity always.
const columns = `displayName = tostring(properties.displayName), code = tostring(properties.status.code), severity = tostring(properties.metadata.severity), risk = coalesce(tostring(properties.risk.level), tostring(properties.riskLevel)), category = tostring(properties.metadata.recommendationCategory), since = tostring(properties.status.statusChangeDate), current = todouble(properties.score.current), max = todouble(properties.score.max)`;

/** What must not be cut off first: what there is little of, then what is open by how bad it is. */
const rank = `rank = case(${assessments} and code !~ "Unhealthy", 6, not(${assessments}), 0, coalesce(risk, severity) =~ "Critical", 1, coalesce(risk, severity) =~ "High", 2, coalesce(risk, severity) =~ "Medium", 3, 4)`;
