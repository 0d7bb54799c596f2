import { Refused } from '../errors.ts';
import { kqlString } from './escape.ts';
import type { Hunt, HuntParameter } from './hunt.ts';
import { narrowed, withValues } from './hunt-text.ts';
import { narrowing } from './narrowing.ts';
import type { QueryPlan, Scope } from './plan.ts';
import { type EntityKind, entityKinds, isEntityKind, readEntity } from './read-entity.ts';
import type { Span } from './span.ts';

/** By parameter, or by kind of entity: `{ account: 'adam@contoso.com', threshold: '20' }`. */
export type HuntValues = Record<string, string | string[]>;

export interface HuntContext {
  span: Span;
  scope: Scope;
  isPrivate: boolean;
  /**
   * Of a hunt without a parameter for them, rows are kept that fit every kind of entity that is given, or any: who names an
   * account and an address means both, and an incident's entities are all of interest.
   */
  keeps: 'every' | 'any';
}

/**
 * What running a hunt with these values asks. A value fills the parameter of its name, else the first one of its kind that
 * has none yet, else narrows the rows by the columns that the hunt maps to that kind. Throws `Refused` naming what is missing.
 */
export function planHunt(hunt: Hunt, values: HuntValues, context: HuntContext): QueryPlan {
  const { filled, left } = assign(hunt, values);
  const missing = hunt.parameters.filter((one) => !(one.name in filled) && one.default === undefined);
  if (missing.length > 0) throw new Refused(saysMissing(hunt, missing));
  const literals = hunt.parameters.map((one) => {
    const value = filled[one.name] ?? one.default ?? '';
    return [one.name, literalOf(one, String(value))] as const;
  });
  const query = withValues(hunt.query, Object.fromEntries(literals));
  return {
    kind: 'hunt',
    title: bound(`Hunt: ${hunt.name}`, 120),
    parts: [{ title: '', text: narrow(hunt, query, left, context.keeps) }],
    span: context.span,
    scope: context.scope,
    isReviewed: true,
    isPrivate: context.isPrivate,
    values: valuesOf(hunt, filled, left),
  };
}

function valuesOf(
  { parameters }: Hunt,
  filled: Assigned['filled'],
  left: Assigned['left'],
): Record<string, string> {
  const ofParameters = parameters.map((one) => [one.name, String(filled[one.name] ?? one.default ?? '')]);
  const ofEntities = left.map(([kind, names]) => [kind, names.join(' or ')]);
  const told = [...ofParameters, ...ofEntities].map(([name, value = '']) => [name, bound(value, 200)]);
  return Object.fromEntries(told);
}

/** Whether these values leave nothing to be filled in. */
export function isReady(hunt: Hunt, values: HuntValues): boolean {
  const { filled } = assign(hunt, values);
  return hunt.parameters.every((one) => one.name in filled || one.default !== undefined);
}

