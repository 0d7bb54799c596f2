import type { Operator } from '../context.ts';
import { convert } from '../convert.ts';
import { as } from '../expressions/lift.ts';
import type { Syntax } from '../kusto.ts';
import { frameOf } from '../relation.ts';
import { emptyOf, type Row } from '../value.ts';
import { declaredColumns } from './sources.ts';

/** `parse-kv Text as (a:string, b:long) with (pair_delimiter=";", kv_delimiter="=", quote='"')` */
export const parseKv: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const subject = as('string', context.scalar(node.at('Expression'), frame));
  const wanted = declaredColumns(node.at('Keys'));
  const columns = [...input.columns];
  const places = wanted.map((column) => {
    const at = columns.findIndex(({ name }) => name === column.name);
    const place = at < 0 ? columns.length : at;
    columns[place] = column;
    return place;
  });
  const read = reader(node.maybe('WithClause'));
  return {
    columns,
    ...(input.isOpen ? { isOpen: true } : {}),
    rows: () =>
      input.rows().map((row) => {
        const pairs = read(String(subject.get(row)));
        const next: Row = row.slice();
        next.length = columns.length;
        wanted.forEach(({ name, type }, at) => {
          next[places[at] ?? 0] = convert(pairs.get(name) ?? '', 'string', type) ?? emptyOf(type);
        });
        return next;
      }),
  };
};

const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');

function reader(clause: Syntax | undefined): (text: string) => Map<string, string> {
  const said = (name: string) => {
    const value = clause
      ?.all('Properties')
      .find((each) => each.at('Name').text === name)
      ?.at('Expression');
    return value ? (value.literal ?? value.text) : undefined;
  };
  const quote = escaped(said('quote') ?? '');
  const [pair, key] = [escaped(said('pair_delimiter') ?? ' '), escaped(said('kv_delimiter') ?? '=')];
  // A quoted value may hold what otherwise ends it.
  const value = quote ? `${quote}([^${quote}]*)${quote}|` : '()';
  const pattern = new RegExp(
    `(?:^|${pair})\\s*((?:(?!${pair}|${key}).)+?)\\s*${key}\\s*(?:${quote ? value : ''}((?:(?!${pair}).)*))`,
    'gs',
  );
  return (text) =>
    new Map(
      [...text.matchAll(pattern)].map(
        ([, name = '', first, second]) => [name, (quote ? (first ?? second) : first) ?? ''] as const,
      ),
    );
}
