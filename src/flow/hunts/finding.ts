import { createHash } from 'node:crypto';
import { bound, clean } from '../../channels/clean.ts';
import { type Entity, type Instant, nameOf } from '../../incident/alert.ts';
import { entitiesInRows } from '../../kql/entities-in-rows.ts';
import type { Hunt } from '../../kql/hunt.ts';
import type { ScheduledHunt } from '../../kql/hunt-policy.ts';
import type { Cell, LogAnswer } from '../../kql/logs.ts';
import type { Span } from '../../kql/span.ts';

/** An alert holds 5,000 characters of description, and a reader looks at a few rows. */
const shownRows = 5;
const longestRow = 500;
const longestDescription = 4_500;

/** Two entries of the settings are one schedule where they ask the same of the same logs. */
export function keyOf({ hunt, workspace, values }: ScheduledHunt): string {
  const said = JSON.stringify([hunt.toLowerCase(), workspace ?? '', Object.entries(values).sort()]);
  return createHash('sha256').update(said).digest('hex').slice(0, 32);
}

/** What a run found, as the source `hunt` takes it in. The same run asked again is the same alert. */
export function toFinding(
  hunt: Hunt,
  schedule: ScheduledHunt,
  { answer, span, slot, workspace }: { answer: LogAnswer; span: Span; slot: Instant; workspace: string },
): Record<string, unknown> {
  const entities = entitiesInRows(hunt, answer, schedule.entities);
  return {
    id: `${hunt.id}/${keyOf(schedule)}/${slot}`,
    title: titleOf(hunt, entities, answer.rows.length),
    description: describeRows(hunt, answer),
    severity: schedule.severity,
    type: bound(hunt.name, 300),
    target: bound(workspace, 300),
    workspace: bound(workspace, 300),
    entities,
    tactics: hunt.tactics.slice(0, 20),
    techniques: hunt.techniques.slice(0, 50),
    from: span.from,
    to: span.to,
  };
}

/** `Password spray: svc-backup@contoso.com and 2 more (12 rows)`. */
function titleOf(hunt: Hunt, entities: Entity[], rows: number): string {
  const [first, ...others] = entities;
  const whom = first ? `: ${bound(nameOf(first), 100)}` : '';
  const more = others.length > 0 ? ` and ${others.length} more` : '';
  return `${bound(hunt.name, 120)}${whom}${more} (${rows === 1 ? 'one row' : `${rows} rows`})`;
}

/** What the hunt is for, and the first rows as it found them. */
function describeRows(hunt: Hunt, { columns, rows, partial }: LogAnswer): string {
  const lines = rows.slice(0, shownRows).map((row) => {
    const cells = columns.map(({ name }, n) => `${clean(name, 60)}: ${clean(textOf(row[n]), 120)}`);
    return bound(`· ${cells.join(', ')}`, longestRow);
  });
  const left = rows.length - lines.length;
  const said = [
    clean(hunt.description, 1_000),
    ...lines,
    left > 0 ? `… and ${left} more` : '',
    clean(partial, 300),
  ];
  return bound(said.filter(Boolean).join('\n'), longestDescription);
}

function textOf(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return '';
  return typeof cell === 'object' ? JSON.stringify(cell) : String(cell);
}
