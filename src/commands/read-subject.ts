import { Refused } from '../errors.ts';
import type { Subject } from '../incident/enrichment.ts';
import { type Named, resourceSubject, subjectNamed } from '../incident/subjects.ts';
import { type EntityKind, isEntityKind, readEntity } from '../kql/read-entity.ts';
import type { Reader } from './command.ts';

/**
 * Whom or what people mean: `ip 203.0.113.9`, `host vm-web-01`, or without the kind where its form says it. A resource that
 * is called by its name is looked for. Throws `Refused`.
 */
export async function readSubject(args: string[], reader: Pick<Reader, 'findResource'>): Promise<Subject> {
  const [first = '', ...others] = args;
  const kind = kindSaid(first);
  const said = kind && others.length > 0 ? others.join(' ') : args.join(' ');
  return subjectOf(kind && others.length > 0 ? kind : kindByForm(said), said, reader);
}

/** A resource or machine by its name or its id. Throws `Refused`. */
export async function readResource(
  args: string[],
  usage: string,
  reader: Pick<Reader, 'findResource'>,
): Promise<Subject> {
  const said = args.join(' ');
  if (!said) throw new Refused(`Say which: ${usage}.`);
  return subjectOf('resource', said, reader);
}

async function subjectOf(
  kind: EntityKind,
  said: string,
  reader: Pick<Reader, 'findResource'>,
): Promise<Subject> {
  const named: Named = { kind, name: readEntity(kind, said) };
  const subject = subjectNamed(named);
  if (subject.kind !== 'resource' || subject.resourceId) return subject;
  return resourceSubject(await reader.findResource(named.name));
}

/** The words of the commands about entities, too. */
function kindSaid(word: string): EntityKind | undefined {
  const said = word.toLowerCase();
  if (isEntityKind(said)) return said;
  if (said === 'user') return 'account';
  if (said === 'machine') return 'host';
  return said === 'domain' ? 'url' : undefined;
}

function kindByForm(said: string): EntityKind {
  const plain = said.replace(/\[([.@:])\]/g, '$1');
  if (/^[\d.]+$/.test(plain) || (plain.includes(':') && /^[\da-f:.]+$/i.test(plain))) return 'ip';
  if (/^h(tt|xx)ps?:/i.test(plain)) return 'url';
  if (plain.includes('@') || plain.includes('\\')) return 'account';
  if (/^[0-9a-f]{64}$/i.test(plain)) return 'file';
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(plain)) return 'account';
  if (plain.startsWith('/')) return 'resource';
  return plain.includes('.') ? 'url' : 'resource';
}
