import { badRequest } from './arm-error.ts';
import type { Incident } from './incident.ts';
import { nextLink, readToken } from './paging.ts';

/** https://learn.microsoft.com/azure/sentinel/sentinel-service-limits: 1,000 incidents a page. */
const MAX_TOP = 1_000;
const DEFAULT_TOP = 50;

const fields = {
  lastModifiedTimeUtc: ({ properties }: Incident) => Date.parse(properties.lastModifiedTimeUtc),
  createdTimeUtc: ({ properties }: Incident) => Date.parse(properties.createdTimeUtc),
  incidentNumber: ({ properties }: Incident) => properties.incidentNumber,
};
type Field = keyof typeof fields;

/** One page of `GET …/incidents` with `$filter`, `$orderby`, `$top` and `$skipToken`; throws a 400 at what Sentinel would not understand. */
export function queryIncidents(incidents: Incident[], url: URL): { value: Incident[]; nextLink?: string } {
  const top = readTop(url.searchParams.get('$top'));
  const { sortValue, direction } = readOrder(url.searchParams.get('$orderby'));
  const matches = readFilter(url.searchParams.get('$filter'));
  const start = readStart(url);
  // Going on after the last one seen rather than at a number: an incident that changes meanwhile moves, the others are not skipped.
  const rest = incidents
    .filter(matches)
    .toSorted((a, b) => direction * (sortValue(a) - sortValue(b)))
    .filter((incident) => start === undefined || direction * (sortValue(incident) - start) > 0);
  const value = rest.slice(0, top);
  const last = value.at(-1);
  if (!last || rest.length <= top) return { value };
  return { value, nextLink: nextLink(url, sortValue(last)) };
}

function readTop(top: string | null): number {
  if (top === null) return DEFAULT_TOP;
  const number = Number(top);
  if (!Number.isInteger(number) || number < 1 || number > MAX_TOP) {
    throw badRequest(`$top is '${top}'. It is a whole number from 1 to ${MAX_TOP}.`);
  }
  return number;
}

function readOrder(orderBy: string | null) {
  if (!orderBy) return { sortValue: fields.createdTimeUtc, direction: -1 };
  const [, field, word] = /^properties\/(\w+)(?:\s+(asc|desc))?$/.exec(orderBy.trim()) ?? [];
  if (!field || !isField(field)) throw badRequest(`$orderby '${orderBy}' is not supported.`);
  return { sortValue: fields[field], direction: word === 'desc' ? -1 : 1 };
}

/** Comparisons joined by `and`; times bare as in OData, strings in quotation marks. */
function readFilter(filter: string | null): (incident: Incident) => boolean {
  if (!filter) return () => true;
  const tests = filter.split(/\s+and\s+/i).map(readComparison);
  return (incident) => tests.every((test) => test(incident));
}

function readComparison(text: string): (incident: Incident) => boolean {
  const [, field = '', operator = '', literal = ''] =
    /^\(?\s*properties\/(\w+)\s+(gt|ge|lt|le|eq|ne)\s+(\S+?)\s*\)?$/.exec(text.trim()) ?? [];
  const quoted = /^'(.*)'$/.exec(literal)?.[1];
  if ((field === 'status' || field === 'severity') && quoted !== undefined) {
    if (operator === 'eq') return ({ properties }) => properties[field] === quoted;
    if (operator === 'ne') return ({ properties }) => properties[field] !== quoted;
  }
  const bound = field === 'incidentNumber' ? Number(literal) : Date.parse(literal);
  if (!isField(field) || Number.isNaN(bound)) throw badRequest(`Invalid filter clause: '${text}'.`);
  const sortValue = fields[field];
  switch (operator) {
    case 'gt':
      return (incident) => sortValue(incident) > bound;
    case 'ge':
      return (incident) => sortValue(incident) >= bound;
    case 'lt':
      return (incident) => sortValue(incident) < bound;
    case 'le':
      return (incident) => sortValue(incident) <= bound;
    case 'ne':
      return (incident) => sortValue(incident) !== bound;
    default:
      return (incident) => sortValue(incident) === bound;
  }
}

function readStart(url: URL): number | undefined {
  const token = readToken(url);
  if (token === undefined || typeof token === 'number') return token;
  throw badRequest('The $skipToken is not one of this list. Follow nextLink as it is.');
}

function isField(name: string): name is Field {
  return Object.hasOwn(fields, name);
}
