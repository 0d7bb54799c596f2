import { trimTo } from './fields.ts';

/** One raw entity, its keys read in any case. */
export interface Fields {
  /** Type without dashes, lower case: `azureresource`. */
  kind: string;
  /** Type as it was written. */
  type: string;
  /** The first of these fields (lower case) that holds text. */
  text(...names: string[]): string;
  /** The object in this field, also where the field only refers to it by `$ref`. */
  nested(name: string): Fields | undefined;
  /** The objects of a list in this field, also where it only refers to them by `$ref`. */
  listed(name: string): Fields[];
  /** The entities whose Resource Manager ids stand in this field, as Sentinel ties its entities together. */
  referred(name: string): Fields[];
}

type Raw = Map<string, unknown>;

/** Newtonsoft writes an object once with `$id`, wherever it comes first, and after that only `{"$ref": id}`. */
const deepest = 5;
/** A file has three hashes, a host a few addresses. */
const longestList = 20;

/** The entities at the top of the list, with everything they refer to within reach. */
export function entityReader(list: readonly unknown[]): { entities: Fields[] } {
  const byId = new Map<string, Raw>();
  const raws = list
    .slice(0, 500)
    .map(lowerKeys)
    .filter((raw) => raw !== undefined);
  for (const raw of raws) index(raw, byId, deepest);

  function target(raw: Raw): Raw | undefined {
    const ref = raw.get('$ref');
    return typeof ref === 'string' ? byId.get(ref) : raw;
  }

  function fieldsOf(raw: Raw): Fields {
    // Sentinel keeps the type outside and everything else in `properties`.
    const inner = lowerKeys(raw.get('properties')) ?? raw;
    const type = textOf(raw.get('kind')) || textOf(raw.get('type'));
    const reach = (value: unknown): Fields[] => {
      const object = lowerKeys(value);
      const found = object && target(object);
      return found ? [fieldsOf(found)] : [];
    };
    return {
      kind: type.replace(/[^a-z0-9]/gi, '').toLowerCase(),
      type,
      text: (...names) => names.map((name) => textOf(inner.get(name))).find((text) => text !== '') ?? '',
      nested: (name) => reach(inner.get(name))[0],
      listed: (name) => listOf(inner.get(name)).flatMap(reach),
      referred: (name) =>
        listOf(inner.get(name))
          .map((id) => byId.get(textOf(id).toLowerCase()))
          .filter((found) => found !== undefined)
          .map(fieldsOf),
    };
  }

  const entities = raws.map(target).filter((raw) => raw !== undefined);
  return { entities: [...new Set(entities)].map(fieldsOf) };
}

function index(raw: Raw, byId: Map<string, Raw>, depth: number): void {
  const id = raw.get('$id');
  if (typeof id === 'string') byId.set(id, raw);
  const address = raw.get('id');
  if (typeof address === 'string') byId.set(address.toLowerCase(), raw);
  if (depth === 0) return;
  for (const value of [...raw.values()].flatMap(listOf)) {
    const inner = lowerKeys(value);
    if (inner) index(inner, byId, depth - 1);
  }
}

/** A list as it is, anything else as a list of one. */
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, longestList) : [value];
}

function lowerKeys(value: unknown): Raw | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return new Map(Object.entries(value).map(([key, inner]) => [key.toLowerCase(), inner]));
}

function textOf(value: unknown): string {
  // Command lines are the longest that are worth keeping.
  return typeof value === 'string' ? trimTo(value, 1_000) : typeof value === 'number' ? String(value) : '';
}
