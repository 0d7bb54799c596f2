import { z } from 'zod';
import { safeParse } from '../../safe-parse.ts';
import type { LogRows } from '../ask-logs.ts';

export interface LabelCount {
  label: string;
  items: number;
  /** When one of them was last labelled or scanned; empty where no row says. */
  at: string;
  /** Of data that was found: `Credit Card Number`. */
  kinds: string[];
}

export interface LoweredLabel {
  at: string;
  who: string;
  item: string;
  from: string;
  /** Empty where it was taken off. */
  to: string;
  reason: string;
}

const text = z.string().catch('');
const countRow = z.object({
  SensitivityLabelId: text,
  LabelName: text,
  Items: z.coerce.number().int().positive(),
  Last: text,
  Kinds: z.array(z.unknown()).catch([]),
});
const loweredRow = z.object({
  TimeGenerated: text,
  UserId: text,
  ObjectId: text,
  OldSensitivityLabelId: text,
  OldName: text,
  SensitivityLabelId: text,
  LabelName: text,
  JustificationText: text,
});

/** The most first; one label may have been counted with its name and without. */
export function readCounts(rows: LogRows['rows']): LabelCount[] {
  const counts = new Map<string, LabelCount>();
  for (const row of rows) {
    const read = safeParse(countRow, row).data;
    if (!read) continue;
    const label = nameOf(read.SensitivityLabelId, read.LabelName);
    const before = counts.get(label);
    const kinds = read.Kinds.filter((kind) => typeof kind === 'string' && kind !== '');
    counts.set(label, {
      label,
      items: read.Items + (before?.items ?? 0),
      at: [timeOf(read.Last), before?.at ?? ''].sort().at(-1) ?? '',
      kinds: [...new Set([...kinds.map(String), ...(before?.kinds ?? [])])],
    });
  }
  return [...counts.values()].sort((a, b) => b.items - a.items);
}

export function readLowered(rows: LogRows['rows']): LoweredLabel[] {
  return rows.flatMap((row) => {
    const read = safeParse(loweredRow, row).data;
    if (!read) return [];
    const { SensitivityLabelId: id, LabelName: name } = read;
    return [
      {
        at: timeOf(read.TimeGenerated),
        who: read.UserId,
        item: read.ObjectId,
        from: nameOf(read.OldSensitivityLabelId, read.OldName),
        to: id || name ? nameOf(id, name) : '',
        reason: read.JustificationText,
      },
    ];
  });
}

/**
 * The audit log tells labels by id, and by name only where one is laid on.
 * https://learn.microsoft.com/azure/sentinel/connect-microsoft-purview#known-issues-and-limitations
 */
function nameOf(id: string, said: string): string {
  if (said) return said;
  return id ? `label ${id.slice(0, 8)}` : 'an unnamed label';
}

function timeOf(said: string): string {
  const at = new Date(said);
  return Number.isNaN(at.getTime()) ? '' : at.toISOString();
}
