import { type Entity, nameOf } from '../incident/alert.ts';
import type { Incident } from '../incident/incident.ts';
import { clean, defang, unmaskHosts } from './clean.ts';

/** Azure writes `CommandAndControl`, people read `Command and control`. */
export function spaced(word: string): string {
  const [first, ...others] = clean(word.replace(/(?<=\p{Ll})(?=\p{Lu})/gu, ' '), 40).split(' ');
  // What is capitals all over is an abbreviation and stays one.
  const lower = others.map((word) => (/^\p{Lu}\p{Ll}/u.test(word) ? word.toLowerCase() : word));
  return [first, ...lower].join(' ');
}

/** Who and what is attacked first, then where from; processes and files say less at a glance. */
const glance: Record<Entity['kind'], number> = {
  account: 0,
  mailbox: 1,
  host: 1,
  resource: 2,
  ip: 3,
  domain: 4,
  url: 4,
  process: 5,
  file: 5,
  other: 6,
};

/** Everything named by its alerts, each once: who and what is attacked first. */
export function distinctEntities(incident: Incident): Entity[] {
  const seen = new Map<string, Entity>();
  for (const entity of incident.alerts.flatMap((alert) => alert.entities)) {
    const name = nameOf(entity).toLowerCase();
    // A machine comes both as host and as resource; people want to read it once.
    const key =
      entity.kind === 'resource' || entity.kind === 'host' ? `machine ${name}` : `${entity.kind} ${name}`;
    if (name && !seen.has(key)) seen.set(key, entity);
  }
  return [...seen.values()].sort((a, b) => glance[a.kind] - glance[b.kind]);
}

/** `Account`, `IP`, `Cloud application`. */
export function kindInWords(entity: Entity): string {
  switch (entity.kind) {
    case 'ip':
      return 'IP';
    case 'url':
      return 'URL';
    case 'other':
      return spaced(entity.type);
    default:
      return entity.kind.charAt(0).toUpperCase() + entity.kind.slice(1);
  }
}

/** An entity's name, cleaned, masked, bounded and, where an attacker may have chosen it, defanged. */
export function shownName(entity: Entity, show: (text: string, limit: number) => string = clean): string {
  const name = show(nameOf(entity), 80);
  switch (entity.kind) {
    case 'account':
    case 'host':
    case 'resource':
      // Ours; people copy these into other tools.
      return name;
    case 'ip':
      return defang(name) + (entity.country ? ` (${clean(entity.country, 30)})` : '');
    case 'url':
    case 'domain':
    case 'mailbox':
      return defang(unmaskHosts(name));
    case 'file':
    case 'process':
    case 'other':
      return defang(name);
  }
}
