import type { Cell, LogAnswer, LogColumn, LogTable } from '../kql/logs.ts';
import type { BodyView, TableView } from './body-view.ts';
import { chartOf } from './chart.ts';
import { legible } from './clean.ts';
import { head, isEmpty, isNumeric, type Show, writerOf } from './result-cells.ts';

/** How somebody wants to see it. */
export interface Face {
  /** `undefined` where nobody chose: then as the result deserves. */
  shape: 'table' | 'chart' | undefined;
  /** From 1; beyond the last it is the last. */
  page: number;
  /** One of several in a message: a few rows of a few columns. */
  isGlance?: boolean;
  /** Takes out of untrusted text what those who read here may not be told, secrets among it. */
  hide(text: string): string;
}

export interface DrawnResult {
  body: BodyView;
  /** Of the table, at least 1. */
  pages: number;
  canChart: boolean;
}

export type Result = LogTable & Partial<Pick<LogAnswer, 'render'>>;

/** More are not read on a phone. `text` are the code points of all cells together. */
interface Room {
  rows: number;
  columns: number;
  facts: number;
  text: number;
}
/** Slack takes 10,000 characters in the cells of a table, and about 13,000 in a message. */
const whole: Room = { rows: 10, columns: 8, facts: 10, text: 6_000 };
const glance: Room = { rows: 5, columns: 4, facts: 6, text: 900 };

/** A result as it deserves: a number, a few facts, a chart where the query asks for one, else pages of a table. */
export function drawResult(result: Result, face: Face): DrawnResult {
  const show: Show = (text, limit) => legible(face.hide(text), limit);
  const room = face.isGlance ? glance : whole;
  const { rows, columns } = result;
  const [first] = rows;
  if (!first || columns.length === 0) return only({ kind: 'sentence', text: 'No rows in this time range.' });

  const number = face.shape === 'table' ? undefined : numberOf(result, show);
  if (number) return only(number);
  const chart = chartOf(result, show);
  const canChart = chart !== undefined;
  const { page, pages } = pageOf(result, face);
  if (chart && wantsChart(result, face)) {
    return { body: { kind: 'chart', chart }, pages, canChart };
  }
  const placed = columns.map((column, at) => ({ ...column, at }));
  const full = placed.filter(({ at }) => rows.some((row) => !isEmpty(row[at])));
  if (rows.length === 1) return { ...factsOf(first, full, room, show), canChart };
  const chosen = choose(full, rows, room.columns);
  const table = drawTable(rows, chosen, { page, room, show });
  // A glance is never all there is.
  const hidden = face.isGlance ? 0 : full.length - chosen.length;
  const body: BodyView = { kind: 'table', table: hidden > 0 ? { ...table, hiddenColumns: hidden } : table };
  return { body, pages, canChart };
}

/** So few that it is no trouble to look through them all. */
const fewRows = 60;

/** Rows of which something can be read where the result is shown like this: whom they name, a room may have to be spared. */
export function rowsSeen(result: Result, face: Omit<Face, 'hide'>): Cell[][] {
  const { rows } = result;
  if (rows.length <= fewRows) return rows;
  const room = face.isGlance ? glance : whole;
  const { page } = pageOf(result, face);
  const onPage = rows.slice((page - 1) * room.rows, page * room.rows);
  const chart = wantsChart(result, face) ? chartOf(result, (text) => text) : undefined;
  if (!chart) return onPage;
  const names = new Set([...chart.labels, ...chart.series.map(({ name }) => name)]);
  const naming = rows.filter((row) => row.some((cell) => typeof cell === 'string' && names.delete(cell)));
  return [...onPage, ...naming];
}

function wantsChart({ render }: Result, { shape }: Pick<Face, 'shape'>): boolean {
  return shape === 'chart' || (shape === undefined && render !== undefined);
}

function pageOf({ rows }: Result, { page, isGlance }: Omit<Face, 'hide'>): { page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(rows.length / (isGlance ? glance : whole).rows));
  return { page: Math.min(Math.max(1, Math.trunc(page) || 1), pages), pages };
}

const only = (body: BodyView): DrawnResult => ({ body, pages: 1, canChart: false });

/** The only cell, or what the query itself calls a card. */
function numberOf({ columns, rows, render }: Result, show: Show): BodyView | undefined {
  const isCard = render?.shape === 'card';
  if (!isCard && (columns.length !== 1 || rows.length !== 1)) return undefined;
  const at = isCard ? Math.max(0, columns.findIndex(isNumeric)) : 0;
  const column = columns[at];
  if (!column) return undefined;
  const cell = rows[0]?.[at];
  const value = writerOf(column, [cell], show)(cell, 200) || 'nothing';
  return { kind: 'number', value, label: show(head(column.name), 60) };
}

type Placed = LogColumn & { at: number };

