import { median } from './percentiles.ts';

/** Ours; the bare parts; the peer: Alertmanager for alerts, the bare framework for clicks. */
export type Who = 'ours' | 'floor' | 'peer';
export type Unit = 'ms' | 's' | '/s' | 'MB' | '';

/** One line of the table: what each side needed, one entry a repetition. */
export interface Row {
  name: string;
  unit: Unit;
  tries: Partial<Record<Who, number>>[];
}

/** Keeps one repetition's figures for a line of the table. */
export type Note = (name: string, unit: Unit, figures: Partial<Record<Who, number>>) => void;

export function openFigures(): { rows: () => Row[]; note: Note } {
  const rows = new Map<string, Row>();
  return {
    rows: () => [...rows.values()],
    note(name, unit, figures) {
      const row = rows.get(name) ?? { name, unit, tries: [] };
      row.tries.push(figures);
      rows.set(name, row);
    },
  };
}

export function medianOf(row: Row, who: Who): number | undefined {
  const all = row.tries.flatMap((one) => one[who] ?? []);
  return all.length > 0 ? median(all) : undefined;
}

/** Ours as a multiple of another's, median of the repetitions: whatever the machine did meanwhile met both. */
export function ratioTo(row: Row, other: Who): number | undefined {
  const ratios = row.tries.flatMap((one) =>
    one.ours === undefined || one[other] === undefined ? [] : [one.ours / one[other]],
  );
  return ratios.length > 0 ? median(ratios) : undefined;
}
