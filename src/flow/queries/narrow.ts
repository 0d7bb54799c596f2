import type { FieldFaults } from '../../channels/channel.ts';
import { clean } from '../../channels/clean.ts';
import type { QueryDialogView } from '../../channels/query-view.ts';
import type { Choice } from '../../channels/views.ts';
import { Refused } from '../../errors.ts';
import { kqlString } from '../../kql/escape.ts';
import { narrowed } from '../../kql/hunt-text.ts';
import type { LogColumn } from '../../kql/logs.ts';
import type { QueryPlan } from '../../kql/plan.ts';
import { readSpan } from '../../kql/read-span.ts';
import type { StoredQuery } from '../../store/queries.ts';
import type { Watchfloor } from '../watchfloor.ts';
import { unpack } from './packed.ts';
import { spanNow } from './span-now.ts';

/** Slack's menus take a hundred choices. */
const mostColumns = 100;
const longestValue = 500;

/** Which part of an answer to look at: a column and a value, or another time range. */
export async function drawNarrow(query: StoredQuery): Promise<QueryDialogView> {
  const choices = (await columnsOf(query)).slice(0, mostColumns).map(({ name }, index): Choice => {
    return { value: String(index), label: clean(name, 75) || `Column ${index + 1}` };
  });
  return {
    query: query.id,
    verb: 'narrow',
    title: 'Narrow',
    about: clean(query.plan.title, 120),
    submit: 'Ask',
    fields: [
      { kind: 'choice', id: 'column', label: 'Column', required: false, choices },
      {
        kind: 'text',
        id: 'value',
        label: 'Has exactly this value',
        required: false,
        maxLength: longestValue,
        placeholder: 'adam@contoso.com',
      },
      {
        kind: 'text',
        id: 'last',
        label: 'Another time range',
        required: false,
        maxLength: 80,
        placeholder: '4h, 7d, yesterday',
      },
    ],
  };
}

/** The query with one more condition, or of another time; what to mend where the form is not filled in well. */
export async function readNarrow(
  floor: Watchfloor,
  query: StoredQuery,
  fields: Record<string, string>,
): Promise<QueryPlan | FieldFaults> {
  const { plan, parts } = query;
  const [part] = parts;
  const last = fields.last?.trim();
  const columns = await columnsOf(query);
  const column = /^\d{1,3}$/.test(fields.column ?? '') ? columns[Number(fields.column)] : undefined;
  const value = fields.value ?? '';
  if (!part || (!column && !last))
    return { faults: { column: 'Choose a column, or say another time range.' } };
  const condition = column && conditionOf(column, value);
  if (column && condition === undefined)
    return { faults: { value: `${clean(column.name, 40)} holds ${column.type}.` } };
  try {
    const limits = { now: floor.now(), mostDays: floor.atHand.policy.days };
    const span = last ? readSpan({ last }, limits) : spanNow(query, floor.now());
    const text = condition ? narrowed(part.text, condition) : part.text;
    // The text of a hunt is not shown, so what narrows it is told beside it.
    const values = column && plan.kind !== 'query' ? { ...plan.values, [column.name]: value } : plan.values;
    return { ...plan, ...(values && { values }), span, parts: [{ title: '', text }] };
  } catch (error) {
    if (error instanceof Refused) return { faults: { last: error.message } };
    throw error;
  }
}

async function columnsOf({ result }: StoredQuery): Promise<LogColumn[]> {
  const [answer] = await unpack(result);
  return answer?.kind === 'rows' ? answer.columns : [];
}

/** The value as a literal of the column's type; `undefined` where it is none. */
function conditionOf({ name, type }: LogColumn, value: string): string | undefined {
  const column = `[${kqlString(name)}]`;
  const said = value.trim();
  switch (type) {
    case 'int':
    case 'long':
    case 'real':
    case 'decimal':
      return /^-?\d{1,18}(\.\d{1,15})?$/.test(said) ? `${column} == ${said}` : undefined;
    case 'bool':
      return /^(true|false)$/i.test(said) ? `${column} == ${said.toLowerCase()}` : undefined;
    case 'datetime': {
      const at = /^\d{4}-\d\d-\d\d/.test(said)
        ? Date.parse(/(Z|[+-]\d\d:?\d\d)$/i.test(said) ? said : `${said}Z`)
        : NaN;
      return Number.isNaN(at) ? undefined : `${column} == datetime(${new Date(at).toISOString()})`;
    }
    case 'string':
      return `${column} == ${kqlString(value)}`;
    default:
      return `tostring(${column}) == ${kqlString(value)}`;
  }
}
