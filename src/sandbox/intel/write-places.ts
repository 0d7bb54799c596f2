import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ipaddr from 'ipaddr.js';

/** A range and where it is. */
export interface PlaceRow {
  range: string;
  city: string;
  country: string;
  countryCode: string;
  asn: number;
  organization: string;
}

/** As in the sandbox's logs. */
export const sandboxPlaces: PlaceRow[] = [
  row('203.0.113.0/28', 'Frankfurt am Main', 'Germany', 'DE', 64504, 'Main Fibre GmbH'),
  row('198.51.100.31/32', 'Frankfurt am Main', 'Germany', 'DE', 64504, 'Main Fibre GmbH'),
  row('203.0.113.140/32', 'Mainz', 'Germany', 'DE', 64505, 'Rheinkabel'),
  row('198.51.100.77/32', 'Lisbon', 'Portugal', 'PT', 64504, 'Main Fibre GmbH'),
  row('198.51.100.16/29', 'Recife', 'Brazil', 'BR', 64501, 'Capibaribe Telecom'),
  row('198.51.100.201/32', 'Cluj-Napoca', 'Romania', 'RO', 64503, 'Someș Hosting SRL'),
  row('203.0.113.64/28', 'Rotterdam', 'Netherlands', 'NL', 64500, 'Maas Colocation BV'),
  row('192.0.2.144/29', 'Singapore', 'Singapore', 'SG', 64502, 'Merlion Cloud Pte'),
];

function row(
  ...[range, city, country, countryCode, asn, organization]: [string, string, string, string, number, string]
) {
  return { range, city, country, countryCode, asn, organization };
}

type Node = [left: Branch, right: Branch];
type Branch = Node | Buffer | undefined;

/**
 * A database of MaxMind's format 2.0 for IPv4: a tree with a node a bit, 24 bits a record, and the records' values after it.
 * https://maxmind.github.io/MaxMind-DB/
 */
export function placesDatabase(rows: readonly PlaceRow[]): Buffer {
  const root: Node = [undefined, undefined];
  for (const one of rows) plant(root, one);

  const nodes: Node[] = [];
  const number = (node: Node): void => {
    nodes.push(node);
    for (const branch of node) if (Array.isArray(branch)) number(branch);
  };
  number(root);

  const values: Buffer[] = [];
  let offset = 0;
  const record = (branch: Branch): Buffer => {
    const of = Buffer.alloc(3);
    if (branch === undefined) of.writeUIntBE(nodes.length, 0, 3);
    else if (Array.isArray(branch)) of.writeUIntBE(nodes.indexOf(branch), 0, 3);
    else {
      of.writeUIntBE(nodes.length + 16 + offset, 0, 3);
      values.push(branch);
      offset += branch.length;
    }
    return of;
  };
  const tree = nodes.flatMap((node) => node.map(record));
  return Buffer.concat([
    ...tree,
    Buffer.alloc(16),
    ...values,
    Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'),
    encode({
      binary_format_major_version: 2,
      binary_format_minor_version: 0,
      build_epoch: 1_790_000_000,
      database_type: 'Contoso-City',
      description: { en: 'Places of the sandbox' },
      ip_version: 4,
      languages: ['en'],
      node_count: nodes.length,
      record_size: 24,
    }),
  ]);
}

function plant(root: Node, { range, ...where }: PlaceRow): void {
  const [first, bits] = ipaddr.parseCIDR(range);
  const bytes = first.toByteArray();
  let node = root;
  for (let at = 0; at < bits; at++) {
    const side = ((bytes[at >> 3] ?? 0) >> (7 - (at & 7))) & 1;
    if (at === bits - 1) {
      node[side] = encode(recordOf(where));
      return;
    }
    const next = node[side];
    const below: Node = Array.isArray(next) ? next : [undefined, undefined];
    node[side] = below;
    node = below;
  }
}

function recordOf({ city, country, countryCode, asn, organization }: Omit<PlaceRow, 'range'>): Value {
  return {
    city: { names: { en: city } },
    country: { iso_code: countryCode, names: { en: country } },
    autonomous_system_number: asn,
    autonomous_system_organization: organization,
  };
}

type Value = string | number | Value[] | { [key: string]: Value };

/** https://maxmind.github.io/MaxMind-DB/#output-data-section */
function encode(value: Value): Buffer {
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    return Buffer.concat([control(2, text.length), text]);
  }
  if (typeof value === 'number') {
    const four = Buffer.alloc(4);
    four.writeUInt32BE(value);
    return Buffer.concat([control(6, 4), four]);
  }
  if (Array.isArray(value)) return Buffer.concat([control(11, value.length), ...value.map(encode)]);
  const pairs = Object.entries(value).flatMap(([key, one]) => [encode(key), encode(one)]);
  return Buffer.concat([control(7, pairs.length / 2), ...pairs]);
}

function control(type: number, size: number): Buffer {
  const [short, more] = size < 29 ? [size, []] : [29, [size - 29]];
  return Buffer.from(type > 7 ? [short, type - 7, ...more] : [(type << 5) | short, ...more]);
}

// `node src/sandbox/intel/write-places.ts` writes the file that the sandbox's settings name.
if (import.meta.main)
  writeFileSync(fileURLToPath(new URL('./places.mmdb', import.meta.url)), placesDatabase(sandboxPlaces));
