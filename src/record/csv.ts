import { stringify } from 'csv-stringify/sync';
import type { Format, Line } from './line.ts';

const columns = [
  'id',
  'at',
  'actor kind',
  'actor id',
  'actor',
  'type',
  'incident',
  'status',
  'severity',
  'data',
  'hash',
];

/** RFC 4180. What a spreadsheet would take for a formula begins with an apostrophe: people write these texts. */
export const csv: Format = {
  contentType: 'text/csv; charset=utf-8',
  header: draw(columns),
  draw: ({ id, at, actor, type, incident, status, severity, data, hash }: Line) =>
    draw([
      id,
      at,
      actor.kind,
      actor.id,
      actor.name,
      type,
      incident === null ? '' : `INC-${incident}`,
      status ?? '',
      severity ?? '',
      JSON.stringify(data),
      hash,
    ]),
};

function draw(cells: string[]): string {
  return stringify([cells], { escape_formulas: true, quoted_string: true, record_delimiter: '\r\n' });
}
