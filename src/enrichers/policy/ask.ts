import { kqlString } from '../../kql/escape.ts';
import type { Place } from '../azure/place.ts';
import { exemptions, standsOver } from './exemptions.ts';
import { states, statesOf } from './states.ts';

/** How a resource stands to its policies and what it was let off, in one query, with the names of what is assigned. */
export const policiesOf = (place: Place): string => `policyresources
| where (${statesOf(place)})
    or (${standsOver(place)})
| project type, name, ${columns}, at = tostring(properties.timestamp)
| order by ${worst}, name asc
| take ${mostRows}
${named}
| project type, name, displayName, category, ends, assignment, assignmentName, definition, definitionName, reference, effect, compliance, at`;

/** What is not met in a subscription, each policy once, and all exemptions within it. */
export const policiesOfSubscription = ({ subscription }: Place): string => `policyresources
| where (${states} and subscriptionId =~ ${kqlString(subscription)} and tostring(properties.complianceState) =~ "NonCompliant")
    or (${exemptions} and id startswith ${kqlString(`/subscriptions/${subscription}/`)})
| project type, name = iff(${states}, "", name), ${columns}, resource = tolower(tostring(properties.resourceId))
| summarize resources = dcount(resource) by type, name, displayName, category, ends, assignment, definition, reference, effect, compliance
| order by ${worst}, resources desc
| take ${mostRows}
${named}
| project type, name, displayName, category, ends, assignment, assignmentName, definition, definitionName, reference, effect, compliance, resources`;

/** More than a resource has policies. */
const mostRows = 500;

const columns =
  'displayName = tostring(properties.displayName), category = tostring(properties.exemptionCategory), ends = tostring(properties.expiresOn), assignment = tolower(tostring(properties.policyAssignmentId)), definition = tolower(tostring(properties.policyDefinitionId)), reference = tostring(properties.policyDefinitionReferenceId), effect = tostring(properties.policyDefinitionAction), compliance = tostring(properties.complianceState)';

/** What must not be cut off first: what is not met, then exemptions and whom they let off. */
const worst = 'case(compliance =~ "NonCompliant", 0, compliance == "", 1, compliance =~ "Exempt", 2, 3) asc';

/** A state has ids alone; whoever may not read a name has none. */
const named = `| join kind=leftouter (
    policyresources
    | where type =~ "microsoft.authorization/policyassignments"
    | project assignment = tolower(id), assignmentName = tostring(properties.displayName)
  ) on assignment
| join kind=leftouter (
    policyresources
    | where type =~ "microsoft.authorization/policydefinitions"
    | project definition = tolower(id), definitionName = tostring(properties.displayName)
  ) on definition`;