/** What to type: `hunt "Password spray" --ip <ip> --set threshold=<number>`. */
export function usageOf(hunt: Hunt, values: HuntValues = {}): string {
  const { filled } = assign(hunt, values);
  const needed = hunt.parameters.filter((one) => one.default === undefined || one.name in filled);
  const options = needed.map((one) => {
    const value = filled[one.name] ?? `<${one.kind}>`;
    const said = /[\s"]/.test(value) ? `"${value.replaceAll('"', '')}"` : value;
    return isEntityKind(one.kind) && firstOf(hunt, one.kind) === one
      ? `--${one.kind} ${said}`
      : `--set ${one.name}=${said}`;
  });
  return [`hunt "${hunt.name.replaceAll('"', '')}"`, ...options].join(' ');
}

/** The query as it would run with some value in each place: what the guard looks at before anybody gives any. */
export function exampleOf(hunt: Hunt): string {
  const literals = hunt.parameters.map((one) => [one.name, literalOf(one, example(one))] as const);
  return withValues(hunt.query, Object.fromEntries(literals));
}

interface Assigned {
  /** By parameter. */
  filled: Record<string, string>;
  /** Entities that fill no parameter. */
  left: [EntityKind, string[]][];
}

function assign(hunt: Hunt, values: HuntValues): Assigned {
  const filled: Record<string, string> = {};
  const left: [EntityKind, string[]][] = [];
  const given = Object.entries(values).map(([key, value]) => [key, [value].flat()] as const);
  // What is named by its own name first: a kind takes what is left.
  for (const [key, [value]] of given) {
    if (value !== undefined && hunt.parameters.some(({ name }) => name === key)) filled[key] = value;
  }
  for (const [key, all] of given) {
    if (key in filled || all.length === 0) continue;
    if (!isEntityKind(key)) throw new Refused(saysUnknown(hunt, key));
    const free = hunt.parameters.find(({ name, kind }) => kind === key && !(name in filled));
    const [first = ''] = all;
    if (free) filled[free.name] = first;
    else if (!hunt.parameters.some(({ kind }) => kind === key)) left.push([key, all]);
  }
  return { filled, left };
}

function narrow(hunt: Hunt, query: string, left: Assigned['left'], keeps: HuntContext['keeps']): string {
  const conditions = left.flatMap(([kind, names]) => {
    const read = names.map((name) => readEntity(kind, name));
    const condition = narrowing(hunt, kind, read);
    if (condition === undefined && keeps === 'every') throw new Refused(saysNoPlace(hunt, kind));
    return condition ?? [];
  });
  if (conditions.length === 0) return query;
  const joined = conditions.length === 1 ? conditions : conditions.map((one) => `(${one})`);
  return narrowed(query, joined.join(keeps === 'every' ? ' and ' : ' or '));
}

function literalOf({ name, kind }: HuntParameter, value: string): string {
  switch (kind) {
    case 'number': {
      if (/^-?\d{1,15}(\.\d{1,15})?$/.test(value.trim())) return value.trim();
      throw new Refused(`"${bound(value, 40)}" is no number for ${name}.`);
    }
    case 'timespan': {
      if (/^\d{1,5}(ms|[dhms])$/.test(value.trim())) return value.trim();
      throw new Refused(`"${bound(value, 40)}" is no time for ${name}. Like: 30m, 4h, 7d.`);
    }
    case 'text':
      if (Array.from(value).length <= 500) return kqlString(value);
      throw new Refused(`${name} is longer than 500 characters.`);
    default:
      return kqlString(readEntity(kind, value));
  }
}

function example({ kind, default: usual }: HuntParameter): string {
  if (usual !== undefined) return String(usual);
  switch (kind) {
    case 'number':
      return '1';
    case 'timespan':
      return '1h';
    case 'ip':
      return '192.0.2.1';
    default:
      return 'example';
  }
}

function firstOf(hunt: Hunt, kind: EntityKind): HuntParameter | undefined {
  return hunt.parameters.find((one) => one.kind === kind);
}

function saysMissing(hunt: Hunt, missing: HuntParameter[]): string {
  const told = missing.map(({ name, summary }) => (summary ? `${name} (${summary})` : name));
  return `This hunt needs ${told.join(' and ')}. Say: ${usageOf(hunt)}`;
}

function saysUnknown(hunt: Hunt, key: string): string {
  const names = hunt.parameters.map(({ name }) => name);
  const has = names.length > 0 ? `It has ${names.join(', ')}.` : 'It has no parameters.';
  return `"${bound(key, 40)}" is no parameter of "${hunt.name}". ${has}`;
}

function saysNoPlace(hunt: Hunt, kind: EntityKind): string {
  const mapped = entityKinds.filter((one) => narrowing(hunt, one, ['x']) !== undefined);
  const instead =
    mapped.length > 0 ? `It can be narrowed by ${mapped.join(', ')}.` : 'It cannot be narrowed by any.';
  return `"${hunt.name}" does not say which of its columns is the ${kind}. ${instead} Leave out --${kind}.`;
}

function bound(text: string, limit: number): string {
  const points = Array.from(text);
  return points.length <= limit ? text : `${points.slice(0, limit - 1).join('')}…`;
}
