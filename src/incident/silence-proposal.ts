import { type Alert, type Entity, nameOf, severities } from './alert.ts';
import type { Incident } from './incident.ts';
import type { Matchable, Matcher } from './match.ts';

/** What matches incidents of the kind of this one, no graver than it is; `undefined` where it names nothing to go by. */
export function proposeMatcher(
  { alerts, severity }: Incident,
  scope: 'both' | 'rule' | 'entity',
): Matcher | undefined {
  const [alert] = alerts;
  if (!alert) return undefined;
  const entity = scope === 'rule' ? {} : entityOf(alert);
  const rule = scope === 'entity' ? {} : naming('type', alert.type);
  const matcher = { ...rule, ...entity };
  if (Object.keys(matcher).length === 0) return undefined;
  return { ...matcher, severity: severities.slice(severities.indexOf(severity)) };
}

/** What is attacked comes first; an address is seldom what somebody wants to be quiet about. */
function entityOf({ entities, target }: Alert): Matcher {
  const about = entities.find((entity) => nameOf(entity).toLowerCase() === target.toLowerCase());
  const first = about ?? order.flatMap((kind) => entities.filter((entity) => entity.kind === kind))[0];
  return first ? naming(fieldOf(first), nameOf(first)) : naming('target', target);
}

const order: Entity['kind'][] = ['account', 'host', 'resource', 'mailbox', 'ip', 'domain', 'url', 'file'];

function fieldOf({ kind }: Entity): Matchable {
  switch (kind) {
    case 'account':
    case 'mailbox':
      return 'account';
    case 'host':
    case 'ip':
    case 'resource':
      return kind;
    default:
      return 'entity';
  }
}

/** Nothing of a name with a star in it: whoever chose it would have the silence hide everything. */
function naming(field: Matchable, name: string): Matcher {
  return name === '' || name.includes('*') ? {} : { [field]: [asPattern(name)] };
}

/** At most as long as a pattern may be; of a longer name the beginning. */
function asPattern(name: string): string {
  return name.length <= longest ? name : `${name.slice(0, longest - 1)}*`;
}

const longest = 200;
