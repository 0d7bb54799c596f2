import type { Operator } from '../context.ts';
import { convert } from '../convert.ts';
import { as } from '../expressions/lift.ts';
import { patternOf } from '../functions/regex.ts';
import { KqlError } from '../kql-error.ts';
import type { Syntax } from '../kusto.ts';
import { frameOf } from '../relation.ts';
import { type Column, emptyOf, type Row, type Type, typeNamed, type Value } from '../value.ts';
import { parameter } from './join.ts';

/** A pattern with one group a column. */
interface Pattern {
  regex: RegExp;
  columns: Column[];
}

/** What every type may look like. */
const shapes: Partial<Record<Type, string>> = {
  long: '-?\\d+',
  int: '-?\\d+',
  real: '-?\\d+(?:\\.\\d+)?(?:[eE][+-]?\\d+)?',
  decimal: '-?\\d+(?:\\.\\d+)?',
  bool: 'true|false|0|1',
};

/** `parse` keeps rows that do not fit, with empty columns; `parse-where` leaves them out. */
export const parse: Operator = (node, input, context) => {
  const frame = frameOf(input);
  const subject = as('string', context.scalar(node.at('Expression'), frame));
  const isWhere = node.kind === 'ParseWhereOperator';
  const kind = parameter(node, 'kind') ?? 'simple';
  const { regex, columns: made } = patternIn(node, kind);
  const columns = [...input.columns];
  const places = made.map((column) => {
    const at = columns.findIndex(({ name }) => name === column.name);
    const place = at < 0 ? columns.length : at;
    columns[place] = column;
    return place;
  });
  return {
    columns,
    ...(input.isOpen ? { isOpen: true } : {}),
    rows() {
      const rows: Row[] = [];
      frame.walk(input.rows(), (row) => {
        const values = read(String(subject.get(row)), regex, made, kind !== 'relaxed');
        if (!values && isWhere) return;
        const next = row.slice();
        next.length = columns.length;
        places.forEach((place, at) => {
          next[place] = values?.[at] ?? emptyOf(made[at]?.type ?? 'string');
        });
        rows.push(next);
      });
      return rows;
    },
  };
};

/** The values of the columns; `undefined` where the text does not fit, or, unless relaxed, one is not of its type. */
function read(text: string, regex: RegExp, columns: Column[], isStrict: boolean): Value[] | undefined {
  regex.lastIndex = 0;
  const found = regex.exec(text);
  if (!found) return undefined;
  const values = columns.map(({ type }, at) => convert(found[at + 1] ?? '', 'string', type));
  return isStrict && values.includes(null) ? undefined : values;
}

function patternIn(node: Syntax, kind: string): Pattern {
  const columns: Column[] = [];
  const parts = node.all('Patterns');
  let source = '^';
  parts.forEach((part, place) => {
    const isLast = place === parts.length - 1;
    switch (part.kind) {
      case 'StarExpression':
        source += isLast ? '.*' : '.*?';
        return;
      case 'NameDeclaration':
      case 'NameReference':
        columns.push({ name: part.name, type: 'string' });
        source += isLast ? '(.*)' : '(.*?)';
        return;
      case 'NameAndTypeDeclaration': {
        const type = typeNamed(part.at('Type').text);
        columns.push({ name: part.at('Name').name, type });
        const shape = kind === 'relaxed' ? undefined : shapes[type];
        source += shape ? `(${shape})` : isLast ? '(.*)' : '(.*?)';
        return;
      }
      default: {
        if (part.literal === undefined)
          throw new KqlError(`'parse' operator: '${part.text}' is no text`, part.start);
        source +=
          kind === 'regex'
            ? `(?:${part.literal.replace(/\((?!\?)/g, '(?:')})`
            : part.literal.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
      }
    }
  });
  const flags = [
    ...new Set(`s${kind === 'regex' ? (parameter(node, 'flags') ?? '').replace(/[^ims]/g, '') : ''}`),
  ].join('');
  return { regex: patternOf(`${source}${kind === 'regex' ? '' : '$'}`, flags, node.start), columns };
}