function factsOf(row: Cell[], full: Placed[], room: Room, show: Show): Omit<DrawnResult, 'canChart'> {
  const most = full.length > room.facts ? room.facts - 1 : room.facts;
  const chosen = inOrder(rank(full, [row]).slice(0, most));
  const hidden = full.length - chosen.length;
  const facts = chosen.map((column) => ({
    label: label(column, show),
    value: writerOf(column, [row[column.at]], show)(row[column.at], 200),
  }));
  if (facts.length === 0) return only({ kind: 'sentence', text: 'One row, and nothing in it.' });
  if (hidden > 0)
    facts.push({
      label: 'Not shown',
      value: `${hidden} more ${hidden === 1 ? 'column' : 'columns'}; the CSV has them.`,
    });
  return { body: { kind: 'facts', facts }, pages: 1 };
}

function drawTable(
  rows: Cell[][],
  columns: Placed[],
  { page, room, show }: { page: number; room: Room; show: Show },
): TableView {
  const start = (page - 1) * room.rows;
  const shown = rows.slice(start, start + room.rows);
  const most = Math.min(200, Math.floor(room.text / (room.rows * Math.max(1, columns.length))));
  const writers = columns.map((column) => {
    const cells = shown.map((row) => row[column.at]);
    return { at: column.at, write: writerOf(column, cells, show) };
  });
  return {
    columns: columns.map((column) => ({ name: label(column, show), isNumber: isNumeric(column) })),
    rows: shown.map((row) => writers.map(({ at, write }) => write(row[at], most))),
    from: start + 1,
    total: rows.length,
  };
}

/** Its cells say no time zone, so its name does. */
function label({ name, type }: LogColumn, show: Show): string {
  const shown = show(head(name), 40) || '(no name)';
  return type === 'datetime' ? `${shown} (UTC)` : shown;
}

/** Those that tell most, in the order of the query, the time first. */
function choose(full: Placed[], rows: Cell[][], most: number): Placed[] {
  if (full.length <= most) return inOrder(full);
  const telling = full.filter((column) => !isAlike(column, rows));
  const best = [
    ...rank(telling, rows),
    ...rank(
      full.filter((column) => !telling.includes(column)),
      rows,
    ),
  ];
  return inOrder(best.slice(0, most));
}

const isTime = ({ name, type }: LogColumn): boolean =>
  type === 'datetime' && /^(timegenerated|timestamp)$/i.test(name);

function inOrder(columns: Placed[]): Placed[] {
  return [...columns].sort((a, b) => Number(isTime(b)) - Number(isTime(a)) || a.at - b.at);
}

/** Who, from where, on what, and what became of it: what an analyst looks for first, as Azure's tables call it. */
const asked =
  /^(.*UserPrincipalName|User|UserId|UserName|Account|Account(Name|Upn)|TargetUserName|Caller|Computer|DeviceName|HostName|Resource|CompromisedEntity|FileName|(New)?ProcessName|Operation(Name)?(Value)?|ActionType|Action|EventID|ResultType|(Alert)?Severity|SeverityLevel|AlertName|SyslogMessage)$/i;
/** `IPAddress`, `CallerIpAddress`, `RemoteIP`, `SrcIpAddr`; and no `Zip`. */
const address = /(IP|Ip)(Addr|Address)?(_s)?$/;

/** What every table of a workspace has and nobody looks for. */
const usual =
  /^(TenantId|SourceSystem|MG|ManagementGroupName|Type|ResourceId|SubscriptionId|AppId|OperationVersion|ResultSignature|SchemaVersion|_.*|.*CorrelationId|.*Guid|Id)$/i;

/** The time, then whom and what it is about, then what fits in a cell, then objects and lists, then bookkeeping. */
function rank(columns: Placed[], rows: Cell[][]): Placed[] {
  const worth = (column: Placed) => {
    if (isTime(column)) return 0;
    if (usual.test(column.name) || holdsIds(column, rows)) return 4;
    if (column.type === 'dynamic') return 3;
    return asked.test(column.name) || address.test(column.name) ? 1 : 2;
  };
  const worths = new Map(columns.map((column) => [column, worth(column)]));
  return [...columns].sort((a, b) => (worths.get(a) ?? 0) - (worths.get(b) ?? 0) || a.at - b.at);
}

const guid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** `UserId` is a name in one table and a GUID in another; nobody knows anybody by a GUID. */
function holdsIds({ at }: Placed, rows: Cell[][]): boolean {
  return rows.every(({ [at]: cell }) => isEmpty(cell) || (typeof cell === 'string' && guid.test(cell)));
}

/** The same in every row tells nothing of any. */
function isAlike({ at }: Placed, rows: Cell[][]): boolean {
  const value = rows[0]?.[at];
  if (typeof value === 'object' && value !== null) return false;
  return rows.every((row) => row[at] === value);
}
