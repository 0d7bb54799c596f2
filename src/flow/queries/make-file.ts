import { setImmediate } from 'node:timers/promises';
import type { FileView } from '../../channels/channel.ts';
import { type Curtain, isMasked } from '../../channels/clearance.ts';
import type { Incident } from '../../incident/incident.ts';
import type { Cell, LogTable } from '../../kql/logs.ts';
import type { StoredAudience, StoredQuery } from '../../store/queries.ts';
import { csvName, toCsv } from './csv.ts';
import { curtainFor } from './draw.ts';
import { unpack } from './packed.ts';

/** All rows of an answer as a file for a spreadsheet, without what its readers may not be told. */
export async function makeFile(
  query: StoredQuery,
  incident: Incident | undefined,
  audience: StoredAudience,
): Promise<FileView> {
  const answers = await unpack(query.result);
  const tables = answers.flatMap((answer, index) =>
    answer.kind === 'rows' ? [{ title: query.parts[index]?.title ?? '', ...answer }] : [],
  );
  const hung = tables.map((table) => ({ table, chunks: hangEach(table, incident, audience) }));
  const all = [
    curtainFor(incident, audience, [], { face: {} }),
    ...hung.flatMap(({ chunks }) => chunks.map(({ show }) => show)),
  ];
  /** What names a file, a part or a column may be whom any of the rows name: `pivot` makes columns of cells. */
  const head = (text: string, limit: number) =>
    unlessVeiled(audience, all).reduce((shown, show) => show(shown, limit), text);

  const shown: (LogTable & { title: string })[] = [];
  for (const { table, chunks } of hung) {
    const columns = table.columns.map((column) => ({ ...column, name: head(column.name, mostName) }));
    const rows: Cell[][] = [];
    for (const { show, rows: some } of chunks) {
      rows.push(...some.map((row) => row.map((cell) => maskCell(cell, show))));
      // Thousands of rows take seconds; the others' work goes on meanwhile.
      await setImmediate();
    }
    shown.push({ title: head(table.title, mostName), columns, rows });
  }
  const isPartial = tables.some(({ partial }) => partial !== '');
  const { content, leftOut } = toCsv(shown);
  const count = (query.rowCount ?? 0) - leftOut;
  const title = head(query.plan.title, 100);
  return {
    key: query.id,
    name: csvName(title, query.askedAt),
    type: 'text/csv',
    content,
    about: `${title}: ${count} ${count === 1 ? 'row' : 'rows'}${isPartial || leftOut > 0 ? ', not all there are' : ''}.`,
  };
}

/** A curtain knows so many names; each row has several. */
const rowsAtOnce = 20;
/** As much of a text as a curtain takes, and as a spreadsheet's cell. */
const mostText = 30_000;
/** Log Analytics allows far fewer. */
const mostName = 1_000;

function hangEach(
  { columns, rows }: LogTable,
  incident: Incident | undefined,
  audience: StoredAudience,
): { show: Curtain; rows: Cell[][] }[] {
  const chunks: Cell[][][] = [];
  for (let at = 0; at < rows.length; at += rowsAtOnce) chunks.push(rows.slice(at, at + rowsAtOnce));
  return chunks.map((some) => {
    const answer = { columns, rows: some, partial: '', render: undefined, scannedGb: undefined };
    const show = curtainFor(incident, audience, [{ kind: 'rows', ...answer }], { face: {} });
    return { show, rows: some };
  });
}

/** Where nobody's name is hidden, one curtain hides as much as all. */
function unlessVeiled(audience: StoredAudience, all: Curtain[]): Curtain[] {
  return isMasked(audience) ? all : all.slice(0, 1);
}

function maskCell(cell: Cell, show: Curtain): Cell {
  if (typeof cell === 'string') return show(cell, mostText);
  if (typeof cell === 'object' && cell !== null) return show(JSON.stringify(cell), mostText);
  return cell;
}
