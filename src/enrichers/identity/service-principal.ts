import type { ServicePrincipal } from '../../azure/graph-accounts.ts';
import { lastSegment } from '../../azure/resource-id.ts';
import { inWords } from '../azure/words.ts';
import { type Part, withCommas } from './part.ts';

/** An application or a managed identity: an account that no person signs in to. */
export function servicePrincipalOf({ name, type, enabled, appId, resourceId }: ServicePrincipal): Part {
  const kind = inWords(type) || 'service principal';
  const owner = lastSegment(resourceId);
  return {
    traits: [
      ...(owner
        ? [
            {
              chip: 'managed identity',
              says: `is the managed identity of ${owner}`,
              tone: 'neutral' as const,
            },
          ]
        : []),
      ...(enabled ? [] : [{ chip: 'disabled', says: 'is disabled', tone: 'neutral' as const }]),
    ],
    facts: [
      { label: 'Who', value: withCommas(name, kind) },
      ...(resourceId ? [{ label: 'Identity of', value: resourceId, long: true as const }] : []),
    ],
    background: [
      { label: 'Account', value: enabled ? 'enabled' : 'disabled' },
      ...(appId ? [{ label: 'Application', value: appId }] : []),
    ],
  };
}
