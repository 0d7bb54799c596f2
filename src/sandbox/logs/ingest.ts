import { diceOf } from './samples/dice.ts';
import { schemaOf, type TableName } from './tables.ts';
import { workspaceOf } from './tables-workspaces.ts';
import { type Bag, emptyOf, type Row, typeNamed } from './value.ts';

/** Something that happened, as one row of one table; what it does not say is empty. */
export interface LogEvent {
  table: TableName;
  /** Milliseconds since 1970: its TimeGenerated. */
  at: number;
  values: Bag;
}

interface Layout {
  places: Map<string, number>;
  blank: Row;
}

const layouts = new Map<TableName, Layout>();

/** The event as a row of its table, with what every row has. Throws where it names a column that the table has not. */
export function rowOf(event: LogEvent): { row: Row; workspace: string } {
  const layout = layoutOf(event.table);
  const row = layout.blank.slice();
  const put = (name: string, value: Row[number]) => {
    const place = layout.places.get(name);
    if (place === undefined) throw new Error(`${event.table} has no column ${name}.`);
    row[place] = value;
  };
  const resource = event.values._ResourceId;
  const { id: workspace } = workspaceOf(event.table, typeof resource === 'string' ? resource : '');
  put('TenantId', workspace);
  put('TimeGenerated', event.at);
  for (const name in event.values) put(name, event.values[name] ?? null);
  if (layout.places.has('_ItemId')) put('_ItemId', itemId(event, row));
  return { row, workspace };
}

/** The same row has the same id whenever it is made. */
const itemId = ({ table, at }: LogEvent, row: Row): string =>
  diceOf(table, at, row.slice(0, 20).join(' ')).guid();

function layoutOf(table: TableName): Layout {
  const known = layouts.get(table);
  if (known) return known;
  const { columns } = schemaOf(table);
  const common: Bag = { Type: table, SourceSystem: 'Azure' };
  const layout = {
    places: new Map(columns.map(({ name }, place) => [name, place])),
    blank: columns.map(({ name, type }) => common[name] ?? emptyOf(typeNamed(type))),
  };
  layouts.set(table, layout);
  return layout;
}
