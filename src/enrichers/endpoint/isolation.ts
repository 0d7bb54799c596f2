import type { DefenderAction } from '../../azure/defender-endpoint.ts';
import type { Enrichment, Trait } from '../../incident/enrichment.ts';

type Told = Pick<Enrichment, 'facts' | 'traits'>;

/**
 * Whether the machine is cut off from the network. The machine itself does not tell; the last isolation or release that
 * Defender carried out does.
 */
export function describeIsolation(actions: DefenderAction[] | 'denied'): Told {
  if (actions === 'denied') return { facts: [], traits: [] };
  const newestFirst = actions.toSorted((a, b) => b.creationDateTimeUtc.localeCompare(a.creationDateTimeUtc));
  const last = newestFirst.find((action) => isAbout(action) && status(action) !== 'over');
  if (!last) return { facts: [], traits: [] };
  const { type, requestor, creationDateTimeUtc: at } = last;
  const done = status(last) === 'done';
  const value =
    type === 'Isolate' ? (done ? 'isolated' : 'being isolated') : done ? 'released' : 'being released';
  return {
    facts: [{ label: 'Isolation', value: requestor ? `${value} by ${requestor}` : value, ...(at && { at }) }],
    traits: traitsOf(type, done),
  };
}

function traitsOf(type: string, done: boolean): Trait[] {
  if (type === 'Unisolate') {
    return done
      ? []
      : [{ chip: 'being released', says: 'is being released from its isolation', tone: 'neutral' }];
  }
  return done
    ? [{ chip: 'isolated', says: 'is cut off from the network by Defender for Endpoint', tone: 'good' }]
    : [{ chip: 'being isolated', says: 'is being cut off from the network', tone: 'neutral' }];
}

const isAbout = ({ type }: DefenderAction): boolean => type === 'Isolate' || type === 'Unisolate';

function status({ status }: DefenderAction): 'done' | 'under way' | 'over' {
  if (status === 'Succeeded') return 'done';
  return status === 'Pending' || status === 'InProgress' ? 'under way' : 'over';
}
