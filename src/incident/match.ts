import { type Alert, type Entity, nameOf } from './alert.ts';

/** Fields that a rule can look at. Every named field must fit; within a field any of its patterns may. */
export const matchable = [
  'source',
  'severity',
  'product',
  'type',
  'title',
  'target',
  'tactic',
  'technique',
  'tag',
  'subscription',
  'workspace',
  'account',
  'host',
  'ip',
  'resource',
  'entity',
] as const;
export type Matchable = (typeof matchable)[number];

/** Field → patterns; `*` stands for any run of characters, case does not count. */
export type Matcher = Partial<Record<Matchable, string[]>>;

/** The first field that does not fit, or `undefined` where the alert matches. */
export function mismatch(matcher: Matcher, alert: Alert): Matchable | undefined {
  return matchable.find((field) => {
    const patterns = matcher[field];
    if (!patterns) return false;
    const values = valuesOf(field, alert);
    return !patterns.some((pattern) => values.some((value) => fits(pattern, value)));
  });
}

/** The value of a field that made the matcher fit, for saying why. */
export function fitting(matcher: Matcher, alert: Alert): string | undefined {
  for (const field of matchable) {
    const found =
      matcher[field] && valuesOf(field, alert).find((v) => matcher[field]?.some((p) => fits(p, v)));
    if (found) return found;
  }
  return undefined;
}

function valuesOf(field: Matchable, alert: Alert): string[] {
  switch (field) {
    case 'tactic':
      return alert.tactics;
    case 'technique':
      return alert.techniques;
    case 'tag':
      return alert.tags;
    case 'account':
      return names(alert, ['account', 'mailbox']);
    case 'host':
      return names(alert, ['host']);
    case 'ip':
      return names(alert, ['ip']);
    case 'resource':
      return alert.entities.flatMap((e) =>
        e.kind === 'resource' || e.kind === 'host' ? [e.name, e.resourceId] : [],
      );
    case 'entity':
      return alert.entities.flatMap((e) => [nameOf(e), ...otherNames(e)]);
    default:
      return [alert[field]];
  }
}

/** What else people call it. */
function otherNames(entity: Entity): string[] {
  switch (entity.kind) {
    case 'account':
      return [entity.name];
    case 'host':
    case 'resource':
      return [entity.resourceId];
    default:
      return [];
  }
}

/** Values of a field, in lower case and without empty ones: what two alerts may share. */
export function sharable(field: Matchable, alert: Alert): string[] {
  return valuesOf(field, alert)
    .filter(Boolean)
    .map((value) => value.toLowerCase());
}

/** As it would be typed: `host=vm-pay-* severity=medium,low`. Holds untrusted text as it was written. */
export function matcherInWords(matcher: Matcher): string {
  return matchable
    .flatMap((field) => {
      const patterns = matcher[field];
      return patterns ? [`${field}=${patterns.map(quoted).join(',')}`] : [];
    })
    .join(' ');
}

function quoted(pattern: string): string {
  return /[\s,"]/.test(pattern) ? `"${pattern.replaceAll('"', '')}"` : pattern;
}

function names(alert: Alert, kinds: Entity['kind'][]): string[] {
  return alert.entities
    .filter((e) => kinds.includes(e.kind))
    .flatMap((e) => (e.kind === 'account' ? [e.upn, e.name] : [nameOf(e)]));
}

/** Matched piece by piece, not by a built regular expression: titles are hostile and may be long. */
function fits(pattern: string, value: string): boolean {
  const pieces = pattern.toLowerCase().split('*');
  const text = value.toLowerCase();
  if (pieces.length === 1) return text === pieces[0];
  const first = pieces[0] ?? '';
  const last = pieces.at(-1) ?? '';
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last))
    return false;
  let from = first.length;
  const to = text.length - last.length;
  for (const piece of pieces.slice(1, -1)) {
    const at = text.indexOf(piece, from);
    if (at < 0 || at + piece.length > to) return false;
    from = at + piece.length;
  }
  return true;
}
