import { lastSegment } from '../azure/resource-id.ts';
import { type Entity, nameOf } from '../incident/alert.ts';
import { entityReader, type Fields } from './entity-graph.ts';
import { trimTo } from './fields.ts';

/**
 * Entities of a payload, by Defender's graph (`type`, `$id`, `$ref`, either casing) or by Sentinel's list (`kind` and
 * `properties`). Those that have no name, or that only tie others together, are left out. At most 50.
 */
export function readEntities(raw: readonly unknown[]): Entity[] {
  const reader = entityReader(raw);
  const found = new Map<string, Entity>();
  for (const fields of reader.entities) {
    const entity = entityOf(fields);
    if (!entity) continue;
    const key = `${entity.kind} ${nameOf(entity).toLowerCase()}`;
    if (!found.has(key)) found.set(key, entity);
    if (found.size === 50) break;
  }
  return withoutHashes(withoutTwins([...found.values()]));
}

/** Defender names a machine twice, as a host and as the resource that it is. */
function withoutTwins(entities: Entity[]): Entity[] {
  const hosts = new Set(
    entities.map((entity) => (entity.kind === 'host' ? entity.resourceId.toLowerCase() : '')),
  );
  return entities.filter(
    (entity) =>
      entity.kind !== 'resource' || !entity.resourceId || !hosts.has(entity.resourceId.toLowerCase()),
  );
}

/** A hash that a file is known by needs no place beside it. */
function withoutHashes(entities: Entity[]): Entity[] {
  const known = entities.flatMap((entity) =>
    entity.kind === 'file' && entity.sha256 ? [entity.sha256] : [],
  );
  return entities.filter(
    (entity) =>
      entity.kind !== 'other' ||
      entity.type.toLowerCase() !== 'filehash' ||
      !known.some((sha256) => entity.name.toLowerCase().startsWith(sha256)),
  );
}

function entityOf(fields: Fields): Entity | undefined {
  const entity = known(fields);
  return entity && nameOf(entity) !== '' ? entity : undefined;
}

function known(fields: Fields): Entity | undefined {
  switch (fields.kind) {
    case 'account':
      return account(fields);
    case 'host':
      return host(fields);
    case 'ip':
      return { kind: 'ip', address: fields.text('address', 'friendlyname'), country: country(fields) };
    case 'url':
      return { kind: 'url', url: fields.text('url', 'friendlyname') };
    case 'dns':
    case 'dnsresolution':
      return { kind: 'domain', name: fields.text('domainname', 'friendlyname') };
    case 'file':
      return file(fields);
    case 'process':
      return process(fields);
    case 'azureresource':
      return resource(fields, fields.text('resourceid', 'azureresourceid'));
    case 'k8scluster': {
      const cluster = fields.nested('cloudresource');
      return cluster ? resource(cluster, cluster.text('resourceid')) : other(fields);
    }
    case 'mailbox':
      return { kind: 'mailbox', address: fields.text('mailboxprimaryaddress', 'upn', 'friendlyname') };
    // Alerts are counted elsewhere; the others only say how accounts, hosts and addresses hang together.
    case 'securityalert':
    case 'hostlogonsession':
    case 'networkconnection':
      return undefined;
    default:
      return other(fields);
  }
}

function account(fields: Fields): Entity {
  const plain = fields.text('name', 'accountname', 'displayname');
  const suffix = fields.text('upnsuffix');
  // Since 2026 the name of some feeds is the whole principal name.
  const upn = fields.text('userprincipalname', 'upn') || (plain.includes('@') ? plain : '');
  const domain = fields.text('ntdomain');
  return {
    kind: 'account',
    name:
      domain && plain && !plain.includes('\\') && !upn
        ? `${domain}\\${plain}`
        : plain || fields.text('friendlyname', 'sid', 'aaduserid'),
    upn: upn || (suffix && plain ? `${plain}@${suffix}` : ''),
    oid: fields.text('aaduserid', 'objectguid').toLowerCase(),
  };
}

function host(fields: Fields): Entity {
  const resourceId = fields.text('azureid', 'resourceid');
  const name =
    fields.text('hostname', 'netbiosname') || lastSegment(resourceId || fields.text('friendlyname'));
  return { kind: 'host', name, resourceId };
}

function country(fields: Fields): string {
  const location = fields.nested('location');
  return location?.text('countryname', 'countrycode') ?? '';
}

function file(fields: Fields): Entity {
  const sha256 = sha256Of(fields);
  return {
    kind: 'file',
    name: fields.text('name', 'filename', 'friendlyname'),
    directory: fields.text('directory'),
    ...(sha256 && { sha256 }),
  };
}

/** Defender keeps a file's hashes inside of it, Sentinel as entities of their own beside it. */
function sha256Of(fields: Fields): string {
  const hashes = [...fields.listed('filehashes'), ...fields.referred('filehashentityids')];
  const sha256 = hashes.find((hash) => hash.text('algorithm').toUpperCase() === 'SHA256');
  const digits = sha256?.text('value', 'hashvalue').toLowerCase() ?? '';
  return /^[0-9a-f]{64}$/.test(digits) ? digits : '';
}

function process(fields: Fields): Entity {
  const image = fields.nested('imagefile') ?? fields.referred('imagefileentityid')[0];
  const commandLine = fields.text('commandline');
  const name = image?.text('name', 'filename') || fields.text('friendlyname') || commandLine;
  return { kind: 'process', name: trimTo(name, 300), commandLine };
}

function resource(fields: Fields, resourceId: string): Entity {
  return {
    kind: 'resource',
    name: lastSegment(resourceId) || fields.text('friendlyname', 'name'),
    resourceId,
  };
}

function other(fields: Fields): Entity {
  const name = fields.text('friendlyname', 'name', 'displayname', 'value', 'subject', 'key', 'address');
  return { kind: 'other', type: fields.type, name };
}
